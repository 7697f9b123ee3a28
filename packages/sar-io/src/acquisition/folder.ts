import { stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import { SarIoError } from '../errors';
import { type FolderEntry, listFolder } from '../files/list-folder';
import { isRasterFile } from '../files/raster-file';
import { otherMatrix } from '../polsarpro/matrices';
import { parseTimestamp } from './acquisition-date';
import { covarianceName } from './channels';
import { polarizationOf } from './polarization';

/** Folders of PolSARpro with matrices that are no C2; opening them says so. */
const MATRIX_FOLDER = /^(?:C3|C4|T2|T3|T4|S2)$/i;
/** H/A/alpha lie beside a covariance; they follow from it and are not read. */
const DECOMPOSITION = /(?:^|_)(?:entropy|anisotropy|alpha|H|A)$/i;

/**
 * The rasters of the acquisition that a path names. A folder that is no raster itself may hold a PolSARpro folder `C2`,
 * or GeoTIFF, ENVI, BEAM-DIMAP or znap rasters: the four of a covariance, VV and VH, or only one.
 *
 * @throws SarIoError `UnsupportedFormat` where it holds more, such as several dates.
 */
export async function acquisitionPaths(path: string): Promise<string[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
  if (!isFolder || /\.(?:znap|zarr|data)$/i.test(path)) return [path];
  const entries = await listFolder(path).catch((): FolderEntry[] => []);
  const files = entries.map(({ name }) => name);
  if (files.includes(`${COVARIANCE_BANDS[0]}.bin`)) return [path];
  const matrixFolder =
    files.find((file) => /^C2$/i.test(file)) ?? files.find((file) => MATRIX_FOLDER.test(file));
  if (matrixFolder) return [join(path, matrixFolder)];
  const rasters = files
    .filter(
      (file) => isRasterFile(file, files) && !file.startsWith('.') && !DECOMPOSITION.test(parse(file).name),
    )
    .sort();
  const named = COVARIANCE_BANDS.flatMap((band) =>
    rasters.filter((file) => covarianceName(band).test(parse(file).name)),
  );
  // The order of names is nobody's choice: VV and HH come first.
  const polarized = ['VV', 'HH', 'VH', 'HV'].flatMap((polarization) =>
    rasters.filter((file) => polarizationOf(file) === polarization),
  );
  const chosen = [named, polarized, rasters].find(
    ({ length }, i) => length === [COVARIANCE_BANDS.length, 2, 1][i],
  );
  const matrix = otherMatrix(rasters.map((file) => parse(file).name));
  if (matrix && (!chosen || chosen === named)) {
    throw new SarIoError('UnsupportedFormat', { path, expected: 'C2, or VV and VH', ...matrix });
  }
  if (chosen) return chosen.map((file) => join(path, file));
  const folders = entries.filter(({ name, isFolder }) => isFolder && !name.startsWith('.'));
  const several = rasters.length > 0 ? rasters : folders.length > 1 ? folders.map(({ name }) => name) : [];
  if (several.length > 0) refuseSeveral(path, several, rasters.length > 0 ? 'rasters' : 'folders');
  return [path];
}

/** @throws SarIoError `UnsupportedFormat` */
function refuseSeveral(path: string, names: readonly string[], kind: string): never {
  const days = new Set(names.map((name) => parseTimestamp(name)?.toISOString().slice(0, 10)));
  const shown = names.slice(0, 4).join(', ') + (names.length > 4 ? ', …' : '');
  throw new SarIoError('UnsupportedFormat', {
    path,
    expected: 'the rasters of one acquisition: VV and VH, or C11, C22, C12_real and C12_imag',
    found: `${names.length} ${kind}${days.size > 1 ? ` of ${days.size} dates` : ''} (${shown})`,
    hint:
      days.size > 1
        ? 'Use the files of one date, or despeckle the folder as a stack'
        : 'Name the VV and VH files explicitly',
  });
}
