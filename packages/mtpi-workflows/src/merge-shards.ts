import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { blendTileRows, type RasterRows } from '@mtpi/model';
import { WorkflowError } from './errors';
import { PartialResult } from './partial-result';
import { writeResult } from './result';
import { rowsOfShard } from './shard';

const SHARD = /^(.+)\.shard-\d+-of-(\d+)$/;

/**
 * The parts of a result that shards have left beside it.
 *
 * @throws where shards are missing, naming them, or where they are not of one result.
 */
export async function findShards(output: string): Promise<PartialResult[]> {
  const folder = dirname(output);
  const names = (await readdir(folder)).filter((name) => SHARD.exec(name)?.[1] === basename(output)).sort();
  if (names.length === 0)
    throw new WorkflowError(
      'ShardsMissing',
      `${output}: expected shards ${basename(output)}.shard-… beside it, found none`,
    );
  const parts = await Promise.all(names.map((name) => PartialResult.open(join(folder, name))));
  const [{ shard, key }] = parts.map(({ description }) => description);
  const stranger = parts.findIndex(
    ({ description }) => description.shard.count !== shard.count || description.key !== key,
  );
  if (stranger > 0)
    throw new WorkflowError(
      'ShardMismatch',
      `${output}: ${names[stranger]} and ${names[0]} differ in shards, inputs, weights or options`,
    );
  const found = new Set(parts.map(({ description }) => description.shard.index));
  const missing = Array.from({ length: shard.count }, (_, index) => index).filter(
    (index) => !found.has(index),
  );
  if (missing.length > 0)
    throw new WorkflowError(
      'ShardsMissing',
      `${output}: shards are missing: ${missing.map((index) => `${index}/${shard.count}`).join(', ')}`,
    );
  return parts;
}

/** The results that have parts in a folder. */
export async function resultsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).flatMap((name) => SHARD.exec(name)?.[1] ?? []);
  return [...new Set(names)].sort().map((name) => join(folder, name));
}

/** Writes the result that parts make together. */
export async function mergeShards(
  output: string,
  parts: readonly PartialResult[],
  options: { signal: AbortSignal; onProgress: (done: number, total: number) => void },
): Promise<void> {
  const { layout, result } = parts[0].description;
  await writeResult(output, result, blendTileRows(strips(parts, layout.ys.length, options), layout));
}

async function* strips(
  parts: readonly PartialResult[],
  total: number,
  { signal, onProgress }: Parameters<typeof mergeShards>[2],
): AsyncGenerator<RasterRows> {
  const ordered = [...parts].sort((a, b) => a.description.shard.index - b.description.shard.index);
  for (const part of ordered) {
    const { first, end } = rowsOfShard(part.description.shard, total);
    for (let row = first; row < end; row++) {
      signal.throwIfAborted();
      yield await part.read(row);
      onProgress(row + 1, total);
    }
  }
}
