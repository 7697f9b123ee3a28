import type { Command } from 'commander';
import { integer } from '../arguments';
import type { Context } from '../context';
import { jobOptions, type ReporterOptions, reporterOptions, reporting } from '../progress';

interface DatasetFlags extends ReporterOptions {
  patch: number;
}

const examples = `
Expected layout; names are case-insensitive and may have any suffix:
  S01/S01_Tar_S1A_20240305T214632/   the target: a PolSARpro C2 folder, GeoTIFFs, …
  S01/S01_Ass_S1A_20240222T214632/   an auxiliary before it
  S01/S01_Ass_S1A_20240317T214632/   an auxiliary after it

Examples:
  $ mtpi dataset info "Sentinel-1 time-series data"
  $ mtpi dataset info data --json | jq '.regions[].problems'`;

/** `mtpi dataset`: inspects datasets in the layout of the published work. */
export function define(command: Command, context: Context): void {
  const info = command
    .description('Inspects and validates a dataset of target and auxiliary acquisitions.')
    .command('info')
    .summary('list regions and their problems')
    .description(
      'Lists the regions of a dataset: dates, sizes, number of patches, and problems. Exit code 1 if there are any.',
    )
    .argument('<folder>', 'folder of regions, or of one region')
    .option('--patch <pixels>', 'rows and columns of a patch', integer(1), 256);
  reporterOptions(info)
    .addHelpText('after', examples)
    .action((folder: string, flags: DatasetFlags) => datasetInfo(folder, flags, context));
}

async function datasetInfo(
  folder: string,
  { patch, ...flags }: DatasetFlags,
  context: Context,
): Promise<void> {
  await reporting(flags, context, 'opening', async (reporter) => {
    const { formatDataset, summarizeDataset } = await import('@mtpi/train');
    const { onProgress } = jobOptions(reporter, context);
    const dataset = await summarizeDataset(folder, {
      ...{ patch, signal: context.signal },
      ...(!flags.json && { onProgress }),
    });
    reporter.result({ ...dataset }, formatDataset(dataset));
    if (dataset.regions.some(({ problems }) => problems.length > 0)) context.exitCode = 1;
  });
}
