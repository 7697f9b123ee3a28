import { createHash } from 'node:crypto';
import { type Despeckler, encodeWeights, type TrainedNetwork } from '@mtpi/model';
import { fingerprint, hashOf } from './fingerprint';
import { mergeShards } from './merge-shards';
import { outputFormat } from './output';
import { PartialResult } from './partial-result';
import { type Result, resultOf, writeResult } from './result';
import { rowsOfShard, type Shard, shardSuffix } from './shard';
import { type OpenTriplet, openTriplet, type PowerScale, type TripletPaths } from './triplet';

export interface JobOptions {
  scale: PowerScale;
  tile?: number;
  overlap?: number;
  window: number;
  backend: string;
  device: string;
  resume?: boolean;
  shard?: Shard;
  /** A series, every date of which is despeckled: the first and the last have both others on one side. */
  all?: readonly string[];
  /** What a report is to tell of how the result was made. */
  facts: Readonly<Record<string, string>>;
  signal: AbortSignal;
  onNote: (note: string) => void;
  /** Tiles done, of how many, and the pixels that they make. */
  onProgress: (done: number, total: number, pixels: number) => void;
}

/** One triplet on its way to one result, whole or in part. */
export interface Done {
  /** What was written: the result, or the part of it that is the shard's. */
  path: string;
  result: Result;
  /** What is left beside the result for `--resume`, to be removed when all is done. */
  part?: PartialResult;
}

/** A network ready to run. */
export interface Engine {
  /** Tells it from others, by `keyOf`. */
  key: string;
  despeckler: Despeckler;
}

/**
 * Despeckles a triplet. With `resume`, strips are kept beside the output until it is written, and those of a stopped run
 * are not made again. With a shard, its strips are all that is made.
 */
export async function despeckleJob(
  output: string,
  paths: TripletPaths,
  engine: Engine,
  options: JobOptions,
): Promise<Done> {
  outputFormat(output); // refused at once, not when all is computed
  const triplet = await openTriplet(paths, options.scale);
  try {
    triplet.notes.forEach(options.onNote);
    if (!options.all) triplet.misplaced.forEach(options.onNote);
    const result = resultOf(triplet.target, triplet.source.bands);
    if (options.resume || options.shard)
      return await inParts(output, paths.target, triplet, result, engine, options);
    const pixels = result.width * result.height;
    const { xs, ys } = engine.despeckler.layout(triplet.source, options);
    options.onProgress(0, xs.length * ys.length, pixels);
    const rows = engine.despeckler.despeckle(triplet.source, {
      ...options,
      onProgress: (done, total) => options.onProgress(done, total, pixels),
    });
    await writeResult(output, result, rows);
    return { path: output, result };
  } finally {
    await triplet.close();
  }
}

async function inParts(
  output: string,
  target: readonly string[],
  { source, paths }: OpenTriplet,
  result: Result,
  { despeckler, key: networkKey }: Engine,
  options: JobOptions,
): Promise<Done> {
  const { scale, window, backend, device, facts, resume = false, signal, onProgress } = options;
  const layout = despeckler.layout(source, options);
  const shard = options.shard ?? { index: 0, count: 1 };
  const key = hashOf(await fingerprint(paths), networkKey, layout, window, scale, backend, device, result);
  const path = options.shard ? output + shardSuffix(shard) : output;
  const part = await PartialResult.begin(
    path,
    { key, shard, layout, result, report: { target, scale, window, facts } },
    resume,
  );
  if (part.written) return { path, result, part };
  try {
    const { first, end } = rowsOfShard(shard, layout.ys.length);
    const all = Array.from({ length: end - first }, (_, i) => first + i);
    const tileRows = all.filter((row) => !part.has(row));
    const before = (all.length - tileRows.length) * layout.xs.length;
    const pixels = (result.width * result.height * all.length) / layout.ys.length;
    onProgress(before, all.length * layout.xs.length, pixels);
    const strips = despeckler.strips(source, {
      ...options,
      tileRows,
      onProgress: (done, total) => onProgress(before + done, before + total, pixels),
    });
    for await (const strip of strips) await part.write(layout.ys.indexOf(strip.y), strip);
    if (options.shard) {
      await part.publish();
      return { path, result };
    }
    await mergeShards(output, [part], { signal, onProgress: () => {} });
    await part.markWritten();
    return { path, result, part };
  } catch (error) {
    if (!resume) await part.remove();
    throw error;
  }
}

/** SHA-256 of a network's weights, configuration and transform. */
export const weightsHash = ({ network, ...info }: TrainedNetwork): string =>
  createHash('sha256').update(encodeWeights(network, info)).digest('hex');
