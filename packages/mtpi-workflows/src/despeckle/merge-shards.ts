import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { blendTileRows, type RasterRows } from '@mtpi/model';
import { isRemote } from '@mtpi/sar-io';
import { checkPath, checkReportsFolder } from '../check-arguments';
import { checkMergeOptions } from '../check-options';
import { WorkflowError } from '../errors';
import { type JobOptions, WarningLog } from '../job';
import { makeFolder } from '../output/output-folder';
import { withOutput } from '../output/safe-output';
import { outputKind } from '../result/create-output';
import type { DespeckledProduct } from '../result/product';
import { rowsInside, writeResult } from '../result/result';
import { pathsOfResult } from '../result/result-paths';
import { completeProvenance } from './describe-processing';
import { type Level, levelOf, levelWarnings } from './level-meter';
import { PartialResult, type RowRecord } from './partial-result';
import { rowsOfShard } from './shard';
import { findMergedShards, listShards, outputOfShard, removeMergedShards, removeShards } from './shard-files';
import { type CompanionOptions, checkOutputs, writeCompanions } from './write-companions';

export interface MergeOptions extends JobOptions, CompanionOptions {
  /** Keeps the shards. Default false. */
  keepShards?: boolean;
}

/**
 * Merges the shards of a scene that lie beside its output: the same bytes as without shards.
 *
 * @throws WorkflowError `ShardsMissing`, naming them, `ShardMismatch`, `ShardDamaged`; `NotFound` where a report is asked
 *   for and the target is gone.
 */
export async function mergeShards(output: string, options: MergeOptions = {}): Promise<DespeckledProduct> {
  checkPath('output', output);
  checkMergeOptions(options);
  return mergeComplete(output, await completeShards(output, options), { ...options, named: true });
}

async function* mergeOutputs(
  outputs: readonly string[],
  options: MergeOptions,
): AsyncGenerator<DespeckledProduct> {
  const { report } = options;
  checkReportsFolder(report);
  const dates: [string, PartialResult[]][] = [];
  for (const output of outputs) dates.push([output, await completeShards(output, options)]);
  const discard = report ? await makeFolder(report) : undefined;
  try {
    for (const [output, shards] of dates) {
      const page = report && join(report, `${basename(output, '.tif')}.html`);
      yield await mergeComplete(output, shards, { ...options, report: page, named: false });
    }
  } catch (error) {
    await discard?.();
    throw error;
  }
}

/**
 * Merges the shards beside an output, or those in a folder of outputs once those of all are there; `report` is then a folder.
 *
 * @yields the product of each output.
 * @throws as `mergeShards`.
 */
export async function* merge(path: string, options: MergeOptions = {}): AsyncGenerator<DespeckledProduct> {
  checkPath('path', path);
  checkMergeOptions(options);
  const outputs = await listShardedOutputs(path).catch((error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  if (outputs.length > 0) yield* mergeOutputs(outputs, options);
  else yield await mergeShards(path, options);
}

/** All shards of an output, or the rest of them where a run was killed after it had merged them. */
async function completeShards(output: string, { report }: MergeOptions): Promise<PartialResult[]> {
  const names = await listShards(output).catch((cause) => {
    const folder = dirname(output);
    throw new WorkflowError('NotFound', `${folder} does not exist or cannot be read`, {
      path: folder,
      cause,
    });
  });
  const merged = await findMergedShards(output);
  const left = new Set(merged.map(({ path }) => basename(path)));
  const unmerged = names.filter((name) => !left.has(name));
  if (merged.length > 0 && unmerged.length === 0) return merged;
  const shards = await openShards(output, unmerged);
  if (report) await assertTargetThere(shards[0].description.comparison.target);
  return shards;
}

async function mergeComplete(
  output: string,
  shards: readonly PartialResult[],
  options: MergeOptions & { named: boolean },
): Promise<DespeckledProduct> {
  const { keepShards = false } = options;
  const { layout, inner, result, comparison, provenance } = shards[0].description;
  const isMerged = shards.some(({ merged }) => merged);
  return withOutput(output, comparison.target, outputKind(output), async () => {
    await checkOutputs(output, result, comparison.target, options);
    const rows = () => rowsInside(blendTileRows(mergedTileRows(shards, options), layout), inner);
    const records = isMerged ? [] : await Promise.all(shards.map((shard) => shard.records()));
    const { engine, level } = summaryOf(records.flat());
    const log = new WarningLog(options);
    for (const warning of levelWarnings(level, result.computed, output)) log.add(warning);
    const complete = completeProvenance(provenance, engine, level);
    const validFraction = isMerged ? Number.NaN : await writeResult(output, result, () => complete, rows());
    const { width, height, bands } = result;
    const paths = pathsOfResult(output, result);
    const written: DespeckledProduct = {
      ...{ path: paths[0], output, paths, width, height, bands, provenance: complete, comparison },
      metrics: { validFraction, ...level },
      warnings: log.warnings,
    };
    const product = { ...written, ...(await writeCompanions(written, options)) };
    if (!keepShards) await removeShards(output, shards);
    await removeMergedShards(output); // of an earlier merge that was killed
    return product;
  });
}

/** The outputs in a folder that have shards beside them. */
async function listShardedOutputs(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).flatMap((name) => outputOfShard(name) ?? []);
  return [...new Set(names)].sort().map((name) => join(folder, name));
}

/** @throws WorkflowError `ShardsMissing`, `ShardMismatch` unless these are all the shards of an output. */
async function openShards(output: string, names: readonly string[]): Promise<PartialResult[]> {
  if (names.length === 0)
    throw new WorkflowError('ShardsMissing', {
      path: output,
      expected: `shards ${basename(output)}.shard-… beside it`,
      found: 'none',
      hint: 'Use the --output of the shards.',
    });
  const shards = await Promise.all(names.map((name) => PartialResult.open(join(dirname(output), name))));
  const [{ shard, jobFingerprint }] = shards.map(({ description }) => description);
  const stranger = shards.findIndex(
    ({ description }) =>
      description.shard.count !== shard.count || description.jobFingerprint !== jobFingerprint,
  );
  if (stranger > 0)
    throw new WorkflowError(
      'ShardMismatch',
      `${output}: ${names[stranger]} and ${names[0]} differ in shards, inputs, weights or options`,
      { path: output, hint: 'Delete the shards of the other run.' },
    );
  const found = new Set(shards.map(({ description }) => description.shard.index));
  const missing = Array.from({ length: shard.count }, (_, index) => index).filter(
    (index) => !found.has(index),
  );
  if (missing.length > 0)
    throw new WorkflowError(
      'ShardsMissing',
      `${output}: shards are missing: ${missing.map((index) => `${index}/${shard.count}`).join(', ')}`,
      { path: output, hint: 'Run these with mtpi despeckle --shard.' },
    );
  return shards;
}

/** The rows of tiles of all partial results, from top to bottom. */
export async function* mergedTileRows(
  partials: readonly PartialResult[],
  { signal, onProgress }: JobOptions,
): AsyncGenerator<RasterRows> {
  const total = partials[0].description.layout.ys.length;
  const ordered = [...partials].sort((a, b) => a.description.shard.index - b.description.shard.index);
  for (const partial of ordered) {
    const { first, end } = rowsOfShard(partial.description.shard, total);
    for (let row = first; row < end; row++) {
      signal?.throwIfAborted();
      yield await partial.read(row);
      onProgress?.({ stage: 'merging', done: row + 1, total, unit: 'rows of tiles' });
    }
  }
}

/** Engine and mean backscatter over all tile rows. */
export function summaryOf(records: readonly RowRecord[]): { engine: string; level: Level } {
  return {
    engine: [...new Set(records.map(({ engine }) => engine))].join(' and '),
    level: levelOf(records.map(({ level }) => level)),
  };
}

async function assertTargetThere(target: readonly string[]): Promise<void> {
  for (const path of target) {
    if (path.endsWith('?…'))
      throw new WorkflowError('NotFound', {
        path,
        expected: 'a target that can be read again, for a report',
        found: 'a signed URL, which shards do not store',
        hint: 'Merge without --report, or give the shards the file itself.',
      });
    if (isRemote(path) || (await lstat(path).catch(() => undefined))) continue;
    throw new WorkflowError(
      'NotFound',
      `${path}: the target of the shards no longer exists, but the report needs it`,
      {
        path,
        hint:
          'Shards of Sentinel-1 SLC products delete their co-registered inputs when they end: for a report, run mtpi prepare once, ' +
          'and run the shards on its stack.',
      },
    );
  }
}
