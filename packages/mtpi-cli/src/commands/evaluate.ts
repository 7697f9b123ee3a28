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
  readStacks,
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
  The shipped weights and classical filters on simulated scenes:
    $ mtpi evaluate -o evaluation
  In a minute, with two networks and a folder of real stacks (each a folder of …_VV.tif and …_VH.tif):
    $ mtpi evaluate --quick --timeseries series/ --weights mtpi runs/small/weights.safetensors -o evaluation
  Only leakage and retention of changes:
    $ mtpi evaluate --scenes change -o evaluation`;

/** `mtpi evaluate`: networks and classical filters measured on fixed scenes. */
export function evaluateCommand(program: Command, signal: AbortSignal): void {
  program
    .command('evaluate')
    .summary('evaluate networks and classical filters on fixed test scenes')
    .description(
      'Despeckles fixed test scenes with networks and classical filters and compares the results with the truth. Writes ' +
        'evaluation.json, evaluation.csv and evaluation.html, a report with pictures.',
    )
    .requiredOption('-o, --output <folder>', 'output folder')
    .option('-w, --weights <file...>', 'weights files, or names of shipped weights', ['mtpi'])
    .option(
      '-t, --timeseries <folder>',
      'folder of stacks of at least four acquisitions each, for real scenes',
    )
    .option('-s, --scenes <kinds>', `${kinds.join(', ')}; separated by commas`, parseKinds, [...kinds])
    .option('--quick', 'few, small scenes', false)
    .option('--no-pictures', 'a report without pictures')
    .option('--markdown <file>', 'also write the tables as a Markdown document')
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
    const stacks = timeseries ? await readStacks(timeseries, signal) : [];
    const seen = networks.flatMap(({ trainedOn = [] }) => trainedOn);
    const scenes = testScenes({ kinds, stacks, seen, quick });
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
      { report: page, scores: evaluation.scores.length, criteria: summary.criteria },
      report(summary, page),
    );
  } finally {
    reporter.stop();
    for (const network of networks) await network.dispose?.();
  }
}

/** The command that reproduces the evaluation. */
function commandLine({ weights, timeseries, scenes, quick }: EvaluateFlags): string {
  return [
    'mtpi evaluate',
    ...(weights.join() === 'mtpi' ? [] : ['--weights', ...weights]),
    ...(timeseries ? ['--timeseries', timeseries] : []),
    ...(scenes.length === kinds.length ? [] : ['--scenes', scenes.join()]),
    ...(quick ? ['--quick'] : []),
  ].join(' ');
}

/** Columns where the output is not a terminal. */
const WIDTH = 160;

/** The tables that fit the terminal, the criteria, and the path of the page. */
function report({ tables, criteria }: Summary, page: string): string {
  const { isTTY, columns = WIDTH } = process.stdout;
  const shown = tables.filter((table) => widthOf(terminalTable(table, false)) <= columns);
  const results = criteria.map(({ method, criterion, found, met, total }) => [
    `${method}: ${criterion}`,
    found,
    `${met} of ${total}`,
  ]);
  return [
    ...shown.map((table) => terminalTable(table, isTTY && process.stdout.hasColors())),
    ...(results.length ? [plainTable(['Criteria', 'found', 'met in'], results)] : []),
    page,
  ].join('\n\n');
}

const widthOf = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
