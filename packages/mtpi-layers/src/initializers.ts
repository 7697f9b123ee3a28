import * as tf from '@tensorflow/tfjs';

let counter = 0;

/** Seeds the initial weights: layers made in the same order after the same call have equal weights. */
export function seedInitializers(seed: number): void {
  counter = (seed % 2 ** 32) * 1_000_003; // exact, so that each layer counts on
}

/** Uniform in ±1/√fanIn, as PyTorch initializes convolutions and linear layers and their biases. */
export const uniformByFanIn = (shape: number[], fanIn: number) => (): tf.Tensor => {
  const bound = 1 / Math.sqrt(fanIn);
  return tf.randomUniform(shape, -bound, bound, 'float32', ++counter);
};

/** Standard normal values times `deviation`. */
export const normal =
  (shape: number[], deviation = 1) =>
  (): tf.Tensor =>
    tf.randomNormal(shape, 0, deviation, 'float32', ++counter);

export const filled = (shape: number[], value: number) => (): tf.Tensor => tf.fill(shape, value);
