import { SingleBar } from 'cli-progress';

/** What commands tell about their work: a bar on a terminal, JSON lines with `--json`, nothing with `--quiet`. */
export interface Reporter {
  /** Progress of the work called `stage`, which is on `pixels` pixels in all, where it is on some. */
  progress(stage: string, done: number, total: number, note?: string, pixels?: number): void;
  /** A line of text. */
  message(text: string): void;
  /** The command's result, as data. */
  result(value: Record<string, unknown>, text: string): void;
  /** Ends a bar, if one is drawn. */
  stop(): void;
}

export interface ReporterOptions {
  quiet?: boolean;
  json?: boolean;
}

/** The reporter that the flags ask for. Bars and messages go to stderr, results to stdout. */
export function createReporter({ quiet, json }: ReporterOptions): Reporter {
  if (json) return jsonReporter();
  return new TerminalReporter(quiet ?? false);
}

function jsonReporter(): Reporter {
  const write = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`);
  const pace = new Pace();
  return {
    progress: (stage, done, total, note, pixels) =>
      write({
        event: 'progress',
        stage,
        done,
        total,
        ...(note ? { note } : {}),
        ...pace.of(stage, done, total, pixels),
      }),
    message: (text) => write({ event: 'message', text }),
    result: (value) => write({ event: 'result', ...value }),
    stop: () => {},
  };
}

/** How fast work goes and how long it will take, from the first that is told of it on. */
class Pace {
  private stage?: string;
  private done = 0;
  private since = 0;

  of(
    stage: string,
    done: number,
    total: number,
    pixels?: number,
  ): { secondsLeft?: number; megapixelsPerSecond?: number } {
    if (stage !== this.stage || done <= this.done) {
      Object.assign(this, { stage, done, since: performance.now() });
      return {};
    }
    const rate = (done - this.done) / ((performance.now() - this.since) / 1000);
    return {
      secondsLeft: (total - done) / rate,
      ...(pixels && { megapixelsPerSecond: (rate * pixels) / total / 1e6 }),
    };
  }
}

class TerminalReporter implements Reporter {
  private bar: SingleBar | undefined;
  private readonly pace = new Pace();

  constructor(private readonly quiet: boolean) {}

  progress(stage: string, done: number, total: number, text = '', pixels?: number): void {
    if (this.quiet || !process.stderr.isTTY) return;
    const { megapixelsPerSecond: speed } = this.pace.of(stage, done, total, pixels);
    const note = [text, ...(speed ? [`${speed.toPrecision(2)} Mpixel/s`] : [])].filter(Boolean).join(', ');
    if (!this.bar) {
      this.bar = new SingleBar({
        format: '{stage} {bar} {percentage}% | {value}/{total} | {eta_formatted} left {note}',
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 30,
        hideCursor: true,
        stream: process.stderr,
      });
      this.bar.start(total, done, { stage, note });
    }
    this.bar.setTotal(total);
    this.bar.update(done, { stage, note });
    if (done >= total) this.stop();
  }

  message(text: string): void {
    this.stop();
    if (!this.quiet) process.stderr.write(`${text}\n`);
  }

  result(_: Record<string, unknown>, text: string): void {
    this.stop();
    if (!this.quiet) process.stdout.write(`${text}\n`);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
