import { basename, join, resolve } from 'node:path';
import { isRasterFile, listFolder } from '@mtpi/sar-io/node';

/** A folder, or a file, that holds one acquisition. */
export interface AcquisitionFolder {
  name: string;
  path: string;
  role: 'target' | 'auxiliary';
}

export interface RegionFolder {
  name: string;
  path: string;
  /** In order of their names. */
  acquisitions: AcquisitionFolder[];
}

const REGION = /^S\d+(?![a-z\d])/i;
const TARGET = /(?:^|[^a-z])tar(?:get)?(?![a-z])/i;
const AUXILIARY = /(?:^|[^a-z])(?:ass(?:ist)?|aux(?:iliary)?)(?![a-z])/i;

/** The regions in a folder, or the folder itself as one, by the names of what lies in it. */
export async function findRegions(path: string): Promise<RegionFolder[]> {
  const own = await listDatasetAcquisitions(path);
  if (own.length > 0) return [{ name: basename(resolve(path)), path, acquisitions: own }];
  const regions: RegionFolder[] = [];
  for (const name of await namesIn(path, 'folders')) {
    const acquisitions = await listDatasetAcquisitions(join(path, name));
    if (acquisitions.length > 0 || REGION.test(name)) {
      regions.push({
        name: REGION.exec(name)?.[0].toUpperCase() ?? name,
        path: join(path, name),
        acquisitions,
      });
    }
  }
  return regions;
}

async function listDatasetAcquisitions(path: string): Promise<AcquisitionFolder[]> {
  const files = (await namesIn(path, 'files')).filter((name) => isRasterFile(name));
  const folders = (await namesIn(path, 'folders')).filter((name) => !/\.data$/i.test(name));
  return [...folders, ...files].flatMap((name) => {
    const role = TARGET.test(name) ? 'target' : AUXILIARY.test(name) ? 'auxiliary' : undefined;
    return role ? { name, path: join(path, name), role } : [];
  });
}

async function namesIn(path: string, what: 'files' | 'folders'): Promise<string[]> {
  const entries = await listFolder(path);
  return entries
    .filter(({ name, isFolder }) => !name.startsWith('.') && isFolder === (what === 'folders'))
    .map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
