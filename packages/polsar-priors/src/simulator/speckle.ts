import { covariance } from '../covariance';
import { check } from '../errors';
import { checkBands, createImage, type Image, planes } from '../image';
import type { Random } from '../random';
import { convolve } from './convolve';
import { impulseResponse, type SpeckleCorrelation } from './impulse-response';

export interface SpeckleOptions {
  random: Random;
  /** Number of independent looks that are averaged. Default 1. */
  looks?: number;
  /** Band limits of the complex image. Default: none, speckle independent from pixel to pixel. */
  correlation?: SpeckleCorrelation;
  /** Power of the receiver's noise in each channel, linear. Default 0. */
  noise?: number;
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
  checkBands(reflectivity, 'illuminate', 2, 4);
  const [, rows, cols] = reflectivity.shape;
  const [c11, c22, re, im] = planes(reflectivity);
  const [n1r, n1i, n2r, n2i] = planes(scatterers);
  const images: [Image, Image] = [createImage(2, rows, cols), createImage(2, rows, cols)];
  const signals = images.flatMap(planes);
  const [s1r, s1i, s2r, s2i] = signals;
  for (let i = 0; i < c11.length; i++) {
    const a = Math.sqrt(c11[i]);
    const lr = re && a > 0 ? re[i] / a : 0;
    const li = im && a > 0 ? -im[i] / a : 0;
    const b = Math.sqrt(Math.max(0, c22[i] - lr * lr - li * li));
    s1r[i] = a * n1r[i];
    s1i[i] = a * n1i[i];
    s2r[i] = lr * n1r[i] - li * n1i[i] + b * n2r[i];
    s2i[i] = lr * n1i[i] + li * n1r[i] + b * n2i[i];
  }
  const [range, azimuth] = [impulseResponse(correlation.range), impulseResponse(correlation.azimuth)];
  for (const signal of signals) signal.set(convolve(signal, range, azimuth, rows, cols));
  return images;
}

/**
 * Covariance of one look of the scatterers, with the receiver's noise: equal power in both channels, shaped in range
 * like the signal, flat over the azimuth band.
 */
export function look(reflectivity: Image, scatterers: Scatterers, options: SpeckleOptions): Image {
  const { random, correlation = {}, noise = 0 } = options;
  const signals = illuminate(reflectivity, scatterers, correlation);
  if (noise > 0) {
    const [, rows, cols] = reflectivity.shape;
    const floor = createImage(2, rows, cols);
    floor.data.fill(noise);
    const flat = {
      range: correlation.range,
      azimuth: correlation.azimuth && { ...correlation.azimuth, alpha: 1 },
    };
    illuminate(floor, randomScatterers(random, rows, cols), flat).forEach(({ data }, channel) => {
      for (let i = 0; i < data.length; i++) signals[channel].data[i] += data[i];
    });
  }
  return covariance(...signals);
}

/**
 * Speckled covariance of a clean reflectivity: the mean over `looks` independent looks.
 *
 * @param reflectivity clean covariance [4, rows, cols] or intensities [2, rows, cols].
 * @returns [4, rows, cols] like `covariance`.
 */
export function simulateSpeckle(reflectivity: Image, options: SpeckleOptions): Image {
  const [, rows, cols] = reflectivity.shape;
  return averageLooks(options.looks ?? 1, () =>
    look(reflectivity, randomScatterers(options.random, rows, cols), options),
  );
}

/** Mean of `count` images. */
export function averageLooks(count: number, draw: () => Image): Image {
  check(Number.isInteger(count) && count > 0, 'averageLooks', 'a positive integer number of looks', count);
  const sum = draw();
  for (let n = 1; n < count; n++) {
    const { data } = draw();
    for (let i = 0; i < data.length; i++) sum.data[i] += data[i];
  }
  if (count > 1) for (let i = 0; i < sum.data.length; i++) sum.data[i] /= count;
  return sum;
}

/**
 * What infinitely many looks average to: the reflectivity convolved with the squared impulse response, and the noise.
 *
 * @param reflectivity clean covariance [4, rows, cols] or intensities [2, rows, cols].
 * @param noise power of the receiver's noise, added to C11 and C22.
 */
export function bandLimit(reflectivity: Image, correlation: SpeckleCorrelation, noise = 0): Image {
  checkBands(reflectivity, 'bandLimit', 2, 4);
  const [bands, rows, cols] = reflectivity.shape;
  const squared = (axis: keyof SpeckleCorrelation) =>
    impulseResponse(correlation[axis]).map((tap) => tap * tap);
  const [range, azimuth] = [squared('range'), squared('azimuth')];
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  planes(reflectivity).forEach((plane, b) => {
    const limited = convolve(plane, range, azimuth, rows, cols);
    outputs[b].set(b < 2 && noise > 0 ? limited.map((power) => power + noise) : limited);
  });
  return result;
}
