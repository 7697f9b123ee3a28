import * as tf from '@tensorflow/tfjs';

/** A prediction (B, H, W, 7) as an encoded acquisition: its correlation mapped to the open unit disk, as decoding does. */
export function predicted(output: tf.Tensor4D): tf.Tensor4D {
  const [intensity, plane, priors] = tf.split(output, [2, 2, 3], 3);
  const length = tf.sqrt(tf.add(tf.sum(tf.square(plane), 3, true), 1));
  return tf.concat([intensity, tf.div(plane, length), priors], 3) as tf.Tensor4D;
}
