import { openRaster } from '../open-raster';
import type { RasterSource } from '../raster/raster';
import { isStac, stacImage } from '../stac/items';
import { withStatedBand } from '../stac/stated-band';
import type { Acquisition, AcquisitionOptions } from './acquisition';
import { acquisitionOf, closeAll } from './acquisition-of';
import { acquisitionPaths } from './folder';

/**
 * Opens a dual-polarization acquisition: a PolSARpro C2 folder; rasters with the bands C11, C22, C12_real, C12_imag in
 * any order, together or one by one; or VV and VH, complex or intensity, as two rasters or two bands of one. Rasters are
 * what `openRaster` opens; a folder with nothing but those of one acquisition stands for them, and so does a STAC Item (of an
 * ItemCollection with its date, as in `items.json#20240305`).
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat`, `CorruptFile`, `GridMismatch` where two files differ.
 */
export async function openAcquisition(
  paths: string | readonly string[],
  options: AcquisitionOptions = {},
): Promise<Acquisition> {
  const sources: RasterSource[] = [];
  try {
    let stated: Date | undefined;
    for (const path of [paths].flat()) {
      const item = isStac(path) ? await stacImage(path, options) : undefined;
      stated ??= item?.acquired;
      for (const [i, file] of (item?.paths ?? (await acquisitionPaths(path))).entries())
        sources.push(withStatedBand(await openRaster(file, options), item?.bands[i] ?? {}));
    }
    const acquisition = await acquisitionOf(sources, options);
    return stated ? { ...acquisition, acquired: stated } : acquisition;
  } catch (error) {
    await closeAll(sources);
    throw error;
  }
}
