import * as tf from '@tensorflow/tfjs';

/** Mean over window × window pixels of (N, H, W, C), at the border over the pixels inside. */
export const boxcarTensors = (x: tf.Tensor4D, window: number): tf.Tensor4D =>
  tf.avgPool(tf.avgPool(x, [window, 1], 1, 'same'), [1, window], 1, 'same');
