import type { SceneKind } from '@mtpi/evaluate';
import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context';
import { type ReporterOptions, reporterOptions, reporting } from '../progress';

interface EvaluateFlags extends ReporterOptions {
  output: string;
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
    $ mtpi evaluate --scenes series --timeseries series/ -o evaluation`;

/** `mtpi evaluate`: compares networks and classical filters on test scenes. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Despeckles test scenes with networks and with classical filters and compares the results with the truth. Writes ' +
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

async function run(flags: EvaluateFlags, context: Context): Promise<void> {
  const { output, weights, markdown } = flags;
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
