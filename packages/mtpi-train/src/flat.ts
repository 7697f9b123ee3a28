import * as tf from '@tensorflow/tfjs';

/** The elements of all tensors in one vector: a few operations on it instead of as many on each. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])));

/** The tensors that `flatten` made this vector of, in the shapes of `like`. */
export const unflatten = (vector: tf.Tensor1D, like: readonly tf.Tensor[]): tf.Tensor[] =>
  tf
    .split(
      vector,
      like.map(({ size }) => size),
    )
    .map((part, i) => tf.reshape(part, like[i].shape));
