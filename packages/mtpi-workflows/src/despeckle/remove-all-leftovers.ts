import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowError } from '../errors';
import { outputOfLeftover } from '../output/leftovers';
import { isLockHeld } from '../output/output-lock';
import { isPartialResult } from './partial-result';
import { outputOfShard, removeMergedShards } from './shard-files';

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
    const output = outputOfLeftover(name) ?? (partialResults && /^(.+)\.partial$/.exec(name)?.[1]);
    if (output && !busy.has(output) && (await isOurLeftover(join(folder, name)))) await remove(name);
  }
  for (const output of new Set(names.flatMap((name) => outputOfShard(name) ?? [])))
    if (!busy.has(output)) removed.push(...(await removeMergedShards(join(folder, output))));
  return removed;
}

async function isOurLeftover(path: string): Promise<boolean> {
  const entry = await lstat(path).catch(() => undefined);
  if (!entry?.isDirectory()) return false;
  return !path.endsWith('.partial') || isPartialResult(path);
}
