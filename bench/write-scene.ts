import { COVARIANCE_BANDS, createImage } from '@mtpi/polsar-priors';
import { createGeoTiff } from '@mtpi/sar-io/node';
import { fillSpeckle } from './speckle';

/** Writes a covariance of any size: 256 rows of speckle over and over. */
export async function writeScene(path: string, width: number, height: number, seed = 1): Promise<void> {
  const rows = Math.min(256, height);
  const sink = await createGeoTiff(path, { width, height, bands: COVARIANCE_BANDS, overviews: false });
  const strip = createImage(4, rows, width);
  fillSpeckle(strip.data.subarray(0, 2 * rows * width), seed);
  for (let y = 0; y < height; y += rows) await sink.write(strip.hi(4, Math.min(rows, height - y), width));
  await sink.close();
}
