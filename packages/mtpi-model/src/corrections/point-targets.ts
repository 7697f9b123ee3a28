import { type Image, planes } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import type { AcquisitionWindow } from '../acquisitions/acquisition-window';
import { intensitiesOf, scaleIntensities, scaleIntensitiesTensors } from './gains';

/** The clutter of a pixel is the mean on the rim of the pixels that are up to so many rows and columns away. */
const REACH = 4;

/** Ratios of intensity to clutter from which on a pixel is a point target in part, and wholly: 12 and 15 dB. */
const [LEAST, CERTAIN] = [15, 30];

/**
 * Gives point targets, in place, the intensity that they have in the target acquisition. One dominant scatterer, such as a
 * corner of a building or a ship, has no speckle: a despeckled intensity, which takes it for a bright area with speckle, is
 * too low by several decibels. Points exceed their clutter, the mean of the result on the rim of 9×9 pixels, 30 times. From 15
 * times on, which single-look speckle hardly reaches, logarithms of both intensities are mixed, by the logarithm of the ratio.
 * C12 is scaled along: correlation and phase stay.
 *
 * @param result covariance [4, rows, cols] or intensities [2, rows, cols], linear power, all intensities positive.
 * @param target finite; as despeckled, with no invalid pixels.
 */
export function preservePointTargets(result: Image, { image: target }: AcquisitionWindow): void {
  const [, rows, cols] = result.shape;
  const [outputs, targets] = [planes(result), planes(target)];
  const gains = [0, 1].map((b) => pointGains(outputs[b], targets[b], rows, cols));
  scaleIntensities(result, gains);
}

/** The factor of each pixel of an intensity, 1 for those that are no points. */
function pointGains(output: Float32Array, target: Float32Array, rows: number, cols: number): Float32Array {
  const gains = new Float32Array(output.length).fill(1);
  for (let row = 0, i = 0; row < rows; row++)
    for (let col = 0; col < cols; col++, i++) {
      const ratio = target[i] / rimMean(output, rows, cols, row, col, target[i] / LEAST);
      if (ratio > LEAST) gains[i] = (target[i] / output[i]) ** share(ratio);
    }
  return gains;
}

/** Share of the target in the logarithm of the intensity. */
const share = (ratio: number) => Math.min(1, Math.log(ratio / LEAST) / Math.log(CERTAIN / LEAST));

/** Mean on the rim around a pixel, as far as it is inside; infinite as soon as it must exceed `limit`. */
function rimMean(
  plane: Float32Array,
  rows: number,
  cols: number,
  row: number,
  col: number,
  limit: number,
): number {
  let [sum, count] = [0, 0];
  for (let r = Math.max(0, row - REACH); r <= Math.min(rows - 1, row + REACH); r++) {
    const step = Math.abs(r - row) === REACH ? 1 : 2 * REACH;
    for (let c = col - REACH; c <= col + REACH; c += step) {
      if (c < 0 || c >= cols) continue;
      sum += plane[r * cols + c];
      count++;
      if (sum > 8 * REACH * limit) return Infinity;
    }
  }
  return sum / count;
}

/** 1 on the rim of 9×9 pixels, for each of two channels: [rows, cols, channels, 1]. */
const rimFilter = (): tf.Tensor4D => {
  const isEnd = Array.from({ length: 2 * REACH + 1 }, (_, i) => i % (2 * REACH) === 0);
  return tf.tensor4d(isEnd.map((row) => isEnd.map((col) => [[Number(row || col)], [Number(row || col)]])));
};

/**
 * `preservePointTargets` as tensor operations, for exported graphs.
 *
 * @param result [batch, bands, rows, cols]. @param target of the same shape, finite.
 */
export function preservePointTargetsTensors(result: tf.Tensor4D, target: tf.Tensor4D): tf.Tensor4D {
  const [found, wanted] = [result, target].map(intensitiesOf);
  const rim = rimFilter();
  const rimSum = (x: tf.Tensor4D) => tf.depthwiseConv2d(x, rim, 1, 'same');
  const clutter = tf.div(rimSum(found), rimSum(tf.onesLike(found)));
  const ratio = tf.maximum(tf.div(wanted, clutter), LEAST);
  const part = tf.minimum(1, tf.div(tf.log(tf.div(ratio, LEAST)), Math.log(CERTAIN / LEAST)));
  const gain = tf.pow(tf.div(wanted, found), part);
  return scaleIntensitiesTensors(result, gain);
}
