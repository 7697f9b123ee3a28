import * as tf from '@tensorflow/tfjs';
import { boxcarTensors } from '../network/boxcar-tensors';
import { CHANNELS, type InputTransform } from '../network/transform';

/** Window over which the level of an area is averaged, pixels. */
const LEVEL_WINDOW = 31;

/** Level above the centers of the transform, typical land, from which on networks have seen too little in training, dB. */
const HIGHEST_LEVEL = 4;

/**
 * How much brighter the surroundings of each pixel are than `HIGHEST_LEVEL`, by the mean of their logarithms, in the
 * channels of the intensities; 0 in the others. Taken from all dates before the network and added to its result, it lets
 * cities be despeckled like fields, where the network alone would smooth too much and lose power.
 *
 * @param target channels (N, H, W, 7).
 * @returns (N, H, W, 7); undefined for a transform without logarithms.
 */
export function levelExcess(transform: InputTransform, target: tf.Tensor4D): tf.Tensor4D | undefined {
  if (transform.kind === 'raw') return undefined;
  const [first, second] = tf
    .split(target, CHANNELS, 3)
    .slice(0, 2)
    .map((channel) => boxcarTensors(channel as tf.Tensor4D, LEVEL_WINDOW));
  const highest = (HIGHEST_LEVEL * Math.LN10) / 10 / transform.scale;
  const excess = tf.relu(tf.sub(tf.maximum(first, second), highest));
  return tf.mul<tf.Tensor4D>(excess, [1, 1, 0, 0, 0, 0, 0]);
}
