import { join } from 'node:path';
import { loadDespeckler, memorySource } from '@mtpi/model';
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
import { checkFolder } from './check-arguments';
import type { JobOptions } from './job';
import { withFolder } from './output/output-folder';
import { sideBySide } from './side-by-side';

export interface DemoOptions extends Pick<JobOptions, 'signal' | 'onProgress' | 'onWarning'> {
  /** Rows and columns of the scene. Default 384. */
  size?: number;
  /** Seed of the landscape. Default 3. */
  seed?: number;
  weights?: string;
}

export interface Demo {
  picture: string;
  raster: string;
  /** Peak signal-to-noise ratio of VV and VH in dB, by image. */
  psnr: Record<string, readonly number[]>;
}

/**
 * Despeckles a simulated single-look triplet, and writes a quicklook (speckled, 7×7 boxcar, despeckled, truth) and a
 * GeoTIFF.
 */
export async function writeDemo(
  folder: string,
  { size = 384, seed = 3, weights, signal, onProgress, onWarning }: DemoOptions = {},
): Promise<Demo> {
  checkFolder(folder, 'a picture and a raster');
  const random = new Random(seed);
  const scene = simulateScene({ rows: size, cols: size, random });
  const triplet = simulateTriplet({ random, scene, looks: 1, correlation: sentinel1Swaths.IW2 });
  const despeckler = await loadDespeckler(weights, {
    onFallback: (message) => onWarning?.({ code: 'EngineFallback', message }),
  });
  const despeckled = createImage(4, size, size);
  try {
    const rows = despeckler.despeckle(memorySource(triplet), {
      signal,
      onProgress: (done, total) =>
        onProgress?.({ stage: 'despeckling', done, total, unit: 'tiles', pixels: size * size }),
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
  const [picture, raster] = ['before-after.png', 'despeckled.tif'].map((name) => join(folder, name));
  const images = shown.map(([, image]) => image);
  await withFolder(folder, async () => {
    await writePng(picture, sideBySide(images, { min: -22, max: 2 }));
    const metadata = { POLARIZATIONS: 'VV VH' };
    const sink = await createGeoTiff(raster, {
      width: size,
      height: size,
      bands: COVARIANCE_BANDS,
      metadata,
    });
    await sink.write(despeckled);
    await sink.close();
  });
  const psnr = shown.slice(0, 3).map(([name, image]) => [name, logPsnrOfBands(image, triplet.truth)]);
  return { picture, raster, psnr: Object.fromEntries(psnr) };
}
