import { COVARIANCE_BANDS, createImage, Random } from '@mtpi/polsar-priors';
import { createGeoTiff } from '@mtpi/sar-io';

/** Writes a covariance of any size: 256 rows of speckle over and over. */
export async function writeScene(path: string, width: number, height: number): Promise<void> {
  const rows = Math.min(256, height);
  const sink = await createGeoTiff(path, { width, height, bands: COVARIANCE_BANDS, overviews: false });
  const random = new Random(1);
  const strip = createImage(4, rows, width);
  for (let i = 0; i < 2 * rows * width; i++) strip.data[i] = -0.1 * Math.log(1 - random.uniform());
  for (let y = 0; y < height; y += rows) await sink.write(strip.hi(4, Math.min(rows, height - y), width));
  await sink.close();
}
