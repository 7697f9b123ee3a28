import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AcquisitionWindow, loadDespeckler, type TripletSource } from '@mtpi/model';
import {
  boxcar,
  COVARIANCE_BANDS,
  createImage,
  type Image,
  logPsnrOfBands,
  planes,
  Random,
  sentinel1Swaths,
  simulateScene,
  simulateTriplet,
} from '@mtpi/polsar-priors';
import { createGeoTiff, writePng } from '@mtpi/sar-io/node';
import { sideBySide } from '@mtpi/workflows';
import type { Command } from 'commander';
import ndarray from 'ndarray';
import { integer } from '../arguments';
import { createReporter, type ReporterOptions } from '../progress';

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

/** `mtpi demo`: despeckles a simulated triplet and shows it beside what classical filters make of it. */
export function demoCommand(program: Command, signal: AbortSignal): void {
  program
    .command('demo')
    .summary('despeckle a simulated scene and look at the result')
    .description(
      'Simulates three single-look acquisitions of a landscape that no training has seen, despeckles the middle one, and ' +
        'writes a picture (speckled, 7×7 boxcar, despeckled, truth) and a GeoTIFF.',
    )
    .option('-o, --output <folder>', 'where to write', 'demo')
    .option('--size <pixels>', 'rows and columns of the scene', integer(64), 384)
    .option('--seed <n>', 'seed of the landscape', integer(0), 3)
    .option('-w, --weights <weights>', 'mtpi, mtpi-small, or a file; default mtpi')
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON lines')
    .addHelpText('after', examples)
    .action((flags: DemoFlags) => demo(flags, signal));
}

async function demo(
  { output, size, seed, weights, ...flags }: DemoFlags,
  signal: AbortSignal,
): Promise<void> {
  const reporter = createReporter(flags);
  const random = new Random(seed);
  const scene = simulateScene({ rows: size, cols: size, random });
  const triplet = simulateTriplet({ random, scene, looks: 1, correlation: sentinel1Swaths.IW2 });
  const despeckler = await loadDespeckler(weights);
  const despeckled = createImage(4, size, size);
  const onProgress = (done: number, total: number) =>
    reporter.progress('despeckling', done, total, { unit: 'tiles' });
  for await (const { y, image } of despeckler.despeckle(memorySource(triplet, size), {
    signal,
    onProgress,
  })) {
    const [from, to] = [planes(image), planes(despeckled)];
    to.forEach((plane, b) => plane.set(from[b], y * size));
  }
  await despeckler.dispose();
  const shown: [string, Image][] = [
    ['speckled', triplet.target],
    ['boxcar 7×7', boxcar(triplet.target, 7)],
    ['despeckled', despeckled],
    ['truth', triplet.truth],
  ];
  await mkdir(output, { recursive: true });
  const picture = join(output, 'before-after.png');
  await writePng(
    picture,
    sideBySide(
      shown.map(([, image]) => image),
      { min: -22, max: 2 },
    ),
  );
  const raster = join(output, 'despeckled.tif');
  const sink = await createGeoTiff(raster, { width: size, height: size, bands: COVARIANCE_BANDS });
  await sink.write(despeckled);
  await sink.close();
  const scores = shown
    .slice(0, 3)
    .map(([name, image]) => ({ name, psnr: logPsnrOfBands(image, triplet.truth) }));
  const table = scores.map(
    ({ name, psnr: [vv, vh] }) =>
      `  ${name.padEnd(12)}${vv.toFixed(2).padStart(8)}${vh.toFixed(2).padStart(8)}`,
  );
  reporter.result(
    { picture, raster, psnr: Object.fromEntries(scores.map(({ name, psnr }) => [name, psnr])) },
    ['PSNR, dB            VV      VH', ...table, `${picture}\n${raster}`].join('\n'),
  );
}

/** A triplet in memory as the source of a despeckler. */
function memorySource(triplet: { target: Image; previous: Image; next: Image }, size: number): TripletSource {
  const cut = (image: Image, x: number, y: number, width: number, height: number): AcquisitionWindow => {
    const window = createImage(4, height, width);
    const [from, to] = [planes(image), planes(window)];
    from.forEach((plane, b) => {
      for (let r = 0; r < height; r++)
        to[b].set(plane.subarray((y + r) * size + x, (y + r) * size + x + width), r * width);
    });
    return { image: window, mask: ndarray(new Uint8Array(width * height).fill(1), [height, width]) };
  };
  return {
    width: size,
    height: size,
    bands: 4,
    read: async ({ x, y, width, height }) => ({
      target: cut(triplet.target, x, y, width, height),
      previous: cut(triplet.previous, x, y, width, height),
      next: cut(triplet.next, x, y, width, height),
    }),
  };
}
