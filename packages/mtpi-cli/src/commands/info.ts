import type { Command } from 'commander';
import type { Context } from '../context';
import { createReporter, type ReporterOptions } from '../progress';

/** `mtpi info`: shows what a raster, a Sentinel-1 product or a weights file contains. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Shows size, bands, georeference and date of a raster or product, or the network of a weights file.',
    )
    .argument('<file>', 'GeoTIFF, PolSARpro folder, .npy, Sentinel-1 SLC product, .safetensors or .pth')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExamples:\n  $ mtpi info out.tif\n  $ mtpi info weights.safetensors --json')
    .action((file: string, flags: ReporterOptions) => info(file, flags, context));
}

async function info(file: string, flags: ReporterOptions, context: Context): Promise<void> {
  const reporter = createReporter(flags, context);
  reporter.start('opening');
  try {
    const { describeFile } = await import('@mtpi/workflows/inspect');
    const facts = await describeFile(file, { signal: context.signal });
    const lines = Object.entries(facts).map(
      ([key, value]) => `${key.padEnd(12)} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    );
    reporter.result(facts, lines.join('\n'));
  } finally {
    reporter.stop();
  }
}
