import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { outputOfShard, removeMergedShards } from '../despeckle/shard-files';
import { WorkflowError } from '../errors';
import { isLockHeld } from './output-lock';
import { besideOutput } from './output-paths';

/** Leftovers of a killed run next to an output: staged files, co-registered inputs. */
const LEFTOVER = /^\.(.+)\.(?:[\da-f]{8}|coregistered)$/;

/** Where Sentinel-1 products are co-registered on the way to an output. */
export const coregisteredFolder = (path: string): string => besideOutput(path, 'coregistered');

/** Removes what killed runs have left of an output. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  for (const name of await readdir(folder))
    if (LEFTOVER.exec(name)?.[1] === basename(resolve(path)))
      await rm(join(folder, name), { recursive: true, force: true });
  await removeMergedShards(path);
}

/**
 * Removes what killed runs have left in a folder: staged files, co-registered inputs, shards that have been merged,
 * and locks. Outputs of runs that are going on stay, and so do partial results unless asked for, for `--resume`.
 *
 * @returns the paths removed.
 * @throws WorkflowError `NotFound` where there is no such folder.
 */
export async function removeAllLeftovers(
  folder: string,
  { partialResults = false }: { partialResults?: boolean } = {},
): Promise<string[]> {
  const names = await readdir(folder).catch((cause) => {
    throw new WorkflowError('NotFound', `${folder} is not a folder that can be read`, {
      path: folder,
      cause,
    });
  });
  const busy = new Set<string>();
  const removed: string[] = [];
  const remove = async (name: string) => {
    await rm(join(folder, name), { recursive: true, force: true });
    removed.push(join(folder, name));
  };
  for (const name of names) {
    const output = /^\.(.+)\.lock$/.exec(name)?.[1];
    if (output === undefined) continue;
    const isHeld = await isLockHeld(join(folder, name));
    if (isHeld) busy.add(output);
    else if (isHeld === false) await remove(name);
  }
  for (const name of names) {
    const output = LEFTOVER.exec(name)?.[1] ?? (partialResults && /^(.+)\.partial$/.exec(name)?.[1]);
    if (output && !busy.has(output) && (await isOurLeftover(join(folder, name)))) await remove(name);
  }
  for (const output of new Set(names.flatMap((name) => outputOfShard(name) ?? [])))
    if (!busy.has(output)) removed.push(...(await removeMergedShards(join(folder, output))));
  return removed;
}

async function isOurLeftover(path: string): Promise<boolean> {
  const entry = await lstat(path).catch(() => undefined);
  if (!entry?.isDirectory()) return false;
  return !path.endsWith('.partial') || (await readdir(path)).includes('part.json');
}
