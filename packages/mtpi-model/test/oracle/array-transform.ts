import { type Image, type Mask, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { InputTransform } from '../../src';
import { CHANNELS } from '../../src/network/transform';

/** A covariance's diagonal is at least this. */
const LEAST_POWER = 1e-12;

/**
 * The network's channels of one acquisition, pixel by pixel in double precision: rows · cols · 7 values.
 *
 * @param c2 covariance [4, rows, cols] (C11, C22, Re C12, Im C12) or intensities [2, rows, cols], linear power.
 * @param priors [3, rows, cols]: H, A, α in degrees, of the averaged covariance.
 * @param mask 1 = valid. Invalid pixels get each channel's mean over the valid ones, so that no fill value is seen.
 */
export function encodeArrays(transform: InputTransform, c2: Image, priors: Image, mask: Mask): Float32Array {
  const [c11, c22, re, im] = planes(c2);
  const [entropy, anisotropy, alpha] = planes(priors);
  const valid = mask.data;
  const out = new Float32Array(valid.length * CHANNELS);
  for (let i = 0, k = 0; i < c11.length; i++, k += CHANNELS) {
    if (!valid[i]) continue;
    if (transform.kind === 'raw') {
      out[k] = c11[i];
      out[k + 1] = c22[i];
      out[k + 2] = re?.[i] ?? 0;
      out[k + 3] = im?.[i] ?? 0;
      out[k + 6] = alpha[i];
    } else {
      const { center, scale, floor } = transform;
      const [p, q] = [Math.max(c11[i], floor), Math.max(c22[i], floor)];
      const norm = 1 / Math.sqrt(p * q);
      out[k] = (Math.log(p) - center[0]) / scale;
      out[k + 1] = (Math.log(q) - center[1]) / scale;
      out[k + 2] = re ? re[i] * norm : 0;
      out[k + 3] = im ? im[i] * norm : 0;
      out[k + 6] = alpha[i] / 90;
    }
    out[k + 4] = entropy[i];
    out[k + 5] = anisotropy[i];
  }
  if (valid.includes(0)) fillInvalid(out, valid);
  return out;
}

/** Gives the channels of invalid pixels their means over the valid ones. */
function fillInvalid(out: Float32Array, valid: Uint8Array): void {
  const sums = new Float64Array(CHANNELS);
  let count = 0;
  for (let i = 0; i < valid.length; i++) {
    if (!valid[i]) continue;
    count++;
    for (let c = 0; c < CHANNELS; c++) sums[c] += out[i * CHANNELS + c];
  }
  const means = sums.map((sum) => (count ? sum / count : 0));
  for (let i = 0; i < valid.length; i++) if (!valid[i]) out.set(means, i * CHANNELS);
}

/**
 * The covariance (or intensities) that network output means, always a valid one: C11, C22 > 0 and |C12|² < C11·C22.
 *
 * @param output rows · cols · 7 values, NHWC.
 * @param bands 4 for a covariance, 2 for intensities.
 * @returns [bands, rows, cols], linear power.
 */
export function decodeArrays(
  transform: InputTransform,
  output: Float32Array,
  bands: 2 | 4,
  rows: number,
  cols: number,
): Image {
  const size = rows * cols;
  const data = new Float32Array(bands * size);
  for (let i = 0, k = 0; i < size; i++, k += CHANNELS) {
    let re: number;
    let im: number;
    if (transform.kind === 'raw') {
      data[i] = Math.max(output[k], LEAST_POWER);
      data[size + i] = Math.max(output[k + 1], LEAST_POWER);
      const limit = Math.sqrt(data[i] * data[size + i]);
      const shrink = Math.min(1, (0.999 * limit) / Math.hypot(output[k + 2], output[k + 3]) || 1);
      [re, im] = [output[k + 2] * shrink, output[k + 3] * shrink];
    } else {
      const { center, scale } = transform;
      data[i] = Math.exp(output[k] * scale + center[0]);
      data[size + i] = Math.exp(output[k + 1] * scale + center[1]);
      // The map of the plane onto the open unit disk that the training loss uses too.
      const factor = Math.sqrt((data[i] * data[size + i]) / (1 + output[k + 2] ** 2 + output[k + 3] ** 2));
      [re, im] = [output[k + 2] * factor, output[k + 3] * factor];
    }
    if (bands === 4) {
      data[2 * size + i] = re;
      data[3 * size + i] = im;
    }
  }
  return ndarray(data, [bands, rows, cols]);
}

/** How far the mean of 31×31 pixels of channels [rows, cols, 7] is above 4 dB, of the brighter of the first two, for each pixel. */
export function levelExcessArray(channels: Float32Array, rows: number, cols: number): number[] {
  const highest = (4 * Math.LN10) / 10 / 1.5;
  return Array.from({ length: rows * cols }, (_, i) => {
    const [row, col] = [Math.floor(i / cols), i % cols];
    const sums = [0, 0];
    let count = 0;
    for (let r = Math.max(0, row - 15); r <= Math.min(rows - 1, row + 15); r++)
      for (let c = Math.max(0, col - 15); c <= Math.min(cols - 1, col + 15); c++, count++)
        for (const k of [0, 1]) sums[k] += channels[7 * (r * cols + c) + k];
    return Math.max(0, Math.max(...sums) / count - highest);
  });
}
