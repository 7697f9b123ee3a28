import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listInputFiles, openBytes } from '@mtpi/sar-io/node';

/** Of a file larger than all blocks together, only these are read, spread evenly over it. */
const BLOCK = 2 ** 16;
const BLOCKS = 512;

/**
 * SHA-256 of the names, sizes and contents of files and what belongs to them, wherever they lie; of large files, of 512 blocks
 * of the content. Of a URL, of the size and version that its server states.
 *
 * @param paths files, folders with all that is in them, or http(s) and s3 addresses.
 */
export async function fingerprint(paths: readonly string[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const [, date] = /#([^#/]*)$/.exec(path) ?? [];
    if (date) hash.update(date);
    for (const each of await listInputFiles(path, { signal })) {
      if (isRemote(each)) hash.update(await versionOf(each, signal));
      else for (const file of await filesOf(each)) await addFile(hash, file);
    }
  }
  return hash.digest('hex');
}

/** Whether a path is the address of a file on a server. */
export const isRemote = (path: string): boolean => /^(?:https?|s3):\/\//i.test(path);

/** SHA-256 of values, as JSON. */
export const hashOf = (...values: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('hex');

async function versionOf(url: string, signal?: AbortSignal): Promise<string> {
  const source = await openBytes(url, { signal });
  await source.close();
  return `${source.size} ${source.version ?? ''}`;
}

/** The file itself, or all in a folder; the samples of BEAM-DIMAP lie in a folder beside their document. */
async function filesOf(path: string): Promise<string[]> {
  if (/\.dim$/i.test(path)) return [path, ...(await filesOf(path.replace(/dim$/i, 'data')))];
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).sort();
  return (await Promise.all(names.map((name) => filesOf(join(path, name))))).flat();
}

async function addFile(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    hash.update(`${basename(path)} ${size}\n`);
    const count = Math.min(Math.ceil(size / BLOCK), BLOCKS);
    for (let i = 0; i < count; i++) {
      const whole = size <= BLOCK * BLOCKS;
      const start = whole ? i * BLOCK : Math.floor((i * (size - BLOCK)) / (count - 1));
      hash.update(await block(file, start));
    }
  } finally {
    await file.close();
  }
}

async function block(file: FileHandle, start: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(BLOCK), 0, BLOCK, start);
  return buffer.subarray(0, bytesRead);
}
