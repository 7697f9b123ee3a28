import { stat } from 'node:fs/promises';
import { isUrl, openGeoTiff } from './geotiff/open';
import { openPolsarpro } from './polsarpro/open';
import type { RasterSource, ReadOptions } from './raster';

/**
 * Opens what the path names: a folder as PolSARpro's covariance, a file or URL as GeoTIFF.
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat`, `CorruptFile`.
 */
export async function openRaster(path: string, options: ReadOptions = {}): Promise<RasterSource> {
  const folder = !isUrl(path) && (await stat(path).catch(() => undefined))?.isDirectory();
  return folder ? openPolsarpro(path) : openGeoTiff(path, options);
}
