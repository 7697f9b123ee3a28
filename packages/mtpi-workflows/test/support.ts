import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWeights, logTransform, MtpiNet } from '@mtpi/model';
import { type Image, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { crsOf, type Georeference } from '@mtpi/sar-io';
import { createGeoTiff } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';

export const SIZE = 64;

/** A folder with three simulated acquisitions and the weights of an untrained network. */
export async function tripletFolder(georeference: Georeference = utm(500_000)) {
  await tf.setBackend('cpu');
  const folder = await mkdtemp(join(tmpdir(), 'mtpi-workflows-'));
  const random = new Random(11);
  const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
  const images = simulateTriplet({ random, scene, looks: 4 });
  const days = { target: 13, previous: 1, next: 25 };
  const at = (name: string) => join(folder, name);
  for (const name of ['target', 'previous', 'next'] as const)
    await writeRaster(at(`${name}.tif`), images[name], days[name], georeference);
  const network = new MtpiNet({ architecture: 'progressive', baseChannels: 8, ddcrUnits: 1, seed: 1 });
  await writeFile(
    at('w.safetensors'),
    encodeWeights(network, { transform: logTransform, tile: 32, training: {} }),
  );
  const input = { target: at('target.tif'), previous: at('previous.tif'), next: at('next.tif') };
  return { folder, at, input, images, weights: at('w.safetensors') };
}

export const utm = (x: number): Georeference => ({
  crs: crsOf(32633),
  transform: [x, 10, 0, 4_500_000, 0, -10],
});

export async function writeRaster(
  path: string,
  image: Image,
  day: number,
  georeference: Georeference,
  { time = '05:00:00', polarizations = 'VV VH', metadata = {} } = {},
): Promise<void> {
  const [, height, width] = image.shape;
  const sink = await createGeoTiff(path, {
    ...{ width, height, georeference },
    bands: ['C11', 'C22', 'C12_real', 'C12_imag'],
    metadata: {
      ACQUISITION_TIME: `2024-03-${String(day).padStart(2, '0')}T${time}Z`,
      PASS: 'DESCENDING',
      ...(polarizations && { POLARIZATIONS: polarizations }),
      ...metadata,
    },
  });
  await sink.write(image);
  await sink.close();
}
