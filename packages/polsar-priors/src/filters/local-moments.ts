import { boxcar } from '../boxcar';
import { createImage, type Mask, planes } from '../image';

/** Mean and variance of a plane in a square window, over valid pixels. */
export function localMoments(
  plane: Float32Array,
  rows: number,
  cols: number,
  window: number,
  mask?: Mask,
): { mean: Float32Array; variance: Float32Array } {
  const moments = createImage(2, rows, cols);
  const [first, second] = planes(moments);
  first.set(plane);
  for (let i = 0; i < plane.length; i++) second[i] = plane[i] * plane[i];
  const [mean, square] = planes(boxcar(moments, window, mask));
  return { mean, variance: square.map((value, i) => Math.max(0, value - mean[i] * mean[i])) };
}
