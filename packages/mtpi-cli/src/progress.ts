import { SingleBar } from 'cli-progress';

/** What commands tell about their work: a bar on a terminal, JSON lines with `--json`, nothing with `--quiet`. */
export interface Reporter {
  /** On a terminal, a line that says what is done until there is more to tell. */
  start(what: string): void;
  /** Progress of the work called `stage`; 0 done when it begins. */
  progress(stage: string, done: number, total: number, details?: ProgressDetails): void;
  /** A line of text. */
  message(text: string): void;
  /** The command's result, as data. */
  result(value: Record<string, unknown>, text: string): void;
  /** Ends a bar, if one is drawn, and takes away the line of `start`. */
  stop(): void;
}

export interface ProgressDetails {
  /** What is counted, such as `tiles`. */
  unit?: string;
  /** More about the work. */
  note?: string;
  /** Pixels that the work is on in all. */
  pixels?: number;
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
    start: () => {},
    progress: (stage, done, total, { note, pixels } = {}) => {
      const { secondsLeft, megapixelsPerSecond } = pace.of(stage, done, total, pixels);
      write({ event: 'progress', stage, done, total, note, secondsLeft, megapixelsPerSecond });
    },
    message: (text) => write({ event: 'message', text }),
    result: (value) => write({ event: 'result', ...value }),
    stop: () => {},
  };
}

interface Speed {
  /** Since the work began. */
  seconds: number;
  secondsLeft?: number;
  megapixelsPerSecond?: number;
}

/** How fast work goes and how long it will take: from the first that is done of it on, as what comes before is no measure. */
class Pace {
  private stage?: string;
  private done = 0;
  private began = 0;
  /** When the first was done, and how many that were. */
  private first?: { done: number; at: number };

  of(stage: string, done: number, total: number, pixels?: number): Speed {
    const now = performance.now();
    if (stage !== this.stage || done < this.done) {
      Object.assign(this, { stage, began: now, first: undefined });
    }
    this.done = done;
    const seconds = (now - this.began) / 1000;
    if (done > 0) this.first ??= { done, at: now };
    if (!this.first || done === this.first.done) return { seconds };
    const rate = (done - this.first.done) / ((now - this.first.at) / 1000);
    return {
      seconds,
      secondsLeft: (total - done) / rate,
      ...(pixels && { megapixelsPerSecond: (rate * pixels) / total / 1e6 }),
    };
  }
}

/** Seconds as `12 s`, `3 min 5 s` or `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

class TerminalReporter implements Reporter {
  private bar: SingleBar | undefined;
  private started = false;
  private readonly pace = new Pace();

  constructor(private readonly quiet: boolean) {}

  start(what: string): void {
    if (this.quiet || !process.stderr.isTTY) return;
    process.stderr.write(`${what} …`);
    this.started = true;
  }

  progress(stage: string, done: number, total: number, details: ProgressDetails = {}): void {
    if (this.quiet || !process.stderr.isTTY) return;
    const { unit, note, pixels } = details;
    const { seconds, secondsLeft, megapixelsPerSecond } = this.pace.of(stage, done, total, pixels);
    const facts = [
      `${done}/${total}${unit ? ` ${unit}` : ''}`,
      ...(done >= total ? [`in ${duration(seconds)}`] : []),
      ...(done < total && secondsLeft !== undefined ? [`${duration(secondsLeft)} left`] : []),
      ...(megapixelsPerSecond ? [`${megapixelsPerSecond.toPrecision(2)} Mpixel/s`] : []),
      ...(note ? [note] : []),
    ].join(', ');
    this.bar ??= this.begin(stage, total, facts);
    this.bar.setTotal(total);
    this.bar.update(done, { stage, facts });
    if (done >= total) this.stop();
  }

  private begin(stage: string, total: number, facts: string): SingleBar {
    this.stop();
    const bar = new SingleBar({
      format: '{stage} {bar} {percentage}% {facts}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: Math.max(8, Math.min(30, (process.stderr.columns ?? 80) - 70)),
      hideCursor: true,
      stream: process.stderr,
    });
    bar.start(total, 0, { stage, facts });
    return bar;
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
    if (this.started) process.stderr.write('\r\x1b[K');
    this.started = false;
  }
}
