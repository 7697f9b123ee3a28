import { gridDifferences } from '../georeference/same-grid';
import { openRaster } from '../open-raster';
import type { RasterSource } from '../raster/raster';
import { isStac, type StacImage, stacImage } from '../stac/items';
import { withStatedBand } from '../stac/stated-band';
import type { Acquisition, AcquisitionOptions } from './acquisition';
import { mostPrecise } from './acquisition-date';
import { acquisitionOf, closeAll, metadataWarnings, timeWarnings } from './acquisition-of';
import { checkAcquisitionOptions } from './check-options';
import { acquisitionPaths } from './folder';
import { type InputWarning, nameOfInput } from './warning';

/**
 * Opens a dual-polarization acquisition: a PolSARpro C2 folder; rasters with the bands C11, C22, C12_real, C12_imag in
 * any order, together or one by one; or VV and VH, complex or intensity, as two rasters or two bands of one. Rasters are
 * what `openRaster` opens; a folder with nothing but those of one acquisition stands for them, and so does a STAC Item (of an
 * ItemCollection with its date, as in `items.json#20240305`).
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat`, `CorruptFile`, `GridMismatch` where two files differ,
 *   `InvalidArgument` for an option that there is not, or of another kind.
 */
export async function openAcquisition(
  paths: string | readonly string[],
  options: AcquisitionOptions = {},
): Promise<Acquisition> {
  checkAcquisitionOptions('openAcquisition', options);
  const sources: RasterSource[] = [];
  try {
    let first: StacImage | undefined;
    for (const path of [paths].flat()) {
      const item = isStac(path) ? await stacImage(path, options) : undefined;
      first ??= item;
      for (const [i, file] of (item?.paths ?? (await acquisitionPaths(path))).entries())
        sources.push(withStatedBand(await openRaster(file, options), item?.bands[i] ?? {}));
    }
    const acquisition = await acquisitionOf(sources, options);
    return first ? withStatements(acquisition, first) : acquisition;
  } catch (error) {
    await closeAll(sources);
    throw error;
  }
}

/** An acquisition with what its STAC Item states: the time, and the orbit and the place as far as the files do not state them. */
function withStatements(acquisition: Acquisition, item: StacImage): Acquisition {
  const { width, height, paths } = acquisition;
  const isPlaced = acquisition.georeference.transform ?? acquisition.georeference.gcps;
  const georeference = isPlaced ? acquisition.georeference : item.georeference;
  const input = nameOfInput(paths);
  const differences = gridDifferences({ width, height, georeference }, { ...item, width, height });
  return {
    ...acquisition,
    acquired: mostPrecise([item.acquired, acquisition.acquired]),
    metadata: { ...item.metadata, ...acquisition.metadata },
    georeference,
    warnings: [
      ...acquisition.warnings,
      ...timeWarnings([acquisition, item], input),
      ...metadataWarnings([item], input),
      ...differences.map(
        (difference): InputWarning => ({
          ...{ code: 'GridsDiffer', severity: 'note', input },
          message: `The files and the STAC Item differ in ${difference}`,
        }),
      ),
    ],
  };
}
