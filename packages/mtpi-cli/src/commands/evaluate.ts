import type { SceneKind, WriteEvaluationOptions } from '@mtpi/evaluate';
import { type Command, InvalidArgumentError } from 'commander';
import { list } from '../arguments';
import type { Context } from '../context';
import { jobOptions, type ReporterOptions, reporterOptions, reporting } from '../progress';

interface EvaluateFlags extends ReporterOptions, WriteEvaluationOptions {
  output?: string;
  export?: string;
  scenes?: SceneKind[];
}

const kinds: readonly SceneKind[] = ['simulated', 'real', 'change', 'series'];

const examples = `
Examples:
  The shipped weights and classical filters on simulated scenes:
    $ mtpi evaluate -o evaluation
  In a minute, with two networks and real stacks, each a subfolder of series/:
    $ mtpi evaluate --quick --timeseries series/ --weights mtpi runs/small/weights.safetensors -o evaluation
  Only leakage and retention of changes:
    $ mtpi evaluate --scenes change -o evaluation
  Series of 3 to 21 dates:
    $ mtpi evaluate --scenes series --timeseries series/ -o evaluation
  Scenes for another program, and its results compared with the others:
    $ mtpi evaluate --scenes change --export scenes
    $ mtpi evaluate --scenes change --results 'my filter=results' -o evaluation`;

/** `mtpi evaluate`: compares networks and classical filters on test scenes. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Despeckles test scenes with networks and classical filters and compares the results with the truth. Writes ' +
        'evaluation.json, evaluation.csv and evaluation.html, a report with images.',
    )
    .option('-o, --output <folder>', 'output folder')
    .option('-w, --weights <file...>', 'weights files, or names of shipped weights', ['mtpi'])
    .option(
      '-t, --timeseries <folder>',
      'folder of stacks of at least four co-registered acquisitions each, for real scenes',
    )
    .option(
      '-s, --scenes <kinds>',
      `kinds of scenes, separated by commas (default: ${kinds.join(',')})`,
      parseKinds,
    )
    .option(
      '-r, --results <name=folder...>',
      'results of other programs on exported scenes, as further methods; scenes without a result are left out',
      parseResults,
    )
    .option('--export <folder>', 'only export the scenes for other programs, as NPY and GeoTIFF')
    .option('--quick', 'only a few small scenes')
    .option('--no-pictures', 'a report without images')
    .option('--markdown <file>', 'also write the tables as a Markdown document');
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((flags: EvaluateFlags) => run(flags, context));
}

function parseKinds(text: string): SceneKind[] {
  const wanted = list(text);
  const unknown = wanted.find((kind) => !kinds.includes(kind as SceneKind));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected ${kinds.join(', ')} separated by commas, found ${unknown}.`);
  return wanted as SceneKind[];
}

function parseResults(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, folder] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!name) throw new InvalidArgumentError(`Expected NAME=FOLDER, found ${text}.`);
  if (name in before) throw new InvalidArgumentError(`The name ${name} is given twice.`);
  return { ...before, [name]: folder };
}

async function run(flags: EvaluateFlags, context: Context): Promise<void> {
  const { output, weights, scenes, markdown } = flags;
  if (flags.export !== undefined) return exportScenes(flags.export, flags, context);
  if (output === undefined) throw new InvalidArgumentError('Expected --output or --export.');
  await reporting(flags, context, 'opening', async (reporter) => {
    const { assertSafeOutput, withFolder } = await import('@mtpi/workflows');
    const { writeEvaluation } = await import('@mtpi/evaluate');
    if (markdown) await assertSafeOutput(markdown, weights, { kind: 'file' });
    const { report, evaluation, summary } = await withFolder(output, () =>
      writeEvaluation(output, { ...flags, kinds: scenes, ...jobOptions(reporter, context) }),
    );
    const { terminalTables } = await import('../terminal-table');
    reporter.result(
      { report, scores: evaluation.scores.length, criteria: summary.criteria },
      [...terminalTables(summary, context.stdout), report].join('\n\n'),
    );
  });
}

async function exportScenes(folder: string, flags: EvaluateFlags, context: Context): Promise<void> {
  await reporting(flags, context, 'opening', async (reporter) => {
    const { exportTestScenes } = await import('@mtpi/evaluate');
    const job = { kinds: flags.scenes, ...jobOptions(reporter, context) };
    const inputs = await exportTestScenes(folder, { ...flags, ...job });
    reporter.result({ folder, inputs }, `${inputs} inputs in ${folder}`);
  });
}
