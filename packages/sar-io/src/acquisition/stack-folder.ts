import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { polarizationOf } from '../polarization';

const RASTER = /\.(?:tiff?|dim|znap\.zip)$/i;

/**
 * The acquisitions in a folder, each as the paths that `openAcquisition` takes: a subfolder; two files whose names differ
 * in the polarization alone; or a file by itself. In order of their names.
 */
export async function listAcquisitions(folder: string): Promise<string[][]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const acquisitions = new Map<string, string[]>();
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry;
    const isFolder = entry.isDirectory() && !/\.data$/i.test(name);
    if (name.startsWith('.') || !(isFolder || RASTER.test(name))) continue;
    const key = isFolder ? name : withoutPolarization(name);
    acquisitions.set(key, [...(acquisitions.get(key) ?? []), join(folder, name)]);
  }
  return [...acquisitions.values()];
}

function withoutPolarization(name: string): string {
  const polarization = polarizationOf(name);
  return polarization ? name.replace(new RegExp(`(?<![a-z])${polarization}(?![a-z])`, 'i'), '') : name;
}
