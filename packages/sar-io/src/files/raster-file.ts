import { parse } from 'node:path';

const RASTER = /\.(?:tiff?|dim|vrt|znap(?:\.zip)?)$/i;

/** What lies beside samples under the same name: headers, sidecars, pictures, notes. */
const BESIDE = /\.(?:hdr|xml|msk|ovr|png|jpe?g|bmp|gif|kml|kmz|txt|log|json|csv|pdf|html?|zip)$/i;

/**
 * Whether a file, or a folder of a znap product, holds a raster by itself, by its name; samples of ENVI by the header among
 * the names in their folder.
 */
export function isRasterFile(name: string, names: readonly string[] = []): boolean {
  if (RASTER.test(name)) return true;
  return !BESIDE.test(name) && [name, parse(name).name].some((stem) => names.includes(`${stem}.hdr`));
}
