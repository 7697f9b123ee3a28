import * as tf from '@tensorflow/tfjs';
import type { MtpiNet } from './network';
import { preserveRadiometryTensors } from './radiometric-correction';
import { decode, encode, type InputTransform } from './transform';

/** Target, previous and next, each [bands, rows, cols] in linear power. */
type Images = readonly [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];

/**
 * Encoding, network and decoding for one triplet.
 *
 * @param images covariances [4, rows, cols] or intensities [2, rows, cols]: finite, 0 where invalid.
 * @param window averaging window for H, A and α, odd.
 * @param masks [rows, cols] of each acquisition, 1 = valid, else 0. Default: all pixels are valid.
 * @returns the despeckled target, of its shape.
 */
export function predictTensors(
  network: MtpiNet,
  transform: InputTransform,
  images: Images,
  window: number,
  masks?: tf.Tensor2D[],
): tf.Tensor3D {
  const batch = images.map((image) => tf.expandDims(image) as tf.Tensor4D);
  const valid = masks?.map((mask) => tf.expandDims(mask) as tf.Tensor3D);
  return tf.squeeze(predictBatch(network, transform, batch, window, valid), [0]);
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
  return tf.tidy(() => {
    const channels = encode(transform, tf.concat([...images]), window, masks && tf.concat([...masks]));
    const [target, previous, next]: tf.Tensor4D[] = tf.split(channels, 3);
    return decode(transform, network.apply(target, previous, next), images[0].shape[1]);
  });
}

/**
 * `Despeckler.despeckleWindow` as tensor operations, for graphs that take and give linear power. All pixels must be
 * valid: finite, with positive intensities. Parameters as of `predictTensors`.
 */
export function despeckleTensors(
  network: MtpiNet,
  transform: InputTransform,
  images: Images,
  window: number,
): tf.Tensor3D {
  return tf.tidy(() =>
    preserveRadiometryTensors(predictTensors(network, transform, images, window), images[0]),
  );
}
