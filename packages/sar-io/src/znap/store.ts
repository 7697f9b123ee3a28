import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertUnchanged, stateOf } from '../bytes/file-state';
import { SarIoError } from '../errors';
import { ZipArchive } from '../files/zip-archive';
import { checkChunkSize } from './array-metadata';

/** The files of a zarr group, by keys such as `/i_VV/.zarray`; in a folder or in a zip. */
export interface ZarrStore {
  get(key: `/${string}`): Promise<Uint8Array | undefined>;
  /** Names of the arrays and groups in it. */
  names(): Promise<string[]>;
  close(): Promise<void>;
}

const GROUP = '.zgroup';

/** @throws SarIoError `NotFound`, `CorruptFile` (not a zip), `UnsupportedFormat` where there is no zarr group. */
export async function openZarrStore(path: string): Promise<ZarrStore> {
  const found = await stat(path).catch((cause) => {
    throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { cause });
  });
  const store = found.isDirectory() ? await folderStore(path) : await zipStore(path);
  if (await store.get(`/${GROUP}`)) return store;
  await store.close();
  throw new SarIoError('UnsupportedFormat', `${path}: expected a zarr group of version 2, found no ${GROUP}`);
}

/** Its files are opened one by one: that all are of one product is known by its `.zgroup`. */
async function folderStore(folder: string): Promise<ZarrStore> {
  const group = join(folder, GROUP);
  const state = await stateOf(group).catch(() => undefined);
  return {
    async get(key) {
      const bytes = await readPart(join(folder, key));
      if (state) assertUnchanged(group, state, await stateOf(group));
      return bytes;
    },
    names: async () => (await readdir(folder)).sort(),
    close: async () => {},
  };
}

/** Undefined where there is no such file. */
async function readPart(path: string): Promise<Uint8Array | undefined> {
  try {
    checkChunkSize(path, (await stat(path)).size);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof SarIoError) throw cause;
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code!)) return undefined;
    throw new SarIoError('ReadFailed', `${path} cannot be read`, { path, cause });
  }
}

/** The group may lie at the top of the zip or in a folder of it. */
async function zipStore(path: string): Promise<ZarrStore> {
  const archive = await ZipArchive.open(path);
  const groups = archive.names.filter((name) => `/${name}`.endsWith(`/${GROUP}`));
  const top = groups.sort((a, b) => a.length - b.length)[0]?.slice(0, -GROUP.length) ?? '';
  const entries = new Set(archive.names);
  return {
    async get(key) {
      const name = top + key.slice(1);
      if (!entries.has(name)) return undefined;
      checkChunkSize(`${path}/${name}`, archive.sizeOf(name));
      const file = await archive.openFile(name);
      try {
        return await file.read(0, file.size);
      } finally {
        await file.close();
      }
    },
    async names() {
      const inside = archive.names.filter((name) => name.startsWith(top));
      return [...new Set(inside.map((name) => name.slice(top.length).split('/')[0]))].sort();
    },
    close: () => archive.close(),
  };
}
