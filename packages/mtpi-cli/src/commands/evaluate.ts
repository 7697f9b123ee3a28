import type { SceneKind } from '@mtpi/evaluate';
import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context';
import { UsageError } from '../failure';
import { type ReporterOptions, reporterOptions, reporting } from '../progress';

interface EvaluateFlags extends ReporterOptions {
  output?: string;
  export?: string;
  results: Record<string, string>;
  weights: string[];
  timeseries?: string;
  scenes: SceneKind[];
  markdown?: string;
  pictures: boolean;
  quick: boolean;
}

const kinds: readonly SceneKind[] = ['simulated', 'real', 'change', 'series'];

const examples = `
Examples:
  The shipped weights and classical filters on simulated scenes:
    $ mtpi evaluate -o evaluation
  In a minute, with two networks and a folder of real stacks (each a folder of …_VV.tif and …_VH.tif):
    $ mtpi evaluate --quick --timeseries series/ --weights mtpi runs/small/weights.safetensors -o evaluation
  Only leakage and retention of changes:
    $ mtpi evaluate --scenes change -o evaluation
  Series of 3 to 21 dates:
    $ mtpi evaluate --scenes series --timeseries series/ -o evaluation
  The scenes for another program, and its results beside the others:
    $ mtpi evaluate --scenes change --export scenes
    $ mtpi evaluate --scenes change --results 'my filter=results' -o evaluation`;

/** `mtpi evaluate`: compares networks and classical filters on test scenes. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Despeckles test scenes with networks and with classical filters and compares the results with the truth. Writes ' +
        'evaluation.json, evaluation.csv and evaluation.html, a report with pictures.',
    )
    .option('-o, --output <folder>', 'output folder')
    .option('-w, --weights <file...>', 'weights files, or names of shipped weights', ['mtpi'])
    .option(
      '-t, --timeseries <folder>',
      'folder of stacks of at least four acquisitions each, for real scenes',
    )
    .option('-s, --scenes <kinds>', `${kinds.join(', ')}; separated by commas`, parseKinds, [...kinds])
    .option(
      '-r, --results <name=folder...>',
      'results that other programs made of exported scenes, as further methods; scenes that they lack are left out',
      parseResults,
      {},
    )
    .option('--export <folder>', 'only write the scenes, for other programs: NPY and GeoTIFF')
    .option('--quick', 'few, small scenes', false)
    .option('--no-pictures', 'a report without pictures')
    .option('--markdown <file>', 'also write the tables as a Markdown document');
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((flags: EvaluateFlags) => run(flags, context));
}

function parseKinds(text: string): SceneKind[] {
  const wanted = text.split(',').map((kind) => kind.trim());
  for (const kind of wanted) {
    if (!kinds.includes(kind as SceneKind))
      throw new InvalidArgumentError(`Expected ${kinds.join(', ')} separated by commas, got ${kind}.`);
  }
  return wanted as SceneKind[];
}

/** Adds a method, such as `MuLoG=results/mulog`, to those before. */
function parseResults(text: string, before: Record<string, string>): Record<string, string> {
  const [, name, folder] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!name) throw new InvalidArgumentError(`Expected NAME=FOLDER, got ${text}.`);
  return { ...before, [name]: folder };
}

async function run(flags: EvaluateFlags, context: Context): Promise<void> {
  if (flags.export !== undefined) return exportScenes({ ...flags, export: flags.export }, context);
  const { output, weights, markdown } = flags;
  if (output === undefined) throw new UsageError('expected --output or --export');
  await reporting(flags, context, 'opening', async (reporter) => {
    const { assertSafeOutput, withFolder } = await import('@mtpi/workflows');
    const { writeEvaluation } = await import('@mtpi/evaluate');
    if (markdown) await assertSafeOutput(markdown, weights, { kind: 'file' });
    const { report, evaluation, summary } = await withFolder(output, () =>
      writeEvaluation(output, {
        ...flags,
        kinds: flags.scenes,
        signal: context.signal,
        onProgress: (done, total) => reporter.progress({ stage: 'evaluating', done, total, unit: 'images' }),
      }),
    );
    const { terminalTables } = await import('../terminal-table');
    reporter.result(
      { report, scores: evaluation.scores.length, criteria: summary.criteria },
      [...terminalTables(summary, context.stdout), report].join('\n\n'),
    );
  });
}

async function exportScenes(flags: EvaluateFlags & { export: string }, context: Context): Promise<void> {
  await reporting(flags, context, 'opening', async (reporter) => {
    const { exportTestScenes } = await import('@mtpi/evaluate');
    const inputs = await exportTestScenes(flags.export, {
      ...flags,
      kinds: flags.scenes,
      signal: context.signal,
      onProgress: (done, total) => reporter.progress({ stage: 'writing', done, total, unit: 'scenes' }),
    });
    reporter.result({ folder: flags.export, inputs }, `${inputs} inputs in ${flags.export}`);
  });
}
