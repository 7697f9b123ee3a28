import { boxcar } from '../boxcar';
import { createImage } from '../image';
import type { Random } from '../random';

/** A random field of zero mean and unit standard deviation with a correlation length of about `length` pixels. */
export function smoothField(rows: number, cols: number, length: number, random: Random): Float32Array {
  const noise = createImage(1, rows, cols);
  random.fillNormal(noise.data);
  const window = 2 * Math.round(length / 2) + 1;
  // Two passes of a boxcar approximate a Gaussian.
  const { data } = boxcar(boxcar(noise, window), window);
  const mean = data.reduce((a, b) => a + b, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length) || 1;
  return data.map((value) => (value - mean) / deviation);
}
