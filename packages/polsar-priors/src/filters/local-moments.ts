import { boxcar } from '../boxcar';
import { createImage, type Mask, planes } from '../image';

/** Means of a plane and of its squares in a square window, over valid pixels. */
export function rawMoments(
  plane: Float32Array,
  rows: number,
  cols: number,
  window: number,
  mask?: Mask,
): { mean: Float32Array; square: Float32Array } {
  const powers = createImage(2, rows, cols);
  const [first, second] = planes(powers);
  first.set(plane);
  for (let i = 0; i < plane.length; i++) second[i] = plane[i] * plane[i];
  const [mean, square] = planes(boxcar(powers, window, mask));
  return { mean, square };
}

/** Mean and variance of a plane in a square window, over valid pixels. */
export function localMoments(...area: Parameters<typeof rawMoments>): {
  mean: Float32Array;
  variance: Float32Array;
} {
  const { mean, square } = rawMoments(...area);
  return { mean, variance: square.map((value, i) => Math.max(0, value - mean[i] * mean[i])) };
}
