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
  Also the partial results of interrupted runs with --resume or --shard:
    $ mtpi clean despeckled --partial`;

/** `mtpi clean`: removes leftovers of interrupted runs. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Removes temporary files and locks that killed runs left in a folder. Files of active runs are kept.',
    )
    .argument('[folder]', 'folder of the outputs', '.')
    .option('--partial', 'also remove partial results, from which --resume could continue');
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
