import { extname } from 'node:path';
import type { MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import { Tinypool } from 'tinypool';
import type { Block } from './covariance-block';
import type { BlockResult } from './covariance-worker';

/** Threads that make covariances. They start with the first block. */
export class CovariancePool {
  private readonly pool: Tinypool;

  constructor(threads: number) {
    this.pool = new Tinypool({
      // The same file beside this one: of the sources, or of either build.
      filename: new URL(`./covariance-worker${extname(import.meta.url)}`, import.meta.url).href,
      name: 'covariance',
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 60_000,
    });
  }

  /** As `covarianceBlock`; the samples of the block are moved to the thread. */
  async run(block: Block): Promise<MaskedImage> {
    const transferList = block.channels.map(({ pairs }) => pairs.buffer as ArrayBuffer);
    const { shape, values, valid }: BlockResult = await this.pool.run(block, { transferList });
    return { image: ndarray(values, shape), mask: ndarray(valid, shape.slice(1)) };
  }

  /** Ends the threads; what still runs is rejected. */
  close(): Promise<void> {
    return this.pool.destroy();
  }
}
