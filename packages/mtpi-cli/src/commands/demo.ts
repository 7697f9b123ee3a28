import type { DemoOptions } from '@mtpi/workflows';
import type { Command } from 'commander';
import { integer } from '../arguments';
import type { Context } from '../context';
import { plainTable } from '../plain-table';
import { jobOptions, type ReporterOptions, reporterOptions, reporting } from '../progress';

interface DemoFlags extends ReporterOptions, DemoOptions {
  output: string;
}

const examples = `
Examples:
  The shipped weights on a scene of 384 × 384:
    $ mtpi demo
  Another landscape, smaller, with the small network:
    $ mtpi demo --seed 7 --size 128 -w mtpi-small -o small`;

/** `mtpi demo`: despeckles a simulated triplet and compares the result with a boxcar filter and the truth. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Simulates three single-look acquisitions of a landscape not used in training, despeckles the middle one, and ' +
        'writes a quicklook (speckled, 7×7 boxcar, despeckled, truth) and a GeoTIFF.',
    )
    .option('-o, --output <folder>', 'output folder', 'demo')
    .option('--size <pixels>', 'rows and columns of the scene', integer(64), 384)
    .option('--seed <n>', 'seed of the landscape', integer(0), 3)
    .option('-w, --weights <weights>', 'mtpi, mtpi-small, or a file (default: mtpi)');
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((flags: DemoFlags) => demo(flags, context));
}

async function demo({ output, ...flags }: DemoFlags, context: Context): Promise<void> {
  await reporting(flags, context, 'opening', async (reporter) => {
    const { writeDemo } = await import('@mtpi/workflows');
    const demo = await writeDemo(output, { ...flags, ...jobOptions(reporter, context) });
    const rows = Object.entries(demo.psnr).map(([name, psnr]) => [name, ...psnr.map((dB) => dB.toFixed(2))]);
    const table = plainTable(['PSNR, dB', 'VV', 'VH'], rows);
    reporter.result({ ...demo }, [table, demo.picture, demo.raster].join('\n'));
  });
}
