import {
  type Image,
  impulseResponse,
  planes,
  type Random,
  type SpeckleCorrelation,
} from '@mtpi/polsar-priors';

/** Pixels around an image that its impulse response reaches. */
export const MARGIN = 4;

/** Complex samples as pairs, row by row. */
export type Pairs = Float64Array;

/**
 * One look at a covariance [4, rows, cols]: VV and VH of circular Gaussian scatterers, k = L·n with L the Cholesky
 * factor, band-limited; MARGIN pixels smaller on each side.
 */
export function lookAt(covariance: Image, random: Random, correlation: SpeckleCorrelation): [Pairs, Pairs] {
  const [, rows, cols] = covariance.shape;
  const [c11, c22, re, im] = planes(covariance);
  const [first, second] = [new Float64Array(2 * rows * cols), new Float64Array(2 * rows * cols)];
  const noise = new Float32Array(4);
  for (let i = 0; i < c11.length; i++) {
    random.fillNormal(noise, Math.SQRT1_2);
    const a = Math.sqrt(c11[i]);
    const [lr, li] = [re[i] / a, -im[i] / a];
    const b = Math.sqrt(c22[i] - lr * lr - li * li);
    first[2 * i] = a * noise[0];
    first[2 * i + 1] = a * noise[1];
    second[2 * i] = lr * noise[0] - li * noise[1] + b * noise[2];
    second[2 * i + 1] = lr * noise[1] + li * noise[0] + b * noise[3];
  }
  const taps = [impulseResponse(correlation.azimuth), impulseResponse(correlation.range)] as const;
  return [filter(first, rows, cols, taps, 2), filter(second, rows, cols, taps, 2)];
}

/** What infinitely many looks average to; MARGIN pixels smaller on each side. */
export function expected(covariance: Image, correlation: SpeckleCorrelation): Float64Array[] {
  const [, rows, cols] = covariance.shape;
  const power = (axis: keyof SpeckleCorrelation) =>
    impulseResponse(correlation[axis]).map((tap) => tap * tap);
  const taps = [power('azimuth'), power('range')] as const;
  return planes(covariance).map((plane) => filter(Float64Array.from(plane), rows, cols, taps, 1));
}

function filter(
  values: Float64Array,
  rows: number,
  cols: number,
  [azimuth, range]: readonly [Float64Array, Float64Array],
  components: number,
): Float64Array {
  const [height, width] = [rows - 2 * MARGIN, cols - 2 * MARGIN];
  const along = new Float64Array(rows * width * components);
  for (let i = 0; i < along.length; i++) {
    const row = Math.floor(i / (width * components));
    const from = row * cols * components + (i % (width * components));
    range.forEach((tap, k) => {
      along[i] += tap * values[from + k * components];
    });
  }
  const result = new Float64Array(height * width * components);
  for (let i = 0; i < result.length; i++) {
    azimuth.forEach((tap, k) => {
      result[i] += tap * along[i + k * width * components];
    });
  }
  return result;
}
