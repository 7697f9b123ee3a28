import { SingleBar } from 'cli-progress';

/** What commands tell about their work: a bar on a terminal, JSON lines with `--json`, nothing with `--quiet`. */
export interface Reporter {
  /** Progress of the work called `stage`. */
  progress(stage: string, done: number, total: number, note?: string): void;
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
  return {
    progress: (stage, done, total, note) =>
      write({ event: 'progress', stage, done, total, ...(note ? { note } : {}) }),
    message: (text) => write({ event: 'message', text }),
    result: (value) => write({ event: 'result', ...value }),
    stop: () => {},
  };
}

class TerminalReporter implements Reporter {
  private bar: SingleBar | undefined;

  constructor(private readonly quiet: boolean) {}

  progress(stage: string, done: number, total: number, note = ''): void {
    if (this.quiet || !process.stderr.isTTY) return;
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
