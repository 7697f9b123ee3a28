import type { MergeOptions } from '@mtpi/workflows';
import type { Command } from 'commander';
import { resultOptions } from '../arguments';
import type { Context } from '../context';
import { jobOptions, type ReporterOptions, reporterOptions, reporting, showProduct } from '../progress';

interface MergeFlags extends ReporterOptions, Pick<MergeOptions, 'report' | 'quicklook' | 'stac' | 'strict'> {
  keep?: boolean;
}

const examples = `
Examples:
  Shards written on ten machines by mtpi despeckle … -o out.tif --shard 0/10, 1/10, …:
    $ mtpi merge out.tif
  All dates written by mtpi despeckle --stack stack -o despeckled --shard …:
    $ mtpi merge despeckled
  With an HTML page that compares before and after; the target is read again:
    $ mtpi merge out.tif --report out.html`;

/** `mtpi merge`: the shards of a scene become one result. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Merges the shards that mtpi despeckle --shard wrote next to an output; the result has the same bytes as without ' +
        'shards. If shards are missing, they are listed and nothing is written.',
    )
    .argument('<output>', 'the --output given to mtpi despeckle --shard')
    .option('--keep', 'keep the shards')
    .option(
      '--report <path>',
      'write an HTML page that compares target and result; for several dates a folder of them',
    );
  reporterOptions(resultOptions(command))
    .addHelpText('after', examples)
    .action((path: string, { keep: keepShards, quiet, json, ...options }: MergeFlags) =>
      reporting({ quiet, json }, context, 'opening', async (reporter) => {
        const { merge } = await import('@mtpi/workflows');
        const products = merge(path, { keepShards, ...options, ...jobOptions(reporter, context) });
        for await (const product of products) showProduct(product, reporter);
      }),
    );
}
