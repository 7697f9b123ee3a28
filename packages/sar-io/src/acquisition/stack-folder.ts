import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isRemote } from '../bytes/is-url';
import { datesOf } from '../cf/open';
import { SarIoError } from '../errors';
import { listFolder } from '../files/list-folder';
import { isRasterFile } from '../files/raster-file';
import { openNetcdfDataset } from '../netcdf/open';
import { isStac, readStac } from '../stac/items';
import { datedPath, NETCDF_NAME } from './dated-path';
import { isCoPolarized, polarizationOf, withoutPolarization } from './polarization';

/**
 * The acquisitions in a folder, each as the paths that `openAcquisition` takes: a subfolder; two files whose names differ
 * in the polarization alone; or a file by itself. In order of their names. Of a netCDF file, in the folder or instead of it,
 * each of its dates; of a STAC ItemCollection each Item.
 *
 * @throws SarIoError `NotFound`, `UnsupportedFormat` and `CorruptFile` of netCDF and STAC.
 */
export async function listAcquisitions(path: string): Promise<string[][]> {
  if (isStac(path)) return (await listItems(path)).map((item) => [item]);
  if (NETCDF_NAME.test(path)) return (await listDates(path)).map((date) => [date]);
  if (isRemote(path)) return [[path]];
  const entry = await stat(path).catch((cause) => {
    throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { path, cause });
  });
  if (!entry.isDirectory()) return [[path]];
  const entries = await listFolder(path);
  const shown = entries.filter(({ name }) => !name.startsWith('.') && !/\.data$/i.test(name));
  const folders = shown.filter(({ isFolder }) => isFolder).map(({ name }) => [join(path, name)]);
  const names = shown.map(({ name }) => name);
  const rasters = shown.filter(
    ({ name, isFolder }) => !isFolder && (isRasterFile(name, names) || NETCDF_NAME.test(name)),
  );
  const files: string[] = [];
  for (const { name } of rasters) {
    const file = join(path, name);
    files.push(...(NETCDF_NAME.test(name) ? await listDates(file) : [file]));
  }
  return [...folders, ...pairPolarizations(files)].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The dates of a netCDF file as paths; the file itself where it has no more than one. */
async function listDates(file: string): Promise<string[]> {
  const dataset = await openNetcdfDataset(file);
  try {
    const dates = await datesOf(dataset);
    return dates.length > 1 ? dates.map((date) => datedPath(file, date)) : [file];
  } finally {
    await dataset.close();
  }
}

/** The Items of a STAC document as paths; the document itself where it is one. */
async function listItems(document: string): Promise<string[]> {
  const images = await readStac(document);
  return images.length > 1
    ? images.map(({ acquired }) => (acquired ? datedPath(document, acquired) : document))
    : [document];
}

/** Files as acquisitions: two together whose names differ in the polarization alone, VV before VH. In order of their names. */
export function pairPolarizations(files: readonly string[]): string[][] {
  const acquisitions = new Map<string, string[]>();
  for (const file of [...files].sort(byName)) {
    const key = pairName(file);
    acquisitions.set(key, [...(acquisitions.get(key) ?? []), file]);
  }
  return [...acquisitions.values()];
}

/** A path without the polarization in the name of its file. */
const pairName = (file: string) => join(dirname(file), withoutPolarization(basename(file)));

/** Sorts files by their names; of two that differ in the polarization alone, VV and HH come before VH and HV. */
function byName(a: string, b: string): number {
  const [first, second] = [a, b].map((file) => polarizationOf(basename(file)));
  const [plain, other] = [a, b].map(pairName);
  if (plain !== other || !first || !second) return a < b ? -1 : 1;
  return Number(isCoPolarized(second)) - Number(isCoPolarized(first));
}
