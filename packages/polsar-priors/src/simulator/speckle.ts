import { covariance } from '../covariance';
import { check, checkAmount } from '../errors';
import { checkBands, checkSameShape, createImage, type Image, planes } from '../image';
import type { Random } from '../random';
import { convolve } from './convolve';
import { impulseResponse, type SpeckleCorrelation } from './impulse-response';

export interface SpeckleOptions {
  random: Random;
  /** Number of independent looks averaged. Default 1. */
  looks?: number;
  /** Spectral windows of the complex image. Default: none, speckle uncorrelated between pixels. */
  correlation?: SpeckleCorrelation;
  /** Thermal noise power in each channel, linear. Default 0. */
  noise?: number;
}

/** Complex white noise of one look, [4, rows, cols]: real and imaginary part of two channels of unit power. */
export type Scatterers = Image;

/** Independent scatterers for one look. */
export function randomScatterers(random: Random, rows: number, cols: number): Scatterers {
  const scatterers = createImage(4, rows, cols);
  random.fillNormal(scatterers.data, Math.SQRT1_2);
  return scatterers;
}

/**
 * Simulation of single looks: the covariance of scatterers with thermal noise, of equal power in both channels, the
 * spectrum of the signal in range and a flat one in azimuth.
 *
 * @returns covariance [4, rows, cols] of a speckle-free covariance [4, rows, cols] or intensities [2, rows, cols].
 */
export function singleLooks({
  random,
  correlation = {},
  noise = 0,
}: SpeckleOptions): (reflectivity: Image, scatterers: Scatterers) => Image {
  checkAmount(noise, 'simulateSpeckle', 'noise');
  const response = responses(correlation);
  const { range, azimuth } = correlation;
  const noiseResponse = responses({ range, azimuth: azimuth && { ...azimuth, alpha: 1 } });
  return (reflectivity, scatterers) => {
    const signals = singleLookComplex(reflectivity, scatterers, response);
    if (noise > 0) {
      const [, rows, cols] = reflectivity.shape;
      const floor = createImage(2, rows, cols);
      floor.data.fill(noise);
      const added = singleLookComplex(floor, randomScatterers(random, rows, cols), noiseResponse);
      added.forEach(({ data }, channel) => {
        for (let i = 0; i < data.length; i++) signals[channel].data[i] += data[i];
      });
    }
    return covariance(...signals);
  };
}

/** Taps of the impulse response in range and azimuth. */
const responses = ({ range, azimuth }: SpeckleCorrelation) => ({
  range: impulseResponse(range),
  azimuth: impulseResponse(azimuth),
});

/**
 * Single-look complex images [2, rows, cols] of VV and VH: scattering vectors k = L·n with L the Cholesky factor of the
 * covariance, so that E[k·kᴴ] is the covariance, convolved with the impulse response.
 */
function singleLookComplex(
  reflectivity: Image,
  scatterers: Scatterers,
  { range, azimuth }: ReturnType<typeof responses>,
): [Image, Image] {
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
  for (const signal of signals) signal.set(convolve(signal, range, azimuth, rows, cols));
  return images;
}

/**
 * Speckled covariance of a reflectivity: the mean of `looks` independent looks.
 *
 * @param reflectivity speckle-free covariance [4, rows, cols] or intensities [2, rows, cols], of uncorrelated channels.
 * @returns covariance [4, rows, cols].
 */
export function simulateSpeckle(reflectivity: Image, options: SpeckleOptions): Image {
  checkBands(reflectivity, 'simulateSpeckle', 2, 4);
  const [, rows, cols] = reflectivity.shape;
  const singleLook = singleLooks(options);
  return averageLooks(options.looks ?? 1, () =>
    singleLook(reflectivity, randomScatterers(options.random, rows, cols)),
  );
}

/** Mean of `count` images of one shape, drawn one at a time; the first is overwritten with the result. */
export function averageLooks(count: number, draw: () => Image): Image {
  check(Number.isInteger(count) && count > 0, 'averageLooks', 'a positive integer number of looks', count);
  const result = draw();
  const sums = planes(result);
  for (let n = 1; n < count; n++) {
    const image = draw();
    checkSameShape(result, image, 'averageLooks');
    planes(image).forEach((plane, b) => {
      const sum = sums[b];
      for (let i = 0; i < plane.length; i++) sum[i] += plane[i];
    });
  }
  if (count > 1) for (const sum of sums) for (let i = 0; i < sum.length; i++) sum[i] /= count;
  return result;
}

/**
 * Expected value of the speckled covariance: the reflectivity convolved with the squared impulse response, plus noise.
 *
 * @param reflectivity speckle-free covariance [4, rows, cols] or intensities [2, rows, cols].
 * @param noise thermal noise power, added to C11 and C22.
 */
export function bandLimit(reflectivity: Image, correlation: SpeckleCorrelation, noise = 0): Image {
  checkBands(reflectivity, 'bandLimit', 2, 4);
  checkAmount(noise, 'bandLimit', 'noise');
  const [bands, rows, cols] = reflectivity.shape;
  const response = responses(correlation);
  const [range, azimuth] = [response.range, response.azimuth].map((taps) => taps.map((tap) => tap * tap));
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  planes(reflectivity).forEach((plane, b) => {
    const limited = convolve(plane, range, azimuth, rows, cols);
    outputs[b].set(b < 2 && noise > 0 ? limited.map((power) => power + noise) : limited);
  });
  return result;
}
