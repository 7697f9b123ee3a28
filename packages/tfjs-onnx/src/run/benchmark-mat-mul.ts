import * as tf from '@tensorflow/tfjs';
import type { EngineOptions } from '../engine-options';
import { compile } from './compile';

/** Rows and columns of the matrices. */
const SIZES = [256, 512, 1024, 2048];

/** A product that takes longer than this many seconds is the last one. */
const LONGEST = 0.25;

/**
 * Benchmarks an engine for about a second: the best rate at which it multiplies two square matrices, the transfer of
 * one of them included.
 *
 * @returns GFLOP/s, 2·n³ operations for n × n.
 * @throws TfjsOnnxError `RuntimeUnavailable` with the packages to install.
 */
export async function benchmarkMatMul(options: EngineOptions): Promise<number> {
  let best = 0;
  for (const n of SIZES) {
    const input = { data: new Float32Array(n * n).fill(1), shape: [n, n] };
    const weight = tf.variable(tf.fill([n, n], 1 / n));
    const product = compile((x) => tf.mean(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D)), options);
    try {
      await product.run([input]);
      const start = performance.now();
      await product.run([input]);
      const seconds = (performance.now() - start) / 1000;
      best = Math.max(best, (2 * n ** 3) / seconds / 1e9);
      if (seconds > LONGEST) break;
    } finally {
      await product.dispose();
      weight.dispose();
    }
  }
  return best;
}
