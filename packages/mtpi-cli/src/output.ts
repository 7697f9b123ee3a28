import { extname } from 'node:path';
import { createCovarianceFolder, createGeoTiff, createNpy, type GeoTiffOptions, type RasterSink } from '@mtpi/sar-io';

/** Begins the raster that a path's ending asks for: .tif a GeoTIFF, .npy an array, none a PolSARpro folder. */
export function createOutput(path: string, options: GeoTiffOptions): Promise<RasterSink> {
  switch (extname(path).toLowerCase()) {
    case '.tif':
    case '.tiff':
      return createGeoTiff(path, options);
    case '.npy':
      return createNpy(path, options);
    case '':
      return createCovarianceFolder(path, options);
    default:
      throw new Error(`${path}: expected an output ending in .tif or .npy, or a folder's name`);
  }
}
