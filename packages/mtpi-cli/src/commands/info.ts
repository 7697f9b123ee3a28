import type { Command } from 'commander';
import type { Context } from '../context';
import { jobOptions, type ReporterOptions, reporting } from '../progress';
import { seriesTable } from '../series-table';

/** `mtpi info`: shows what a raster, a Sentinel-1 product or a weights file contains, or the series in folders. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Shows size, bands, georeference, date and processing of a raster or product, as what despeckle would read it, or the ' +
        'network of a weights file. For folders, lists acquisitions with date, orbit, gap, size and problems, and results.',
    )
    .argument(
      '<paths...>',
      'GeoTIFF, PolSARpro folder, .npy, Sentinel-1 product, .safetensors or .pth; or folders of acquisitions',
    )
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ mtpi info out.tif\n  $ mtpi info sentinel1\n  $ mtpi info weights.safetensors --json',
    )
    .action((paths: string[], flags: ReporterOptions) => info(paths, flags, context));
}

async function info(paths: string[], flags: ReporterOptions, context: Context): Promise<void> {
  await reporting(flags, context, 'opening', async (reporter) => {
    const { describeInputs, factLines } = await import('@mtpi/workflows/inspect');
    const found = await describeInputs(paths, jobOptions(reporter, context));
    if ('list' in found)
      return reporter.result({ ...found.list }, await seriesTable(found.list, context.stdout));
    const { files } = found;
    const lines = files.map((facts) => factLines(facts).join('\n'));
    reporter.result(files.length > 1 ? { files } : files[0], lines.join('\n\n'));
    if (files.some(({ problem }) => problem)) context.exitCode = 1;
  });
}
