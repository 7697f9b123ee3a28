import type { Command } from 'commander';
import type { Context } from '../context';
import { type ReporterOptions, reporterOptions, reporting } from '../progress';

interface CleanFlags extends ReporterOptions {
  partial?: boolean;
}

const examples = `
Examples:
  In the current folder:
    $ mtpi clean
  Also what interrupted runs with --resume or --shard could go on from:
    $ mtpi clean despeckled --partial`;

/** `mtpi clean`: removes leftovers of interrupted runs. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Removes the temporary files and locks that killed runs have left in a folder. Files of runs that are going on stay.',
    )
    .argument('[folder]', 'folder of the outputs', '.')
    .option('--partial', 'also remove partial results, which --resume could go on from');
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((folder: string, flags: CleanFlags) => clean(folder, flags, context));
}

async function clean(folder: string, { partial, ...flags }: CleanFlags, context: Context): Promise<void> {
  await reporting(flags, context, 'opening', async (reporter) => {
    const { removeAllLeftovers } = await import('@mtpi/workflows');
    const removed = await removeAllLeftovers(folder, { partialResults: partial });
    reporter.result({ removed }, removed.length > 0 ? removed.join('\n') : 'nothing to remove');
  });
}
