import { enableProdMode } from '@tensorflow/tfjs';
import { kTransferable, kValue, Tinypool } from 'tinypool';
import type { Batch, BatchSource } from '../batch';
import type { TrainingSettings } from '../settings/schema';
import { openSource } from './sources';

export interface BatchOrder {
  settings: TrainingSettings;
  index: number;
}

enableProdMode(); // keeps tfjs from advertising its native binding

let source: Promise<BatchSource> | undefined;

/** Runs in a thread: a batch of a run's training, handed over without a copy. */
export async function draw({ settings, index }: BatchOrder): Promise<unknown> {
  source ??= openSource({ ...settings, threads: 1 }, 'training'); // a teacher's: there are more workers
  const batch: Batch = await (await source).batch(index);
  const buffers = Object.values(batch).map(({ data }) => data.buffer);
  return Tinypool.move({ [kTransferable]: buffers, [kValue]: batch });
}
