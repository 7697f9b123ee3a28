import { decibel } from '../decibel';
import { check } from '../errors';
import { checkLength } from '../image';

/** Range of sigma0 in dB: intensities are clipped to LOWEST … LOWEST + RANGE. */
const LOWEST = -25;
const RANGE = 30;

/** Gaussian of σ = 1.5 over 11 pixels with unit sum. */
const GAUSSIAN = (() => {
  const taps = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)));
  const total = taps.reduce((a, b) => a + b);
  return taps.map((tap) => tap / total);
})();

/**
 * Structural similarity (Wang et al. 2004) of two intensity planes in dB, clipped to −25 … 5 dB: Gaussian windows of
 * 11 × 11 pixels with σ = 1.5, C1 = (0.01·30)², C2 = (0.03·30)², mean over the windows inside the image. 1 for equal planes.
 *
 * @param image linear power, rows · cols values, at least 11 × 11; zero counts as −25 dB. @param truth as many values.
 */
export function logSsim(image: Float32Array, truth: Float32Array, rows: number, cols: number): number {
  check(rows >= 11 && cols >= 11, 'logSsim', '11 × 11 pixels or more', `${rows} × ${cols}`);
  for (const plane of [image, truth]) checkLength(plane, rows * cols, 'logSsim');
  const [x, y] = [image, truth].map((plane) =>
    Float64Array.from(plane, (power) => Math.min(RANGE, Math.max(0, decibel(power) - LOWEST))),
  );
  const product = (a: Float64Array, b: Float64Array) => a.map((value, i) => value * b[i]);
  const [mx, my, xx, yy, xy] = [x, y, product(x, x), product(y, y), product(x, y)].map((plane) =>
    gaussianMeans(plane, rows, cols),
  );
  const [c1, c2] = [(0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2];
  let total = 0;
  for (let i = 0; i < mx.length; i++) {
    const [u, v] = [mx[i], my[i]];
    const variances = xx[i] - u * u + yy[i] - v * v;
    total += ((2 * u * v + c1) * (2 * (xy[i] - u * v) + c2)) / ((u * u + v * v + c1) * (variances + c2));
  }
  return total / mx.length;
}

/** Gaussian-weighted means of the windows inside a plane, (rows − 10) · (cols − 10) values. */
function gaussianMeans(plane: Float64Array, rows: number, cols: number): Float64Array {
  const [height, width] = [rows - 10, cols - 10];
  const across = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < width; c++)
      for (let k = 0; k < 11; k++) across[r * width + c] += GAUSSIAN[k] * plane[r * cols + c + k];
  const result = new Float64Array(height * width);
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++)
      for (let k = 0; k < 11; k++) result[r * width + c] += GAUSSIAN[k] * across[(r + k) * width + c];
  return result;
}
