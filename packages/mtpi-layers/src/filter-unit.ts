import * as tf from '@tensorflow/tfjs';
import type { Dropout } from './dropout';

/** What both filter banks do with their kernel: convolution, ReLU, dropout, and a 2×2 maximum that keeps the size. */
export function filterUnit(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  dropout: Dropout,
  training: boolean,
): tf.Tensor4D {
  const y = dropout.run(tf.relu(tf.conv2d(x, kernel, 1, 'same')), training);
  const padded = tf.pad(y, [
    [0, 0],
    [1, 0],
    [1, 0],
    [0, 0],
  ]) as tf.Tensor4D;
  return tf.maxPool(padded, 2, 1, 'valid');
}
