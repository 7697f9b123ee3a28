import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** The header of a file of samples, if there is one beside it. */
export async function findEnviHeader(data: string): Promise<string | undefined> {
  const files = await readdir(dirname(data)).catch((): string[] => []);
  const stem = basename(data, extname(data));
  const wanted = [`${basename(data)}.hdr`, `${stem}.hdr`].map((name) => name.toLowerCase());
  const found = wanted.flatMap((name) => files.filter((file) => file.toLowerCase() === name));
  return found.length > 0 ? join(dirname(data), found[0]) : undefined;
}
