import { extname } from 'node:path';
import { Tinypool } from 'tinypool';
import type { Batch } from '../batches/batch';
import type { TrainingSettings } from '../settings/schema';
import type { BatchOrder } from './batch-worker';
import type { OpenSource } from './sources';

/** Data-loading threads: they draw the batches of a run ahead. */
export class BatchPool implements OpenSource {
  private readonly pool: Tinypool;
  private readonly ahead = new Map<number, Promise<Batch>>();

  constructor(
    private readonly settings: TrainingSettings,
    private readonly threads: number,
  ) {
    this.pool = new Tinypool({
      // The file beside this one, in the sources or in either build.
      filename: new URL(`./batch-worker${extname(import.meta.url)}`, import.meta.url).href,
      name: 'draw',
      minThreads: threads,
      maxThreads: threads,
    });
  }

  async batch(index: number): Promise<Batch> {
    for (let i = index; i <= index + this.threads; i++) {
      if (!this.ahead.has(i)) this.ahead.set(i, this.draw(i));
    }
    const batch = this.ahead.get(index) as Promise<Batch>;
    this.ahead.delete(index);
    return batch;
  }

  private draw(index: number): Promise<Batch> {
    const order: BatchOrder = { settings: this.settings, index };
    const batch: Promise<Batch> = this.pool.run(order);
    batch.catch(() => {}); // rejection is handled where the batch is awaited
    return batch;
  }

  /**
   * Ends the threads, after the batches in progress: where a thread is ended while ONNX Runtime runs in it, for a teacher,
   * the process aborts.
   */
  async close(): Promise<void> {
    await Promise.allSettled(this.ahead.values());
    await this.pool.destroy();
  }
}
