import { atOnce, type Steps } from '@mtpi/jobs';
import type { CallOptions } from '@mtpi/layers';
import * as tf from '@tensorflow/tfjs';
import { preserveCorrelationTensors } from './corrections/correlation-correction';
import { preservePointTargetsTensors } from './corrections/point-targets';
import { preserveRadiometryTensors } from './corrections/radiometric-correction';
import type { MtpiNet } from './network/network';
import { decode, encode, type InputTransform, levelExcess } from './network/transform';

/** Target, previous and next, each [bands, rows, cols] in linear power. */
type Images = readonly [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];

/**
 * Encoding, network and decoding for one triplet.
 *
 * @param images covariances [4, rows, cols] or intensities [2, rows, cols]: finite, 0 where invalid.
 * @param window averaging window for H, A and α, odd.
 * @param masks [rows, cols] of each acquisition, 1 = valid, else 0. Default: all pixels are valid.
 * @returns the despeckled target, of its shape; in steps, as of `MtpiNet.steps`.
 */
export function* predictTensors(
  network: MtpiNet,
  transform: InputTransform,
  images: Images,
  window: number,
  masks?: tf.Tensor2D[],
): Steps<tf.Tensor3D> {
  const batch = images.map((image) => tf.expandDims(image) as tf.Tensor4D);
  const valid = masks?.map((mask) => tf.expandDims(mask) as tf.Tensor3D);
  return tf.squeeze(yield* predictBatchSteps(network, transform, batch, window, valid), [0]);
}

/**
 * Encoding, network and decoding for a batch of triplets. Parameters as of `predictTensors`, with the batch as first
 * dimension of images and masks.
 */
export function predictBatch(
  network: MtpiNet,
  transform: InputTransform,
  images: readonly tf.Tensor4D[],
  window: number,
  masks?: readonly tf.Tensor3D[],
): tf.Tensor4D {
  return tf.tidy(() => atOnce(predictBatchSteps(network, transform, images, window, masks)));
}

function* predictBatchSteps(
  network: MtpiNet,
  transform: InputTransform,
  images: readonly tf.Tensor4D[],
  window: number,
  masks?: readonly tf.Tensor3D[],
  options?: CallOptions,
): Steps<tf.Tensor4D> {
  const channels = encode(transform, tf.concat([...images]), window, masks && tf.concat([...masks]));
  yield;
  const dates: tf.Tensor4D[] = tf.split(channels, 3);
  const excess = levelExcess(transform, dates[0]);
  const [target, previous, next] = dates.map((date) => (excess ? tf.sub(date, excess) : date) as tf.Tensor4D);
  const output = yield* network.steps(target, previous, next, options);
  return decode(transform, excess ? tf.add(output, excess) : output, images[0].shape[1]);
}

/**
 * `Despeckler.despeckleWindow` as tensor operations, for graphs that take and give linear power. Parameters as of
 * `predictBatch`.
 */
export function despeckleTensors(
  network: MtpiNet,
  transform: InputTransform,
  images: readonly tf.Tensor4D[],
  window: number,
  masks?: readonly tf.Tensor3D[],
  options?: CallOptions,
): tf.Tensor4D {
  return tf.tidy(() => {
    const result = atOnce(predictBatchSteps(network, transform, images, window, masks, options));
    const leveled = preserveRadiometryTensors(result, images[0], masks?.[0]);
    return preservePointTargetsTensors(preserveCorrelationTensors(leveled, images[0]), images[0]);
  });
}
