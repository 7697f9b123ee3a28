import * as tf from '@tensorflow/tfjs';
import { flatten, unflatten } from './flat';

/** Gradients scaled down, all by one factor, so that their joint L2 norm is at most `maxNorm` (as PyTorch's `clip_grad_norm_`). */
export function clipByGlobalNorm(
  gradients: readonly tf.Tensor[],
  maxNorm: number,
): { gradients: tf.Tensor[]; norm: tf.Scalar } {
  const all = flatten(gradients);
  const norm = tf.sqrt(tf.sum(tf.square(all))) as tf.Scalar;
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6)));
  return { gradients: unflatten(tf.mul(all, factor), gradients), norm };
}
