import * as tf from '@tensorflow/tfjs';
import { boxcarTensors } from './boxcar-tensors';

/** How covariances become the network's channels, and its output covariances. Stored with the weights. */
export type InputTransform =
  | {
      /** The channels as they are, α in degrees: input of the published network. */
      kind: 'raw';
    }
  | {
      /** Logarithms of the intensities, the complex correlation, and H, A, α/90. */
      kind: 'log';
      /** Natural logarithm of C11 and of C22 (linear power) that is mapped to 0. */
      center: [number, number];
      /** Difference in natural logarithm that is mapped to 1. */
      scale: number;
      /** Lower intensities are raised to this. */
      floor: number;
    };

/** The logarithmic transform. */
export type LogTransform = Extract<InputTransform, { kind: 'log' }>;

/** The transform of the shipped weights, centered on typical land in σ⁰ (VV −10 dB, VH −17 dB). */
export const logTransform: LogTransform = {
  kind: 'log',
  center: [-2.3, -3.9],
  scale: 1.5,
  floor: 1e-6,
};

/** Least C11 and C22 of a decoded covariance: positive in float32, and far below any thermal noise. */
const LEAST_POWER = 1e-12;

/** Channels of the network: C11, C22, Re C12, Im C12, H, A, α. */
export const CHANNELS = 7;

/** Keeps quotients of float32 numbers finite where both are 0. */
const TINY = 1e-30;

/**
 * The network's channels of acquisitions. H, A and α are those of the averaged covariance. Invalid pixels get the mean of
 * each channel over the valid pixels of their image, so that the network sees no fill value.
 *
 * @param images (N, bands, H, W), linear power, finite, 0 where invalid: covariances (C11, C22, Re C12, Im C12) or
 *   intensities (C11, C22).
 * @param window averaging window for H, A and α, odd.
 * @param masks (N, H, W), 1 for valid pixels, else 0. Default: all pixels are valid.
 * @returns (N, H, W, 7).
 */
export function encode(
  transform: InputTransform,
  images: tf.Tensor4D,
  window: number,
  masks?: tf.Tensor3D,
): tf.Tensor4D {
  const covariance = tf.transpose(images, [0, 2, 3, 1]) as tf.Tensor4D;
  const valid = masks && (tf.expandDims(masks, 3) as tf.Tensor4D);
  const [c11, c22, re = tf.zerosLike(c11), im = tf.zerosLike(c11)] = bandsOf(covariance);
  const sum = boxcarTensors(covariance, window);
  const [entropy, anisotropy, alpha] = haAlpha(
    valid ? tf.div(sum, tf.maximum(boxcarTensors(valid, window), TINY)) : sum,
  );
  let channels: tf.Tensor[];
  if (transform.kind === 'raw') channels = [c11, c22, re, im, entropy, anisotropy, alpha];
  else {
    const { center, scale, floor } = transform;
    const [p, q] = [tf.maximum(c11, floor), tf.maximum(c22, floor)];
    const amplitude = tf.sqrt(tf.mul(p, q));
    const logarithm = (power: tf.Tensor, zero: number) => tf.div(tf.sub(tf.log(power), zero), scale);
    const correlation = [re, im].map((part) => tf.div(part, amplitude));
    channels = [
      ...[logarithm(p, center[0]), logarithm(q, center[1]), ...correlation],
      ...[entropy, anisotropy, tf.div(alpha, 90)],
    ];
  }
  return tf.concat(
    valid ? channels.map((channel) => fillInvalid(channel, valid)) : channels,
    3,
  ) as tf.Tensor4D;
}

/**
 * The covariances or intensities that an output of the network represents, always valid ones: C11, C22 > 0 and
 * |C12|² < C11·C22.
 *
 * @param output (N, H, W, 7).
 * @param bands 4 for covariances, 2 for intensities.
 * @returns (N, bands, H, W), linear power.
 */
export function decode(transform: InputTransform, output: tf.Tensor4D, bands: number): tf.Tensor4D {
  const [first, second, re, im] = bandsOf(output);
  const covariance = (c11: tf.Tensor, c22: tf.Tensor, factor: tf.Tensor) =>
    tf.transpose(
      tf.concat([c11, c22, tf.mul(re, factor), tf.mul(im, factor)].slice(0, bands), 3),
      [0, 3, 1, 2],
    ) as tf.Tensor4D;
  if (transform.kind === 'raw') {
    const [c11, c22] = [tf.maximum(first, LEAST_POWER), tf.maximum(second, LEAST_POWER)];
    const limit = tf.mul(0.999, tf.mul(tf.sqrt(c11), tf.sqrt(c22)));
    return covariance(c11, c22, tf.minimum(1, tf.div(limit, tf.maximum(magnitude(re, im), TINY))));
  }
  const power = (x: tf.Tensor, zero: number) => tf.exp(tf.add(tf.mul(x, transform.scale), zero));
  const [c11, c22] = [power(first, transform.center[0]), power(second, transform.center[1])];
  // The plane is mapped onto the open unit disk, as in the training loss.
  const squares = tf.add(tf.square(re), tf.square(im));
  return covariance(c11, c22, tf.sqrt(tf.div(tf.mul(c11, c22), tf.add(1, squares))));
}

/** The bands of (N, H, W, bands) as (N, H, W, 1) each. */
const bandsOf = (x: tf.Tensor4D): tf.Tensor4D[] => tf.split(x, x.shape[3], 3);

const magnitude = (x: tf.Tensor, y: tf.Tensor) => tf.sqrt(tf.add(tf.square(x), tf.square(y)));

/** A channel (N, H, W, 1) whose invalid pixels have the mean of the valid ones of their image. */
function fillInvalid(channel: tf.Tensor, valid: tf.Tensor4D): tf.Tensor {
  const kept = tf.mul(channel, valid);
  const count = tf.maximum(tf.sum(valid, [1, 2], true), 1);
  const mean = tf.div(tf.sum(kept, [1, 2], true), count);
  return tf.add(kept, tf.mul(tf.sub(1, valid), mean));
}

/** H, A and α in degrees, by the formulas of `haAlpha` of `@mtpi/polsar-priors`. */
function haAlpha(covariance: tf.Tensor4D): [entropy: tf.Tensor, anisotropy: tf.Tensor, alpha: tf.Tensor] {
  const [c11, c22, re, im] = bandsOf(covariance);
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
