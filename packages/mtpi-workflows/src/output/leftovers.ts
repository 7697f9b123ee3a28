import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Staged files and co-registered inputs, hidden beside their output. */
const LEFTOVER = /^\.(.+)\.(?:[\da-f]{8}|coregistered)$/;

/** The output whose leftover has this name, if any. */
export const outputOfLeftover = (name: string): string | undefined => LEFTOVER.exec(name)?.[1];

/** Removes what killed runs have left of an output. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  for (const name of await readdir(folder))
    if (outputOfLeftover(name) === basename(resolve(path)))
      await rm(join(folder, name), { recursive: true, force: true });
}
