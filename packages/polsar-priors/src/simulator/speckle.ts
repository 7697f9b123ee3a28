import { covariance } from '../covariance';
import { createImage, type Image, planes } from '../image';
import type { Random } from '../random';
import { convolveAxis, impulseResponse, type SpeckleCorrelation } from './impulse-response';

export interface SpeckleOptions {
  random: Random;
  /** Number of independent looks that are averaged. Default 1. */
  looks?: number;
  /** Band limits of the complex image. Default: none, speckle independent from pixel to pixel. */
  correlation?: SpeckleCorrelation;
}

/** Complex white noise of one look, two channels: real and imaginary part of each, unit power, [4, rows, cols]. */
export type Scatterers = Image;

/** Independent scatterers for one look. */
export function randomScatterers(random: Random, rows: number, cols: number): Scatterers {
  const scatterers = createImage(4, rows, cols);
  random.fillNormal(scatterers.data, Math.SQRT1_2);
  return scatterers;
}

/**
 * Single-look complex images, VV and VH, of scatterers lit by a reflectivity: k = L·n with L the Cholesky factor of the
 * covariance, so that E[k·kᴴ] is the covariance, then band-limited as the processor does.
 *
 * @param reflectivity clean covariance [4, rows, cols] or intensities [2, rows, cols].
 * @returns two complex images [2, rows, cols].
 */
export function illuminate(
  reflectivity: Image,
  scatterers: Scatterers,
  correlation: SpeckleCorrelation = {},
): [Image, Image] {
  const [, rows, cols] = reflectivity.shape;
  const [c11, c22, re, im] = planes(reflectivity);
  const [n1r, n1i, n2r, n2i] = planes(scatterers);
  const signals = Array.from({ length: 4 }, () => new Float32Array(rows * cols));
  const [s1r, s1i, s2r, s2i] = signals;
  for (let i = 0; i < c11.length; i++) {
    const a = Math.sqrt(c11[i]);
    const [lr, li] = re && a > 0 ? [re[i] / a, -im[i] / a] : [0, 0];
    const b = Math.sqrt(Math.max(0, c22[i] - lr * lr - li * li));
    s1r[i] = a * n1r[i];
    s1i[i] = a * n1i[i];
    s2r[i] = lr * n1r[i] - li * n1i[i] + b * n2r[i];
    s2i[i] = lr * n1i[i] + li * n1r[i] + b * n2i[i];
  }
  const [range, azimuth] = [impulseResponse(correlation.range), impulseResponse(correlation.azimuth)];
  const limited = signals.map((s) =>
    convolveAxis(convolveAxis(s, range, rows, cols, 'range'), azimuth, rows, cols, 'azimuth'),
  );
  const image = (real: Float32Array, imaginary: Float32Array) => {
    const result = createImage(2, rows, cols);
    result.data.set(real);
    result.data.set(imaginary, real.length);
    return result;
  };
  return [image(limited[0], limited[1]), image(limited[2], limited[3])];
}

/**
 * Speckled covariance of a clean reflectivity: the mean over `looks` independent looks.
 *
 * @returns [4, rows, cols] like `covariance`.
 */
export function simulateSpeckle(
  reflectivity: Image,
  { random, looks = 1, correlation }: SpeckleOptions,
): Image {
  const [, rows, cols] = reflectivity.shape;
  return averageLooks(looks, () =>
    covariance(...illuminate(reflectivity, randomScatterers(random, rows, cols), correlation)),
  );
}

/** Mean of `count` images. */
export function averageLooks(count: number, look: () => Image): Image {
  const sum = look();
  for (let n = 1; n < count; n++) {
    const { data } = look();
    for (let i = 0; i < data.length; i++) sum.data[i] += data[i];
  }
  if (count > 1) for (let i = 0; i < sum.data.length; i++) sum.data[i] /= count;
  return sum;
}

/** What infinitely many band-limited looks average to: the reflectivity convolved with the squared impulse response. */
export function bandLimit(reflectivity: Image, correlation: SpeckleCorrelation): Image {
  const [bands, rows, cols] = reflectivity.shape;
  const squared = (window: SpeckleCorrelation['range']) => impulseResponse(window).map((tap) => tap * tap);
  const [range, azimuth] = [squared(correlation.range), squared(correlation.azimuth)];
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  planes(reflectivity).forEach((plane, b) => {
    outputs[b].set(
      convolveAxis(convolveAxis(plane, range, rows, cols, 'range'), azimuth, rows, cols, 'azimuth'),
    );
  });
  return result;
}
