import { splitDatedPath } from '../acquisition/dated-path';
import { openFile } from '../bytes/file-source';
import type { CfDataset } from '../cf/dataset';
import { openCfDataset } from '../cf/open';
import { SarIoError } from '../errors';
import { identifyForeignFormat } from '../foreign-format';
import type { RasterSource } from '../raster/raster';
import { openClassic } from './classic';
import { openHdf5 } from './hdf5';

/**
 * Opens a netCDF file (netCDF-3 or netCDF-4) with images of the CF conventions: variables over y and x, such as VV and VH,
 * of one date or, with a time axis, of several.
 *
 * @param path of several dates with the one to open, as in `series.nc#20240305` or `series.nc#20240305T170815`.
 * @throws SarIoError `NotFound` (the file, the date), `UnsupportedFormat`, `CorruptFile`.
 */
export async function openNetcdf(path: string): Promise<RasterSource> {
  const { file, date } = splitDatedPath(path);
  const dataset = await openNetcdfDataset(file);
  try {
    return await openCfDataset(dataset, date);
  } catch (error) {
    await dataset.close();
    throw error;
  }
}

/** The variables of a netCDF file. */
export async function openNetcdfDataset(path: string): Promise<CfDataset> {
  const file = await openFile(path);
  const start = await file.read(0, Math.min(512, file.size)).finally(() => file.close());
  const text = String.fromCharCode(...start.subarray(0, 8));
  if (text.startsWith('\x89HDF\r\n')) return openHdf5(path);
  if (text.startsWith('CDF')) return openClassic(path);
  const { name = 'another format', hint = 'Copy or download the file again' } =
    identifyForeignFormat(start) ?? {};
  throw new SarIoError('UnsupportedFormat', { path, expected: 'a netCDF file', found: name, hint });
}
