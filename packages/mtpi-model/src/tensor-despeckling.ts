import * as tf from '@tensorflow/tfjs';
import { LARGEST_RATIO, TOLERANCE, WINDOW } from './level';
import type { MtpiNet } from './network';
import { type InputTransform, LEAST_POWER } from './transform';

/** Keeps quotients of float32 numbers finite where both are 0. */
const TINY = 1e-30;

/**
 * `Despeckler.despeckleWindow` as tensor operations, for graphs that take and give linear power. All pixels must be
 * valid: finite, with positive intensities.
 *
 * @param images target, previous and next: covariances [4, rows, cols] or intensities [2, rows, cols].
 * @param window of the average that H, A and α are taken from, odd.
 * @returns the despeckled target, of its shape.
 */
export function despeckleTensors(
  network: MtpiNet,
  transform: InputTransform,
  images: readonly [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D],
  window: number,
): tf.Tensor3D {
  return tf.tidy(() => {
    const [target, previous, next] = images.map(
      (image) => tf.expandDims(tf.transpose(image, [1, 2, 0]), 0) as tf.Tensor4D,
    );
    const channels = (image: tf.Tensor4D) => encodeTensor(transform, image, window);
    const output = network.apply(channels(target), channels(previous), channels(next));
    const result = keepLevelOf(target, decodeTensor(transform, output, target.shape[3]));
    return tf.transpose(tf.squeeze(result, [0]), [2, 0, 1]) as tf.Tensor3D;
  });
}

/** The channels of (1, rows, cols, bands) as (1, rows, cols, 1) each. */
const split = (x: tf.Tensor4D) => tf.split(x, x.shape[3], 3);

const magnitude = (x: tf.Tensor, y: tf.Tensor) => tf.sqrt(tf.add(tf.square(x), tf.square(y)));

/** Mean over window × window pixels; at the border over what there is of them. */
const boxcar = (x: tf.Tensor4D, window: number) =>
  tf.avgPool(tf.avgPool(x, [window, 1], 1, 'same'), [1, window], 1, 'same');

/** `encode` of `transform.ts` on H, A and α of the averaged image. */
function encodeTensor(transform: InputTransform, image: tf.Tensor4D, window: number): tf.Tensor4D {
  const [c11, c22, re = tf.zerosLike(c11), im = tf.zerosLike(c11)] = split(image);
  const [entropy, anisotropy, alpha] = priors(boxcar(image, window));
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

/** H, A and α in degrees, by the formulas of `haAlpha`; ½·atan2(y, x) as atan(y / (r + |x|)), mirrored where x < 0. */
function priors(image: tf.Tensor4D): [entropy: tf.Tensor, anisotropy: tf.Tensor, alpha: tf.Tensor] {
  const [c11, c22, re, im] = split(image);
  const difference = tf.sub(c11, c22);
  const cross = re ? tf.mul(2, magnitude(re, im)) : tf.zerosLike(c11);
  const spread = magnitude(difference, cross);
  const anisotropy = tf.minimum(1, tf.div(spread, tf.add(c11, c22)));
  const [p1, p2] = [tf.div(tf.add(1, anisotropy), 2), tf.div(tf.sub(1, anisotropy), 2)];
  const information = (p: tf.Tensor) => tf.mul(p, tf.div(tf.log(tf.maximum(p, TINY)), -Math.LN2));
  const half = tf.atan(tf.div(cross, tf.maximum(tf.add(spread, tf.abs(difference)), TINY)));
  const acute = tf.mul(half, 180 / Math.PI);
  const alpha1 = tf.where(tf.less(difference, 0), tf.sub(90, acute), acute);
  const alpha = tf.add(tf.mul(p1, alpha1), tf.mul(p2, tf.sub(90, alpha1)));
  return [tf.add(information(p1), information(p2)), anisotropy, alpha];
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
  const intensities = (x: tf.Tensor4D) => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 2]);
  const ratios = tf.minimum(LARGEST_RATIO, tf.div(intensities(target), intensities(result))) as tf.Tensor4D;
  const level = tf.log(boxcar(ratios, WINDOW));
  const gains = tf.exp(tf.sub(level, tf.clipByValue(level, -TOLERANCE, TOLERANCE))) as tf.Tensor4D;
  const [first, second] = split(gains);
  const both = tf.sqrt(tf.mul(first, second));
  return tf.mul(result, tf.concat([first, second, both, both].slice(0, result.shape[3]), 3));
}
