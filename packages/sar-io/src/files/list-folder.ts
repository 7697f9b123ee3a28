import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** What lies in a folder. */
export interface FolderEntry {
  name: string;
  isFolder: boolean;
}

/**
 * Files and folders in a folder in order of their names, and those that links there lead to. Left out are links to the folder
 * itself, to one around it and to one that is listed anyway; a broken link is shown as a file, which opening it refuses.
 */
export async function listFolder(path: string): Promise<FolderEntry[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const here = await realpath(path);
  const folders = new Set(entries.flatMap((entry) => (entry.isDirectory() ? join(here, entry.name) : [])));
  const listed: FolderEntry[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry;
    let isFolder = entry.isDirectory();
    if (entry.isSymbolicLink()) {
      isFolder = (await stat(join(path, name)).catch(() => undefined))?.isDirectory() ?? false;
      const real = isFolder ? await realpath(join(path, name)) : undefined;
      if (real && (folders.has(real) || `${here}${sep}`.startsWith(`${real}${sep}`))) continue;
      if (real) folders.add(real);
    }
    listed.push({ name, isFolder });
  }
  return listed;
}
