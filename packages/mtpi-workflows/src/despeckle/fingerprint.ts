import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { redactUrl } from '@mtpi/errors';
import { isRemote, listInputFiles, openBytes } from '@mtpi/sar-io/node';

/** Of a file larger than all blocks together, only these are read, spread evenly over it. */
const BLOCK = 2 ** 16;
const BLOCKS = 512;

/** The same for files on servers that state no version. */
const BLOCKS_OF_URL = 16;

type Hash = ReturnType<typeof createHash>;

/**
 * SHA-256 of the names, sizes and contents of files and what belongs to them, wherever they lie; of large files, of 512 blocks
 * of the content. Of a URL, of its address without query, the size and the version that its server states, or 16 blocks.
 *
 * @param paths files, folders with all that is in them, or http(s) and s3 addresses.
 */
export async function fingerprint(paths: readonly string[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const [, date] = /#([^#/]*)$/.exec(path) ?? [];
    if (date) hash.update(date);
    for (const each of await listInputFiles(path, { signal })) {
      for (const file of isRemote(each) ? [each] : await filesOf(each)) await addContent(hash, file, signal);
    }
  }
  return hash.digest('hex');
}

/** SHA-256 of values, as JSON. */
export const hashOf = (...values: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('hex');

/** The file itself, or all in a folder; the samples of BEAM-DIMAP lie in a folder beside their document. */
async function filesOf(path: string): Promise<string[]> {
  if (/\.dim$/i.test(path)) return [path, ...(await filesOf(path.replace(/dim$/i, 'data')))];
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).sort();
  return (await Promise.all(names.map((name) => filesOf(join(path, name))))).flat();
}

async function addContent(hash: Hash, path: string, signal?: AbortSignal): Promise<void> {
  const source = await openBytes(path, { signal });
  try {
    const { size, version } = source;
    hash.update(`${isRemote(path) ? redactUrl(path) : basename(path)} ${size} ${version ?? ''}\n`);
    if (version !== undefined || !Number.isFinite(size)) return;
    const most = isRemote(path) ? BLOCKS_OF_URL : BLOCKS;
    const count = Math.min(Math.ceil(size / BLOCK), most);
    for (let i = 0; i < count; i++) {
      const whole = size <= BLOCK * most;
      const start = whole ? i * BLOCK : Math.floor((i * (size - BLOCK)) / (count - 1));
      hash.update(await source.read(start, Math.min(BLOCK, size - start), signal));
    }
  } finally {
    await source.close();
  }
}
