import { join } from 'node:path';
import type { Image } from '@mtpi/polsar-priors';
import type { Command } from 'commander';
import { integer } from '../arguments';
import type { Context } from '../context';
import { loadWorkflows } from '../load';
import { createReporter, type ReporterOptions, reporterOptions } from '../progress';

interface DemoFlags extends ReporterOptions {
  output: string;
  size: number;
  seed: number;
  weights?: string;
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
      'Simulates three single-look acquisitions of a landscape that no training has seen, despeckles the middle one, and ' +
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

async function demo({ output, size, seed, weights, ...flags }: DemoFlags, context: Context): Promise<void> {
  const reporter = createReporter(flags, context);
  reporter.start('opening');
  try {
    const { sideBySide, withFolder } = await loadWorkflows();
    const { boxcar, COVARIANCE_BANDS, createImage, logPsnrOfBands, planes, ...simulator } = await import(
      '@mtpi/polsar-priors'
    );
    const { Random, sentinel1Swaths, simulateScene, simulateTriplet } = simulator;
    const { loadDespeckler, memorySource } = await import('@mtpi/model');
    const { createGeoTiff, writePng } = await import('@mtpi/sar-io/node');
    const random = new Random(seed);
    const scene = simulateScene({ rows: size, cols: size, random });
    const triplet = simulateTriplet({ random, scene, looks: 1, correlation: sentinel1Swaths.IW2 });
    const despeckler = await loadDespeckler(weights);
    const despeckled = createImage(4, size, size);
    try {
      const rows = despeckler.despeckle(memorySource(triplet), {
        signal: context.signal,
        onProgress: (done, total) =>
          reporter.progress({ stage: 'despeckling', done, total, unit: 'tiles', pixels: size * size }),
      });
      for await (const { y, image } of rows) {
        const [from, to] = [planes(image), planes(despeckled)];
        to.forEach((plane, b) => plane.set(from[b], y * size));
      }
    } finally {
      await despeckler.dispose();
    }
    const shown: [string, Image][] = [
      ['speckled', triplet.target],
      ['boxcar 7×7', boxcar(triplet.target, 7)],
      ['despeckled', despeckled],
      ['truth', triplet.truth],
    ];
    const [picture, raster] = ['before-after.png', 'despeckled.tif'].map((name) => join(output, name));
    await withFolder(output, async () => {
      await writePng(picture, sideBySide(shown.map(([, image]) => image), { min: -22, max: 2 })); // biome-ignore format: one call
      const sink = await createGeoTiff(raster, { width: size, height: size, bands: COVARIANCE_BANDS });
      await sink.write(despeckled);
      await sink.close();
    });
    const psnr = shown
      .slice(0, 3)
      .map(([name, image]) => [name, logPsnrOfBands(image, triplet.truth)] as const);
    const table = psnr.map(
      ([name, [vv, vh]]) => `  ${name.padEnd(12)}${vv.toFixed(2).padStart(8)}${vh.toFixed(2).padStart(8)}`,
    );
    reporter.result(
      { picture, raster, psnr: Object.fromEntries(psnr) },
      ['PSNR, dB            VV      VH', ...table, `${picture}\n${raster}`].join('\n'),
    );
  } finally {
    reporter.stop();
  }
}
