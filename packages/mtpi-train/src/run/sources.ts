import { isMainThread } from 'node:worker_threads';
import { logTransform } from '@mtpi/model';
import type { Random } from '@mtpi/polsar-priors';
import { AcquiredBatches } from '../acquired/acquired-batches';
import { drawReflectivity } from '../acquired/reflectivity';
import { closePlaces, openRegions, openStack, type Stack } from '../acquired/stack';
import type { BatchSource } from '../batch';
import { DistillationBatches } from '../distillation-batches';
import { MixedBatches } from '../mixed-batches';
import type { SourceSettings, TrainingSettings } from '../settings/schema';
import { SimulatedBatches } from '../simulated-batches';

/** Seed of the validation batches, whatever the seed of the run. */
const VALIDATION_SEED = 0x5eed;

/** What batches are drawn from, and the files behind it. */
export interface OpenSource extends BatchSource {
  close(): Promise<void>;
}

/**
 * Opens what a run trains on, or is validated on.
 *
 * @throws TrainError `UnusableData`, SarIoError, ModelError of the teacher's weights.
 */
export async function openSource(
  settings: TrainingSettings,
  part: 'training' | 'validation',
  signal?: AbortSignal,
): Promise<OpenSource> {
  const places: (readonly Stack[])[] = [];
  const close = () => closePlaces(places.flat());
  try {
    for (const source of settings.data) places.push(await openPlaces(source, signal));
    const { teacher, threads } = settings;
    const plain = mixture(settings, places, part);
    const source =
      teacher === undefined
        ? plain
        : await DistillationBatches.open(plain, teacher, { threads, worker: isMainThread });
    return { batch: (index) => source.batch(index), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPlaces(source: SourceSettings, signal?: AbortSignal): Promise<Stack[]> {
  if (source.kind === 'simulated')
    return source.reflectivity ? [await openStack(source.reflectivity, { signal })] : [];
  const { path, looks } = source;
  if (source.kind === 'dataset') return openRegions(path, { looks, signal });
  return [await openStack(path, { looks, signal })];
}

function mixture(
  { data, batch, patch, seed, looksWeight }: TrainingSettings,
  places: readonly (readonly Stack[])[],
  part: 'training' | 'validation',
): BatchSource {
  const first = part === 'training' ? seed + 1 : VALIDATION_SEED;
  const sources = data.map((source, i) => {
    const options = { batch, patch, seed: first + i, transform: logTransform, looksWeight };
    if (source.kind !== 'simulated') {
      return { source: new AcquiredBatches(places[i], { ...source, ...options, part }), share: source.share };
    }
    const [place] = places[i];
    const reflectivity = place && ((random: Random) => drawReflectivity(place, patch, random));
    return { source: new SimulatedBatches({ ...source, ...options, reflectivity }), share: source.share };
  });
  // A seed of its own: with a source's, what chooses the source would also be the first thing drawn in it.
  return new MixedBatches(sources, first + data.length);
}
