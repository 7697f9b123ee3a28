import type { StackInput, TripletInput } from '../acquisitions/inputs';
import { listSeries, listStack, type SeriesList } from '../acquisitions/list-series';
import { productsInStack } from '../acquisitions/products-in';
import { stackTargets } from '../acquisitions/stack';
import { checkResultsFolder } from '../check-arguments';
import { checkDespeckleOptions } from '../check-options';
import { WorkflowError } from '../errors';
import { type Warning, WarningLog } from '../job';
import type { DespeckledProduct, ShardFile } from '../result/product';
import { checkWeights } from './check-weights';
import { despeckleFile } from './despeckle-file';
import type { DespeckleOptions } from './despeckle-options';
import { checkSeries, despeckleSeries, withOutputs } from './despeckle-series';
import { despeckleShard } from './despeckle-shard';
import { despeckleStack, despeckleStackShard } from './despeckle-stack';
import type { Shard } from './shard';

/** The inputs: a triplet, a stack, or files and folders. */
export interface DespeckleInputs extends Partial<TripletInput> {
  /** A folder or acquisitions, as of `despeckleStack`. */
  stack?: StackInput;
  /** Files and folders, as of `despeckleSeries`. */
  paths?: readonly string[];
}

export interface DespeckleInputsOptions extends DespeckleOptions {
  /** For a triplet or stack: processes only this shard of each scene. */
  shard?: Shard;
  /** Called with the series found in files and folders, before they are despeckled. */
  onSeries?: (list: SeriesList) => void | Promise<void>;
  /** For files and folders, or a stack: only checks and lists the series, with the outputs of their rasters. Default false. */
  dryRun?: boolean;
}

/**
 * Despeckles inputs of any kind, like `despeckleFile`, `despeckleStack`, `despeckleSeries` and the functions for shards.
 *
 * @param output file of a triplet, folder of a stack or of series.
 * @yields each product as soon as it is written.
 * @throws as these; WorkflowError `InvalidArgument` for inputs of several kinds or none, and options that they do not have.
 */
export async function* despeckle(
  inputs: DespeckleInputs,
  output: string,
  { shard, onSeries, dryRun, ...options }: DespeckleInputsOptions = {},
): AsyncGenerator<DespeckledProduct | ShardFile> {
  const { triplet, stack, paths } = onlyKind(inputs);
  checkDespeckleOptions(options);
  // Not when a whole folder has been read, or all is co-registered.
  await checkWeights(options);
  if (paths) {
    if (shard) throw invalid('a triplet or stack for a shard');
    checkResultsFolder(output, options.report);
    const list = await listSeries(paths, options);
    await onSeries?.(dryRun ? withOutputs(list, output, options) : list);
    if (dryRun) checkSeries(list, options);
    else yield* despeckleSeries(list, output, options);
    return;
  }
  const isListed = stack && (dryRun || options.targetDate !== undefined);
  const products = isListed ? await productsInStack(stack) : [];
  if (dryRun && stack) {
    const list = await listStack(stack, products, options);
    await onSeries?.(withOutputs(list, output, options));
    if (products.length === 0) {
      const found: Warning[] = [];
      const onWarning = (warning: Warning) => found.push(warning);
      const targets = await stackTargets(stack, { ...options, onWarning });
      new WarningLog(options).addAll([...found, ...targets.flatMap(({ warnings }) => warnings)]);
    } else checkSeries(list, options);
    return;
  }
  if (stack && products.length > 0) checkSeries(await listStack(stack, products, options), options); // before all is co-registered
  if (dryRun) throw invalid('files, folders or a stack for a dry run');
  if (stack) {
    yield* shard
      ? despeckleStackShard(stack, output, shard, options)
      : despeckleStack(stack, output, options);
  } else {
    yield shard
      ? await despeckleShard(triplet!, output, shard, options)
      : await despeckleFile(triplet!, output, options);
  }
}

type OneKind = Pick<DespeckleInputs, 'stack' | 'paths'> & { triplet?: TripletInput };

function onlyKind(inputs: DespeckleInputs): OneKind {
  const { target, previous, next, stack, paths } = inputs ?? {};
  const kinds = [target ?? previous ?? next, stack, paths].filter((kind) => kind !== undefined);
  if (kinds.length > 1) throw invalid('either files and folders, or target, previous and next, or a stack');
  if (paths || stack) return { paths, stack };
  if (kinds.length === 0) throw invalid('files or folders, or target, previous and next, or a stack');
  const missing = Object.entries({ target, previous, next }).filter(([, date]) => !date);
  if (!target || !previous || !next)
    throw invalid(`${missing.map(([name]) => `the option '${name}'`).join(' and ')} as well`);
  return { triplet: { target, previous, next } };
}

const invalid = (expected: string) => new WorkflowError('InvalidArgument', { expected });
