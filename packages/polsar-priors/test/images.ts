import ndarray from 'ndarray';
import { expect } from 'vitest';
import { createImage, type Image, type Mask, type Random } from '../src/index';

/** An image from its bands, each given row by row. */
export function imageOf(bands: number[][][]): Image {
  const image = createImage(bands.length, bands[0].length, bands[0][0].length);
  image.data.set(bands.flat(2));
  return image;
}

/** Exponentially distributed intensities. */
export function speckledBands(bands: number, rows: number, cols: number, random: Random): Image {
  const image = createImage(bands, rows, cols);
  for (let i = 0; i < image.data.length; i++) image.data[i] = random.gamma(1);
  return image;
}

/** A mask with this share of valid pixels. */
export function randomMask(rows: number, cols: number, share: number, random: Random): Mask {
  const data = Uint8Array.from({ length: rows * cols }, () => (random.chance(share) ? 1 : 0));
  return ndarray(data, [rows, cols]);
}

/** A covariance [4, rows, cols] of the same matrix everywhere. */
export function uniformCovariance(
  rows: number,
  cols: number,
  matrix: [number, number, number, number],
): Image {
  const image = createImage(4, rows, cols);
  matrix.forEach((value, b) => image.data.fill(value, b * rows * cols, (b + 1) * rows * cols));
  return image;
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Expects every value to lie within a tolerance of the one expected; reports the first that does not. */
export function expectWithin(
  values: ArrayLike<number>,
  expected: (i: number) => number,
  tolerance: (expected: number, i: number) => number,
): void {
  for (let i = 0; i < values.length; i++) {
    const wanted = expected(i);
    const [error, limit] = [Math.abs(values[i] - wanted), tolerance(wanted, i)];
    // A call of expect for each of a million values takes seconds.
    if (!(error < limit)) expect(error, `${values[i]} for ${wanted} at ${i}`).toBeLessThan(limit);
  }
}

/** The tolerance of `toBeCloseTo`. */
export const digits = (count: number) => () => 10 ** -count / 2;
