import * as tf from '@tensorflow/tfjs';
import type { MtpiNet } from './network';
import { LARGEST_DIFFERENCE, LARGEST_RATIO, SURROUNDINGS, TOLERANCE, WINDOW } from './radiometric-correction';
import { type InputTransform, LEAST_POWER } from './transform';

/** Keeps quotients of float32 numbers finite where both are 0. */
const TINY = 1e-30;

/** Target, previous and next, each [bands, rows, cols] in linear power. */
type Images = readonly [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];

/**
 * What the network makes of three acquisitions, the way there and back inside the graph: `encode`, the network, `decode`.
 *
 * @param images covariances [4, rows, cols] or intensities [2, rows, cols]: finite, 0 where invalid.
 * @param window of the average that H, A and α are taken from, odd.
 * @param masks [rows, cols] of each acquisition, 1 = valid, else 0. Default: all pixels are valid.
 * @returns the target without speckle, of its shape.
 */
export function predictTensors(
  network: MtpiNet,
  transform: InputTransform,
  images: Images,
  window: number,
  masks?: tf.Tensor2D[],
): tf.Tensor3D {
  return tf.tidy(() => {
    const dates = stackLast(images);
    const valid = masks && stackLast(masks.map((mask) => tf.expandDims(mask, 0) as tf.Tensor3D));
    const channels = encodeTensor(transform, dates, window, valid);
    const filled = valid ? fillInvalid(channels, valid) : channels;
    const [target, previous, next]: tf.Tensor4D[] = tf.split(filled, 3);
    const output = decodeTensor(transform, network.apply(target, previous, next), images[0].shape[0]);
    return channelsFirst(output);
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
  return tf.tidy(() => {
    const result = predictTensors(network, transform, images, window);
    return channelsFirst(keepLevelOf(channelsLast(images[0]), channelsLast(result)));
  });
}

/** Images [bands, rows, cols] as (images, rows, cols, bands). */
const stackLast = (images: readonly tf.Tensor3D[]) =>
  tf.transpose(tf.stack([...images]), [0, 2, 3, 1]) as tf.Tensor4D;
const channelsLast = (x: tf.Tensor3D) => tf.expandDims(tf.transpose(x, [1, 2, 0]), 0) as tf.Tensor4D;
const channelsFirst = (x: tf.Tensor) => tf.transpose(tf.squeeze(x, [0]), [2, 0, 1]) as tf.Tensor3D;

/** The channels of (dates, rows, cols, bands) as (dates, rows, cols, 1) each. */
const split = (x: tf.Tensor4D) => tf.split(x, x.shape[3], 3);

const magnitude = (x: tf.Tensor, y: tf.Tensor) => tf.sqrt(tf.add(tf.square(x), tf.square(y)));

/** Mean over window × window pixels; at the border over what there is of them. */
const boxcar = (x: tf.Tensor4D, window: number) =>
  tf.avgPool(tf.avgPool(x, [window, 1], 1, 'same'), [1, window], 1, 'same');

/** `encode` of `transform.ts` on H, A and α of the averaged images, before invalid pixels are filled. */
function encodeTensor(
  transform: InputTransform,
  images: tf.Tensor4D,
  window: number,
  valid?: tf.Tensor4D,
): tf.Tensor4D {
  const [c11, c22, re = tf.zerosLike(c11), im = tf.zerosLike(c11)] = split(images);
  const mean = boxcar(images, window);
  const [entropy, anisotropy, alpha] = priors(
    valid ? tf.div(mean, tf.maximum(boxcar(valid, window), TINY)) : mean,
  );
  if (transform.kind === 'raw')
    return tf.concat([c11, c22, re, im, entropy, anisotropy, alpha], 3) as tf.Tensor4D;
  const { center, scale, floor } = transform;
  const [p, q] = [tf.maximum(c11, floor), tf.maximum(c22, floor)];
  const amplitude = tf.sqrt(tf.mul(p, q));
  const logarithm = (power: tf.Tensor, of: number) => tf.div(tf.sub(tf.log(power), of), scale);
  return tf.concat(
    [
      logarithm(p, center[0]),
      logarithm(q, center[1]),
      tf.div(re, amplitude),
      tf.div(im, amplitude),
      entropy,
      anisotropy,
      tf.div(alpha, 90),
    ],
    3,
  ) as tf.Tensor4D;
}

/** Gives invalid pixels the mean of each channel over the valid ones of their date. */
function fillInvalid(channels: tf.Tensor4D, valid: tf.Tensor4D): tf.Tensor4D {
  const kept = tf.mul(channels, valid);
  const count = tf.maximum(tf.sum(valid, [1, 2], true), 1);
  const means = tf.div(tf.sum(kept, [1, 2], true), count);
  return tf.add(kept, tf.mul(tf.sub(1, valid), means));
}

/** H, A and α in degrees, by the formulas of `haAlpha`. */
function priors(image: tf.Tensor4D): [entropy: tf.Tensor, anisotropy: tf.Tensor, alpha: tf.Tensor] {
  const [c11, c22, re, im] = split(image);
  const trace = tf.add(c11, c22);
  const difference = tf.sub(c11, c22);
  const cross = re ? tf.mul(2, magnitude(re, im)) : tf.zerosLike(c11);
  const spread = magnitude(difference, cross);
  const powered = tf.cast(tf.greater(trace, 0), 'float32');
  const anisotropy = tf.mul(powered, tf.minimum(1, tf.div(spread, tf.maximum(trace, TINY))));
  const [p1, p2] = [tf.div(tf.add(1, anisotropy), 2), tf.div(tf.sub(1, anisotropy), 2)];
  const information = (p: tf.Tensor) => tf.mul(p, tf.log(tf.maximum(p, TINY)));
  const entropy = tf.div(tf.add(information(p1), information(p2)), -Math.LN2);
  const angle = tf.atan(tf.div(difference, tf.maximum(cross, TINY)));
  const alpha = tf.sub(45, tf.mul(anisotropy, tf.mul(angle, 90 / Math.PI)));
  return [tf.mul(entropy, powered), anisotropy, tf.mul(alpha, powered)];
}

/** `decode` of `transform.ts`. */
function decodeTensor(transform: InputTransform, output: tf.Tensor4D, bands: number): tf.Tensor4D {
  const [first, second, re, im] = split(output);
  const covariance = (c11: tf.Tensor, c22: tf.Tensor, factor: tf.Tensor) =>
    tf.concat([c11, c22, tf.mul(re, factor), tf.mul(im, factor)].slice(0, bands), 3) as tf.Tensor4D;
  if (transform.kind === 'raw') {
    const [c11, c22] = [tf.maximum(first, LEAST_POWER), tf.maximum(second, LEAST_POWER)];
    const limit = tf.mul(0.999, tf.mul(tf.sqrt(c11), tf.sqrt(c22)));
    return covariance(c11, c22, tf.minimum(1, tf.div(limit, tf.maximum(magnitude(re, im), TINY))));
  }
  const power = (x: tf.Tensor, of: number) => tf.exp(tf.add(tf.mul(x, transform.scale), of));
  const [c11, c22] = [power(first, transform.center[0]), power(second, transform.center[1])];
  const squares = tf.add(tf.square(re), tf.square(im));
  return covariance(c11, c22, tf.sqrt(tf.div(tf.mul(c11, c22), tf.add(1, squares))));
}

/** `keepLevel` of `level.ts`. */
function keepLevelOf(target: tf.Tensor4D, result: tf.Tensor4D): tf.Tensor4D {
  const intensities = (x: tf.Tensor4D) => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 2]) as tf.Tensor4D;
  const found = intensities(result);
  const surroundings = boxcar(found, SURROUNDINGS);
  const ratios = tf.div(found, surroundings);
  const counts = tf.cast(tf.less(tf.abs(tf.sub(ratios, 1)), LARGEST_DIFFERENCE), 'float32');
  const levelOf = (x: tf.Tensor) => tf.add(boxcar(tf.mul(x, counts) as tf.Tensor4D, WINDOW), TINY);
  const wanted = levelOf(tf.minimum(LARGEST_RATIO, tf.div(intensities(target), surroundings)));
  const level = tf.log(tf.div(wanted, levelOf(ratios)));
  const gains = tf.exp(tf.sub(level, tf.clipByValue(level, -TOLERANCE, TOLERANCE))) as tf.Tensor4D;
  const [first, second] = split(gains);
  const both = tf.sqrt(tf.mul(first, second));
  return tf.mul(result, tf.concat([first, second, both, both].slice(0, result.shape[3]), 3));
}
