import * as tf from '@tensorflow/tfjs';

/** Gradients scaled down, all by one factor, so that their joint L2 norm is at most `maxNorm` (as PyTorch's `clip_grad_norm_`). */
export function clipByGlobalNorm(
  gradients: readonly tf.Tensor[],
  maxNorm: number,
): { gradients: tf.Tensor[]; norm: tf.Scalar } {
  const norm = tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g))))) as tf.Scalar;
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6)));
  return { gradients: gradients.map((g) => tf.mul(g, factor)), norm };
}
