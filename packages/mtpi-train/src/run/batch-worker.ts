import { kTransferable, kValue, Tinypool } from 'tinypool';
import { type BatchSource, tensorsOf } from '../batches/batch';
import type { TrainingSettings } from '../settings/schema';
import { openSource } from './sources';

export interface BatchOrder {
  settings: TrainingSettings;
  index: number;
}

let source: Promise<BatchSource> | undefined;

/** Draws a batch of a run in a thread; its memory is transferred. */
export async function draw({ settings, index }: BatchOrder): Promise<unknown> {
  source ??= openSource({ ...settings, threads: 1 }, 'training'); // of the teacher: there are other workers
  const batch = await (await source).batch(index);
  const buffers = tensorsOf(batch).map(({ data }) => data.buffer);
  return Tinypool.move({ [kTransferable]: buffers, [kValue]: batch });
}
