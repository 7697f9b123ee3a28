import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file under a temporary name beside it and renames it, so that a broken write leaves what was there. */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await writeFile(temporary, data);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
