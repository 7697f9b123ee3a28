import { join, resolve } from 'node:path';
import { type Origin, ofOrigin, withCoregisteredStack } from '../acquisitions/coregistered-inputs';
import { acquisitionsOf } from '../acquisitions/dates-in';
import { pathsOfStack, type StackInput } from '../acquisitions/inputs';
import { stackTargets } from '../acquisitions/stack';
import { checkResultsFolder, checkStackInput } from '../check-arguments';
import { checkDespeckleOptions } from '../check-options';
import { type Warning, WarningLog } from '../job';
import { assertDerivedOutput } from '../output/derived-output';
import { isResult } from '../output/is-result';
import { makeFolder } from '../output/output-folder';
import { assertSafeOutput, claimOutput } from '../output/safe-output';
import type { DespeckledProduct, ShardFile } from '../result/product';
import type { DespeckleOptions } from './despeckle-options';
import { checkShardOptions } from './despeckle-shard';
import { despeckleTriplet, despeckleTripletShard, type TripletJob } from './despeckle-triplet';
import { openNetwork } from './network';
import type { PartialResult } from './partial-result';
import { checkShard, type Shard, shardSuffix } from './shard';

/**
 * Despeckles every date of a stack, or one, using all the others of its relative orbit, or the nearest `dates` of them: those
 * before and those after it are averaged, weighted by similarity to the target. At the ends of a stack the dates of the one side are split
 * in two.
 *
 * @param stack a folder, as `coregisterStack` writes or with one subfolder, file or pair of VV and VH for each date; or the
 *   acquisitions. Three dates or more.
 * @param folder where a GeoTIFF for each date is written, named by its time, as `20240305T170815.tif`. It may lie in the folder
 *   of the stack, where results are not taken for dates.
 * @yields the product of each date as soon as it is written.
 * @throws as `despeckleFile`; WorkflowError `InvalidStack`.
 */
export async function* despeckleStack(
  stack: StackInput,
  folder: string,
  options: DespeckleOptions = {},
): AsyncGenerator<DespeckledProduct> {
  checkArguments(stack, folder, options);
  const partials: PartialResult[] = [];
  yield* overStack(stack, folder, options, '', async (job) => {
    const { product, partial } = await despeckleTriplet(job);
    if (partial) partials.push(partial);
    return product;
  });
  // Kept until all dates are done, so that a resumed run does not repeat those that are.
  for (const partial of partials) await partial.remove();
}

/** Despeckles one shard of every date of a stack. Parameters and errors as of `despeckleStack` and `despeckleShard`. */
export async function* despeckleStackShard(
  stack: StackInput,
  folder: string,
  shard: Shard,
  options: DespeckleOptions = {},
): AsyncGenerator<ShardFile> {
  checkArguments(stack, folder, options);
  checkShard(shard);
  checkShardOptions(options);
  yield* overStack(stack, folder, options, shardSuffix(shard), (job) => despeckleTripletShard(job, shard));
}

function checkArguments(stack: StackInput, folder: string, options: DespeckleOptions): void {
  checkStackInput(stack);
  checkDespeckleOptions(options);
  checkResultsFolder(folder, options.report);
}

/** Runs a job on each date. @param suffix distinguishes runs that write to the same folder. */
async function* overStack<T>(
  stack: StackInput,
  folder: string,
  options: DespeckleOptions,
  suffix: string,
  run: (job: TripletJob) => Promise<T>,
): AsyncGenerator<T> {
  const inputs = pathsOfStack(stack);
  const dates = (await acquisitionsOf(stack)).flat();
  const discards = [await makeFolder(folder)];
  try {
    await assertSafeOutput(folder, dates, { kind: 'folder' });
    if (options.report) discards.push(await makeFolder(options.report));
    const place = resolve(folder) + suffix;
    const release = await claimOutput(place);
    try {
      yield* withCoregisteredStack(stack, place, options, (rasters, origin, options) =>
        overDates(rasters, { inputs, dates }, folder, origin, options, run),
      );
    } finally {
      await release();
    }
  } catch (error) {
    for (const discard of discards) await discard();
    throw error;
  }
}

async function* overDates<T>(
  stack: StackInput,
  { inputs, dates }: Record<'inputs' | 'dates', readonly string[]>,
  folder: string,
  origin: Origin,
  options: DespeckleOptions,
  run: (job: TripletJob) => Promise<T>,
): AsyncGenerator<T> {
  const { report } = options;
  const log = new WarningLog(options);
  const found: Warning[] = [];
  const onWarning = (warning: Warning) => found.push(ofOrigin(warning, origin));
  const targets = await stackTargets(stack, { ...options, onWarning });
  const told = new Set<string>();
  log.addAll(found, told);
  const outputs = targets.map(({ name }) => join(folder, `${name}.tif`));
  const reports = targets.map(({ name }) => report && join(report, `${name}.html`));
  for (const path of [...outputs, ...reports])
    if (path) await assertDerivedOutput(path, (await isResult(path)) ? dates : inputs);
  const network = await openNetwork(options.weights, options.engine, log.add);
  try {
    for (const [i, { input, description, warnings }] of targets.entries()) {
      yield await run({
        ...{ input, output: outputs[i], report: reports[i], origin, network, options },
        series: { description, warnings, told },
        image: { number: i + 1, count: targets.length },
      });
    }
  } finally {
    await network.dispose();
  }
}
