import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isCoPolarized, polarizationOf } from '../polarization';
import { isRasterFile } from '../raster-file';

/**
 * The acquisitions in a folder, each as the paths that `openAcquisition` takes: a subfolder; two files whose names differ
 * in the polarization alone; or a file by itself. In order of their names.
 */
export async function listAcquisitions(folder: string): Promise<string[][]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const shown = entries.filter(({ name }) => !name.startsWith('.') && !/\.data$/i.test(name));
  const folders = shown.filter((entry) => entry.isDirectory()).map(({ name }) => [join(folder, name)]);
  const files = shown.filter((entry) => !entry.isDirectory() && isRasterFile(entry.name));
  const acquisitions = [...folders, ...pairPolarizations(files.map(({ name }) => join(folder, name)))];
  return acquisitions.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Files as acquisitions: two together whose names differ in the polarization alone, VV before VH. In order of their names. */
export function pairPolarizations(files: readonly string[]): string[][] {
  const acquisitions = new Map<string, string[]>();
  for (const file of [...files].sort(byName)) {
    const key = join(dirname(file), withoutPolarization(basename(file)));
    acquisitions.set(key, [...(acquisitions.get(key) ?? []), file]);
  }
  return [...acquisitions.values()];
}

/** VV and HH come before VH and HV. */
function byName(a: string, b: string): number {
  const [first, second] = [a, b].map((file) => polarizationOf(basename(file)));
  const [plain, other] = [a, b].map(withoutPolarization);
  if (plain !== other || !first || !second) return a < b ? -1 : 1;
  return Number(isCoPolarized(second)) - Number(isCoPolarized(first));
}

function withoutPolarization(name: string): string {
  const polarization = polarizationOf(name);
  return polarization ? name.replace(new RegExp(`(?<![a-z])${polarization}(?![a-z])`, 'i'), '') : name;
}
