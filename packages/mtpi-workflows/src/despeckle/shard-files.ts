import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathsOfResult } from '../result/result-paths';
import { PartialResult } from './partial-result';

const SHARD = /^(.+)\.shard-\d+-of-\d+$/;

/** The output that a file name is a shard of, if it is one. */
export const outputOfShard = (name: string): string | undefined => SHARD.exec(name)?.[1];

/** The names of the shards beside an output, sorted. */
export async function listShards(output: string): Promise<string[]> {
  const names = await readdir(dirname(output));
  return names.filter((name) => outputOfShard(name) === basename(output)).sort();
}

/** Removes the shards of an output that has been written. Of a run that is killed meanwhile, `removeMergedShards` finds the rest. */
export async function removeShards(output: string, shards: readonly PartialResult[]): Promise<void> {
  const last = shards.find(({ merged }) => merged) ?? shards[0];
  if (!last.merged) await last.markMerged();
  for (const shard of shards) if (shard !== last) await shard.remove(output);
  await last.remove(output);
}

/** The shards that a killed run has left beside an output it had merged them into. */
export async function findMergedShards(output: string): Promise<PartialResult[]> {
  const opened = await Promise.allSettled(
    (await listShards(output)).map((name) => PartialResult.open(join(dirname(output), name))),
  );
  const shards = opened.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const last = shards.find(({ merged }) => merged);
  if (!last) return [];
  const { jobFingerprint, result } = last.description;
  const written = pathsOfResult(output, result).map((path) => lstat(path).catch(() => undefined));
  if ((await Promise.all(written)).includes(undefined)) return [];
  return shards.filter(({ description }) => description.jobFingerprint === jobFingerprint);
}

/** Removes what `findMergedShards` finds. @returns their paths. */
export async function removeMergedShards(output: string): Promise<string[]> {
  const shards = await findMergedShards(output);
  const paths = shards.map(({ path }) => path);
  if (shards.length > 0) await removeShards(output, shards);
  return paths;
}
