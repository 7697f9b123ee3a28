/** Writes three small simulated acquisitions as GeoTIFFs, to try things on, named by their times if these are given. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { COVARIANCE_BANDS, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { createGeoTiff } from '@mtpi/sar-io/node';

const [folder, rows = '320', cols = '160', ...times] = process.argv.slice(2);
if (!folder) {
  console.error('Usage: npm run ts -- scripts/simulate-triplet.ts FOLDER [ROWS COLS [TIME TIME TIME]]');
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const [height, width] = [Number(rows), Number(cols)];
const random = new Random(1);
const scene = simulateScene({ rows: height, cols: width, random });
const triplet = simulateTriplet({ random, scene, looks: 4 });
for (const [i, name] of (['previous', 'target', 'next'] as const).entries()) {
  const sink = await createGeoTiff(join(folder, `${times[i] ?? name}.tif`), {
    width,
    height,
    bands: COVARIANCE_BANDS,
  });
  await sink.write(triplet[name]);
  await sink.close();
}
