import ndarray from 'ndarray';
import { kTransferable, kValue, Tinypool } from 'tinypool';
import { workerPool } from '../threads';
import { type BurstLines, burstCovariance } from './burst-covariance';
import type { CovarianceRows } from './row-stream';

/** Worker threads that compute covariances of bursts. They start with the first task. */
export class CovariancePool {
  private readonly pool: Tinypool | undefined;

  /** @param threads 0: computes on the calling thread. */
  constructor(threads: number) {
    this.pool = workerPool(
      { module: 'covariance-worker', name: 'covariance', caller: import.meta.url },
      threads,
    );
  }

  /** As `burstCovariance`; the samples of the lines are transferred to the thread. */
  async run(lines: BurstLines): Promise<CovarianceRows> {
    if (!this.pool) return burstCovariance(lines);
    const transferList = lines.channels.map(({ pairs }) => pairs.buffer as ArrayBuffer);
    const { shape, values, valid, noise }: Result = await this.pool.run(lines, { transferList });
    const [, rows, width] = shape;
    return {
      image: ndarray(values, shape),
      mask: ndarray(valid, [rows, width]),
      ...(noise && { noise: ndarray(noise, [noise.length / (rows * width), rows, width]) }),
    };
  }

  /** Ends the threads; pending tasks are rejected. */
  async close(): Promise<void> {
    await this.pool?.destroy();
  }
}

/** `CovarianceRows` as transferred between threads. */
interface Result {
  shape: number[];
  values: Float32Array;
  valid: Uint8Array;
  noise?: Float32Array;
}

/** Runs in a worker thread. */
export function covariance(lines: BurstLines): unknown {
  const { image, mask, noise } = burstCovariance(lines);
  const result: Result = {
    shape: image.shape,
    values: image.data,
    valid: mask.data,
    ...(noise && { noise: noise.data }),
  };
  const buffers = [result.values, result.valid, result.noise].flatMap((array) => array?.buffer ?? []);
  return Tinypool.move({ [kTransferable]: buffers, [kValue]: result });
}
