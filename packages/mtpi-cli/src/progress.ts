import { Pace } from '@mtpi/jobs';
import type { DespeckledProduct, Progress, ShardFile, Warning } from '@mtpi/workflows';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import prettyMs from 'pretty-ms';
import type { Context } from './context';
import { printable } from './printable';

/** How commands report their work: a bar on a terminal, JSON lines with `--json`, errors only with `--quiet`. */
export interface Reporter {
  /** On a terminal, a line that is shown until there is progress. */
  start(stage: string): void;
  /** Progress of a stage; 0 done when it begins. @param note more about it. */
  progress(progress: Progress, note?: string): void;
  warning(warning: Warning): void;
  message(text: string): void;
  /** The command's result, as data and as text. */
  result(value: Record<string, unknown>, text: string): void;
  /** Ends the bar, and removes the line of `start`. */
  stop(): void;
}

export interface ReporterOptions {
  quiet?: boolean;
  json?: boolean;
}

/** Adds the options of `ReporterOptions` to a command. */
export const reporterOptions = (command: Command): Command =>
  command
    .optionsGroup('Messages:')
    .option('-q, --quiet', 'print errors only; with --json also the result')
    .option('--json', 'print events as JSON lines: progress, warning, result, error');

/** The reporter that the options ask for. Bars and messages go to stderr, results and JSON to stdout. */
export function createReporter({ quiet = false, json }: ReporterOptions, context: Context): Reporter {
  return json ? jsonReporter(quiet, context) : new TerminalReporter(quiet, context);
}

/** Runs a command that reports its work; `stage` is shown until there is progress. */
export async function reporting<T>(
  options: ReporterOptions,
  context: Context,
  stage: string,
  run: (reporter: Reporter) => Promise<T>,
): Promise<T> {
  const reporter = createReporter(options, context);
  reporter.start(stage);
  try {
    return await run(reporter);
  } finally {
    reporter.stop();
  }
}

/** What `JobOptions` of workflows have in common: progress and warnings go to the reporter. */
export const jobOptions = (reporter: Reporter, { signal }: Context) => ({
  signal,
  onProgress: (progress: Progress) => reporter.progress(progress),
  onWarning: (warning: Warning) => reporter.warning(warning),
});

/** Shows an image, or a shard of one, that has been written. */
export function showProduct(product: DespeckledProduct | ShardFile, reporter: Reporter): void {
  const { path, width, height, bands } = product;
  const { paths = [path], report, stac, quicklook, metrics } = product as Partial<DespeckledProduct>;
  const beside = Object.entries({ report, stac, quicklook }).filter(([, file]) => file);
  reporter.result(
    { output: path, width, height, bands, ...Object.fromEntries(beside), ...(metrics && { metrics }) },
    [
      `${paths.join(', ')}: ${width} × ${height}, ${bands.join(', ')}`,
      ...beside.map(([, file]) => file),
    ].join('\n'),
  );
}

export const jsonLine = (event: Record<string, unknown>): string => `${JSON.stringify(event)}\n`;

function jsonReporter(quiet: boolean, { stdout }: Context): Reporter {
  const write = (event: Record<string, unknown>) => stdout.write(jsonLine(event));
  const pace = new Pace();
  return {
    start: () => {},
    progress: (progress, note = imageOf(progress)) => {
      if (quiet) return;
      const { stage, done, total, unit } = progress;
      const { secondsLeft, rate } = pace.of(progress);
      const left = secondsLeft === undefined ? undefined : Number(secondsLeft.toFixed(1));
      const speed = { secondsLeft: left, megapixelsPerSecond: megapixelsPerSecond(progress, rate) };
      write({ event: 'progress', stage, done, total, unit, note, ...speed });
    },
    warning: (warning) => quiet || write({ event: 'warning', ...warning }),
    message: (text) => quiet || write({ event: 'message', text }),
    result: (value) => write({ event: 'result', ...value }),
    stop: () => {},
  };
}

const imageOf = ({ image }: Progress) =>
  image && image.count > 1 ? `date ${image.number} of ${image.count}` : undefined;

/** @param rate units per second. */
const megapixelsPerSecond = ({ pixels, total }: Progress, rate = 0): number | undefined =>
  pixels && rate ? (rate * pixels) / total / 1e6 : undefined;

const duration = (seconds: number) => prettyMs(1000 * Math.max(1, Math.round(seconds)), { unitCount: 2 });

/** Milliseconds between lines where there is no terminal. */
const PROGRESS_INTERVAL = 10_000;

class TerminalReporter implements Reporter {
  private bar: SingleBar | undefined;
  private started = false;
  /** Where there is no terminal: prints where the job is from time to time. */
  private timer: NodeJS.Timeout | undefined;
  private latest = '';
  private readonly pace = new Pace();

  constructor(
    private readonly quiet: boolean,
    private readonly context: Context,
  ) {}

  start(stage: string): void {
    this.stop();
    if (this.quiet) return;
    if (this.context.stderr.isTTY) {
      this.context.stderr.write(`${stage} …`);
      this.started = true;
    } else this.printNowAndThen(`${stage} …`);
  }

  progress(progress: Progress, note = imageOf(progress)): void {
    if (this.quiet) return;
    const { stage, done, total, unit } = progress;
    const { seconds, secondsLeft, rate } = this.pace.of(progress);
    const speed = megapixelsPerSecond(progress, rate);
    const facts = [
      `${done}/${total} ${unit}`,
      ...(done >= total && seconds > 0 ? [`in ${duration(seconds)}`] : []),
      ...(done < total && secondsLeft !== undefined ? [`${duration(secondsLeft)} left`] : []),
      ...(speed ? [`${speed.toPrecision(2)} Mpixel/s`] : []),
      ...(note ? [note] : []),
    ].join(', ');
    if (!this.context.stderr.isTTY) {
      this.printNowAndThen(`${stage} ${facts}`);
      return;
    }
    this.bar ??= this.begin(stage, total, done, facts);
    this.bar.setTotal(total);
    this.bar.update(done, { stage, facts });
    if (done >= total) this.stop();
  }

  private printNowAndThen(text: string): void {
    this.latest = text;
    this.timer ??= setInterval(() => {
      this.context.stderr.write(`${this.latest}\n`);
    }, this.context.progressInterval ?? PROGRESS_INTERVAL);
    this.timer.unref();
  }

  private begin(stage: string, total: number, done: number, facts: string): SingleBar {
    this.stop();
    const bar = new SingleBar({
      format: '{stage} {bar} {percentage}% {facts}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: Math.max(8, Math.min(30, (this.context.stderr.columns ?? 80) - 70)),
      hideCursor: true,
      stream: this.context.stderr,
    });
    bar.start(total, done, { stage, facts });
    return bar;
  }

  warning({ message, input }: Warning): void {
    this.message(`warning: ${input && !message.includes(input) ? `${input}: ` : ''}${message}`);
  }

  message(text: string): void {
    this.stop();
    if (!this.quiet) this.context.stderr.write(`${printable(text)}\n`);
  }

  result(_: Record<string, unknown>, text: string): void {
    this.stop();
    if (!this.quiet) this.context.stdout.write(`${printable(text)}\n`);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.bar?.stop();
    this.bar = undefined;
    if (this.started) this.context.stderr.write('\r\x1b[K');
    this.started = false;
  }
}
