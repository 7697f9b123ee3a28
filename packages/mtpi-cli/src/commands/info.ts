import type { Command } from 'commander';
import type { Context } from '../context';
import { jobOptions, type ReporterOptions, reporting } from '../progress';
import { seriesTable } from '../series-table';

/** `mtpi info`: shows what a raster, a Sentinel-1 product or a weights file contains, or the series in folders. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Shows size, bands, georeference, date and processing of a raster or product, or the network of a weights file. For ' +
        'folders, lists the acquisitions: date, orbit, gap, size, and problems.',
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
    const { describeFile, isCollection, listSeries } = await import('@mtpi/workflows/inspect');
    if (paths.length > 1 || (await isCollection(paths[0]))) {
      const list = await listSeries(paths, jobOptions(reporter, context));
      reporter.result({ ...list }, await seriesTable(list));
      return;
    }
    const facts = await describeFile(paths[0], { signal: context.signal });
    const { processing = {}, ...others } = facts;
    const shown = Object.entries({ ...others, ...(processing as object) });
    const column = Math.max(...shown.map(([name]) => name.length)) + 2;
    const lines = shown.map(
      ([name, value]) => name.padEnd(column) + (typeof value === 'object' ? JSON.stringify(value) : value),
    );
    reporter.result(facts, lines.join('\n'));
  });
}
