import { extname } from 'node:path';
import {
  createGeoTiff,
  createNpy,
  createPolsarpro,
  type GeoTiffOptions,
  type RasterSink,
} from '@mtpi/sar-io';

/** What to write, whatever the format. */
export type OutputOptions = Omit<GeoTiffOptions, 'bands'> & { bands: readonly string[] };

/** PolSARpro's names of files where they differ from the bands'. */
const polsarproNames: Record<string, string> = { H: 'entropy', A: 'anisotropy' };

/**
 * Begins the raster that a path's ending asks for: .tif a Cloud Optimized GeoTIFF, .npy an array, none a PolSARpro
 * folder.
 */
export function createOutput(path: string, options: OutputOptions): Promise<RasterSink> {
  const { bands } = options;
  switch (extname(path).toLowerCase()) {
    case '.tif':
    case '.tiff':
      return createGeoTiff(path, options);
    case '.npy':
      return createNpy(path, { ...options, bands: bands.length });
    case '':
      return createPolsarpro(path, { ...options, bands: bands.map((name) => polsarproNames[name] ?? name) });
    default:
      throw new Error(`${path}: expected an output ending in .tif or .npy, or the name of a folder`);
  }
}
