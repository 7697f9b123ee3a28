import * as tf from '@tensorflow/tfjs';
import type { Dropout } from './dropout';
import type { CallOptions } from './module';

/** Common to both filter banks: convolution with their kernel, ReLU, dropout, and 2×2 max pooling that keeps the size. */
export function filterUnit(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  dropout: Dropout,
  options: CallOptions,
): tf.Tensor4D {
  const y = dropout.apply(tf.relu(tf.conv2d(x, kernel, 1, 'same')), options);
  const padded = tf.pad(y, [
    [0, 0],
    [1, 0],
    [1, 0],
    [0, 0],
  ]) as tf.Tensor4D;
  return maxPool2x2(padded);
}

/** Max pooling of 2×2 neighbors, (B, H − 1, W − 1, C). Of equal maxima the first receives the gradient. */
function maxPool2x2(x: tf.Tensor4D): tf.Tensor4D {
  const apply = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor]);
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
      const [left, right] = neighbors(saved, 2);
      const [top, bottom] = neighbors(tf.maximum(left, right), 1);
      return maximumGradient(maximumGradient(dy, top, bottom, 1), left, right, 2);
    };
    return { value: tf.maxPool(input as tf.Tensor4D, 2, 1, 'valid'), gradFunc };
  });
  return apply(x) as tf.Tensor4D;
}

/** The tensor without its last, and without its first, element along an axis. */
function neighbors(x: tf.Tensor, axis: number): [tf.Tensor, tf.Tensor] {
  const size = x.shape.map((length, i) => (i === axis ? length - 1 : length));
  const second = x.shape.map((_, i) => (i === axis ? 1 : 0));
  return [tf.slice(x, [0, 0, 0, 0], size), tf.slice(x, second, size)];
}

/** Gradient of the maximum of two neighbors along an axis. */
function maximumGradient(dy: tf.Tensor, first: tf.Tensor, second: tf.Tensor, axis: number): tf.Tensor {
  const taken = tf.mul(dy, tf.cast(tf.greaterEqual(first, second), 'float32'));
  const widen = (x: tf.Tensor, before: number) =>
    tf.pad(
      x,
      x.shape.map((_, i): [number, number] => (i === axis ? [before, 1 - before] : [0, 0])),
    );
  return tf.add(widen(taken, 0), widen(tf.sub(dy, taken), 1));
}
