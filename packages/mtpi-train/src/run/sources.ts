import { isMainThread } from 'node:worker_threads';
import type { JobOptions } from '@mtpi/jobs';
import type { Random } from '@mtpi/polsar-priors';
import { AcquisitionBatches } from '../batches/acquisition-batches';
import type { BatchSource } from '../batches/batch';
import { DistillationBatches } from '../batches/distillation-batches';
import { MixedBatches } from '../batches/mixed-batches';
import { SimulatedBatches } from '../batches/simulated-batches';
import type { SourceSettings, TrainingSettings } from '../settings/schema';
import type { StackPart } from '../stack/draw-window';
import { drawReflectivity } from '../stack/reflectivity';
import { closeStacks, openRegions, openStack, type Stack } from '../stack/stack';

/** Seed of the validation batches, independent of the seed of the run. */
const VALIDATION_SEED = 0x5eed;

type SourceOptions = Pick<JobOptions, 'signal' | 'onWarning'>;

/** A source of batches with open files. */
export interface OpenSource extends BatchSource {
  close(): Promise<void>;
}

/**
 * Opens the training or validation data of a run.
 *
 * @throws TrainError `UnusableData`, SarIoError, ModelError of the teacher's weights.
 */
export async function openSource(
  settings: TrainingSettings,
  part: StackPart,
  job: SourceOptions = {},
): Promise<OpenSource> {
  const stacks: (readonly Stack[])[] = [];
  const close = () => closeStacks(stacks.flat());
  try {
    for (const source of settings.data) stacks.push(await openStacks(source, job));
    const { teacher, threads } = settings;
    const plain = mixture(settings, stacks, part);
    if (teacher === undefined) return { batch: (index) => plain.batch(index), close };
    const options = { threads, workers: isMainThread ? 1 : 0 };
    const taught = await DistillationBatches.open(plain, teacher, options);
    return {
      batch: (index) => taught.batch(index),
      close: async () => {
        await taught.dispose();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openStacks(source: SourceSettings, job: SourceOptions): Promise<Stack[]> {
  if (source.kind === 'simulated')
    return source.reflectivity ? [await openStack(source.reflectivity, job)] : [];
  const { path, looks } = source;
  if (source.kind === 'dataset') return openRegions(path, { looks, ...job });
  return [await openStack(path, { looks, ...job })];
}

function mixture(
  { data, batch, patch, seed, looksWeight }: TrainingSettings,
  stacks: readonly (readonly Stack[])[],
  part: StackPart,
): BatchSource {
  const first = part === 'training' ? seed + 1 : VALIDATION_SEED;
  const sources = data.map((source, i) => {
    const options = { batch, patch, seed: first + i, looksWeight };
    if (source.kind !== 'simulated') {
      return {
        source: new AcquisitionBatches(stacks[i], { ...source, ...options, part }),
        share: source.share,
      };
    }
    const [stack] = stacks[i];
    const reflectivity = stack && ((random: Random) => drawReflectivity(stack, patch, random, part));
    return { source: new SimulatedBatches({ ...source, ...options, reflectivity }), share: source.share };
  });
  // A seed of its own: with that of a source, the choice of the source would be correlated with its first random number.
  return new MixedBatches(sources, first + data.length);
}
