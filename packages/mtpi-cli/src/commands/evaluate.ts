import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BASELINES,
  evaluate,
  evaluationCsv,
  evaluationHtml,
  evaluationJson,
  evaluationMarkdown,
  INPUT,
  isPictured,
  networkMethod,
  readSeries,
  type SceneKind,
  type Summary,
  summarize,
  testScenes,
} from '@mtpi/evaluate';
import { type Command, InvalidArgumentError } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { createReporter, type ReporterOptions } from '../progress';
import { plainTable, terminalTable } from '../terminal-table';

interface EvaluateFlags extends ReporterOptions {
  output: string;
  weights: string[];
  timeseries?: string;
  scenes: SceneKind[];
  markdown?: string;
  pictures: boolean;
  quick: boolean;
}

const kinds: readonly SceneKind[] = ['simulated', 'real', 'change'];

const examples = `
Examples:
  The shipped weights beside classical filters, on simulated scenes:
    $ mtpi evaluate -o evaluation
  In a minute, with two networks and a folder of real series (a folder of …_VV.tif and …_VH.tif for each):
    $ mtpi evaluate --quick --timeseries series/ --weights mtpi runs/small/weights.safetensors -o evaluation
  Only how much of a change leaks and how much stays:
    $ mtpi evaluate --scenes change -o evaluation`;

/** `mtpi evaluate`: networks and classical filters measured on fixed scenes. */
export function evaluateCommand(program: Command, signal: AbortSignal): void {
  program
    .command('evaluate')
    .summary('measure networks and classical filters on fixed scenes')
    .description(
      'Despeckles fixed scenes with networks and with classical filters and compares what comes out with the truth. Writes ' +
        'evaluation.json, evaluation.csv and evaluation.html, a report with pictures.',
    )
    .requiredOption('-o, --output <folder>', 'where to write')
    .option('-w, --weights <file...>', 'weights to measure: files, or names of shipped ones', ['mtpi'])
    .option(
      '-t, --timeseries <folder>',
      'folder of series of at least four dates each, for scenes of real data',
    )
    .option('-s, --scenes <kinds>', `${kinds.join(', ')}; separated by commas`, parseKinds, [...kinds])
    .option('--quick', 'few, small scenes', false)
    .option('--no-pictures', 'a report without pictures')
    .option('--markdown <file>', 'write the tables as a Markdown document too')
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON lines')
    .addHelpText('after', examples)
    .action((flags: EvaluateFlags) => run(flags, signal));
}

function parseKinds(text: string): SceneKind[] {
  const wanted = text.split(',').map((kind) => kind.trim());
  for (const kind of wanted) {
    if (!kinds.includes(kind as SceneKind))
      throw new InvalidArgumentError(`Expected ${kinds.join(', ')} separated by commas, got ${kind}.`);
  }
  return wanted as SceneKind[];
}

async function run(flags: EvaluateFlags, signal: AbortSignal): Promise<void> {
  const reporter = createReporter(flags);
  const { output, weights, timeseries, quick, scenes: kinds, markdown } = flags;
  const networks = [];
  try {
    for (const path of weights) networks.push(await networkMethod(path));
    const series = timeseries ? await readSeries(timeseries, signal) : [];
    const seen = networks.flatMap(({ trainedOn = [] }) => trainedOn);
    const scenes = testScenes({ kinds, series, seen, quick });
    await mkdir(output, { recursive: true });
    const evaluation = await evaluate({
      scenes,
      methods: [INPUT, ...BASELINES, ...networks],
      show: flags.pictures ? isPictured(scenes) : undefined,
      signal,
      onProgress: (done, total) => reporter.progress('evaluating', done, total),
    });
    const summary = summarize(evaluation);
    const command = commandLine(flags);
    const file = (name: string) => join(output, name);
    await writeFileAtomic(file('evaluation.json'), evaluationJson(evaluation, summary, command));
    await writeFileAtomic(file('evaluation.csv'), evaluationCsv(evaluation));
    const page = file('evaluation.html');
    await writeFileAtomic(page, evaluationHtml(evaluation, summary, command));
    if (markdown) await writeFileAtomic(markdown, evaluationMarkdown(summary, command));
    reporter.result(
      { report: page, scores: evaluation.scores.length, limits: summary.verdicts },
      report(summary, page),
    );
  } finally {
    reporter.stop();
    for (const network of networks) await network.dispose?.();
  }
}

/** The command that gives the same figures. */
function commandLine({ weights, timeseries, scenes, quick }: EvaluateFlags): string {
  return [
    'mtpi evaluate',
    ...(weights.join() === 'mtpi' ? [] : ['--weights', ...weights]),
    ...(timeseries ? ['--timeseries', timeseries] : []),
    ...(scenes.length === kinds.length ? [] : ['--scenes', scenes.join()]),
    ...(quick ? ['--quick'] : []),
  ].join(' ');
}

/** Columns of a terminal that tells none, such as a file. */
const WIDTH = 160;

/** The tables that fit the terminal, the limits, and where the rest is. */
function report({ tables, verdicts }: Summary, page: string): string {
  const { isTTY, columns = WIDTH } = process.stdout;
  const shown = tables.filter((table) => widthOf(terminalTable(table, false)) <= columns);
  const limits = verdicts.map(({ method, limit, found, passed, total }) => [
    `${method}: ${limit}`,
    found,
    `${passed} of ${total}`,
  ]);
  return [
    ...shown.map((table) => terminalTable(table, isTTY && process.stdout.hasColors())),
    ...(limits.length ? [plainTable(['Limits', 'found', 'kept in'], limits)] : []),
    page,
  ].join('\n\n');
}

const widthOf = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
