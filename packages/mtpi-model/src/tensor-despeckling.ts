import { atOnce, type Steps } from '@mtpi/jobs';
import { HA_ALPHA_WINDOW } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { levelExcess } from './corrections/bright-areas';
import { correctPredictionTensors } from './corrections/corrections';
import { decode, encode } from './network/transform';
import type { TrainedNetwork } from './weights/file';

/** A network and the transform of its channels. */
export type NetworkWithTransform = Pick<TrainedNetwork, 'network' | 'transform'>;

export interface PredictionOptions<M = tf.Tensor3D> {
  /** Averaging window for H, A and α, odd. Default 5. */
  window?: number;
  /** [batch, rows, cols] of each acquisition, 1 = valid, else 0. Default: all pixels are valid. */
  masks?: readonly M[];
  /** Whether a graph traced from this holds for images of any size. Default false. */
  freeSize?: boolean;
}

/**
 * Encoding, network and decoding for one triplet. Parameters as of `predictBatch`, without the batch as first dimension.
 *
 * @returns in steps, as of `MtpiNet.steps`.
 */
export function* predictTensors(
  trained: NetworkWithTransform,
  images: readonly tf.Tensor3D[],
  { masks, ...options }: PredictionOptions<tf.Tensor2D> = {},
): Steps<tf.Tensor3D> {
  const batch = images.map((image) => tf.expandDims(image) as tf.Tensor4D);
  const valid = masks?.map((mask) => tf.expandDims(mask) as tf.Tensor3D);
  return tf.squeeze(yield* predictBatchSteps(trained, batch, { ...options, masks: valid }), [0]);
}

/**
 * Encoding, network and decoding for a batch of triplets.
 *
 * @param images target, previous and next, each covariances [batch, 4, rows, cols] or intensities [batch, 2, rows, cols] in
 *   linear power: finite, 0 where invalid.
 * @returns the despeckled targets, of their shape.
 */
export const predictBatch = (
  trained: NetworkWithTransform,
  images: readonly tf.Tensor4D[],
  options?: PredictionOptions,
): tf.Tensor4D => tf.tidy(() => atOnce(predictBatchSteps(trained, images, options)));

function* predictBatchSteps(
  { network, transform }: NetworkWithTransform,
  images: readonly tf.Tensor4D[],
  { window = HA_ALPHA_WINDOW, masks, freeSize }: PredictionOptions = {},
): Steps<tf.Tensor4D> {
  const channels = encode(transform, tf.concat([...images]), window, masks && tf.concat([...masks]));
  yield;
  const dates: tf.Tensor4D[] = tf.split(channels, 3);
  const excess = levelExcess(transform, dates[0]);
  const [target, previous, next] = dates.map((date) => (excess ? tf.sub(date, excess) : date) as tf.Tensor4D);
  const output = yield* network.steps(target, previous, next, { freeSize });
  return decode(transform, excess ? tf.add(output, excess) : output, images[0].shape[1]);
}

/**
 * `Despeckler.despeckleWindow` as tensor operations, for graphs that take and give linear power. Parameters as of
 * `predictBatch`.
 */
export const despeckleTensors = (
  trained: NetworkWithTransform,
  images: readonly tf.Tensor4D[],
  options: PredictionOptions = {},
): tf.Tensor4D =>
  tf.tidy(() => {
    const prediction = atOnce(predictBatchSteps(trained, images, options));
    return correctPredictionTensors(prediction, images[0], options.masks?.[0]);
  });
