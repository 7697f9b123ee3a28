import { createImage, enl, epi, type Image, logPsnr, logSsim, ratioError } from '@mtpi/polsar-priors';
import { mean, median, variance } from 'd3-array';
import type { Metric } from './metric';
import { type BandObservation, valuesIn } from './observation';

export interface BandMetric extends Metric {
  /** Of one band of a result; NaN where it can't be computed. */
  of(result: Float32Array, band: BandObservation): number;
}

/** Numerator / denominator in homogeneous areas. */
const ratios = (
  numerator: Float32Array,
  denominator: Float32Array,
  { homogeneous }: BandObservation,
): Float64Array => Float64Array.from(homogeneous, (i) => numerator[i] / denominator[i]);

/** Metrics of VV and of VH. */
export const BAND_METRICS: readonly BandMetric[] = [
  {
    ...{ key: 'psnr', title: 'PSNR', unit: 'dB', digits: 2, goal: 'high' },
    about: 'peak signal-to-noise ratio of 10·log₁₀ of the intensity against the truth, over a range of 30 dB',
    of: (result, { truth }) => (truth ? logPsnr(result, truth) : Number.NaN),
  },
  {
    ...{ key: 'ssim', title: 'SSIM', unit: '', digits: 4, goal: 'high' },
    about: 'structural similarity of the intensity in dB to the truth, over a range of 30 dB',
    of: (result, { truth, rows, cols }) => (truth ? logSsim(result, truth, rows, cols) : Number.NaN),
  },
  {
    ...{ key: 'epi', title: 'EPI', unit: '', digits: 3, goal: 'high' },
    about:
      'edge preservation: correlation of the Laplacians of the result and of the truth or the reference, in dB',
    of: (result, { truth, reference, rows, cols, mask }) => {
      const known = truth ?? reference;
      return known ? epi(decibels(result, rows, cols), decibels(known, rows, cols), mask)[0] : Number.NaN;
    },
  },
  {
    ...{ key: 'bias', title: 'bias', unit: 'dB', digits: 3, goal: 'zero' },
    about:
      'mean of result / truth over the more homogeneous half of the pixels; for the input it is that of the drawn speckle',
    of: (result, band) =>
      band.truth ? 10 * Math.log10(mean(ratios(result, band.truth, band)) ?? Number.NaN) : Number.NaN,
  },
  {
    ...{ key: 'error', title: 'error', unit: 'dB', digits: 2, goal: 'low' },
    about:
      'root mean square of the log ratio to the mean of dates more than one step away, its median removed',
    of: (result, { reference, mask }) => (reference ? ratioError(result, reference, mask) : Number.NaN),
  },
  {
    ...{ key: 'level', title: 'level error', unit: 'dB', digits: 2, goal: 'low' },
    about: 'root mean square of the log ratio of the means of input and result over 32×32 pixels',
    of: radiometricError,
  },
  {
    ...{ key: 'enl', title: 'ENL', unit: '', digits: 1, goal: 'high' },
    about:
      'mean² / variance, median over the ten most homogeneous 16×16 windows of the truth or the reference',
    of: (result, { windows, cols }) =>
      median(windows, (window) => enl(valuesIn(result, window, cols))) ?? Number.NaN,
  },
  {
    ...{ key: 'ratioMean', title: 'ratio mean', unit: '', digits: 3, goal: 'one' },
    about:
      'mean of input / result over the more homogeneous half of the pixels of the truth or the reference',
    of: (result, band) => mean(ratios(band.input, result, band)) ?? Number.NaN,
  },
  {
    ...{ key: 'ratioVariance', title: 'ratio variance × looks', unit: '', digits: 3, goal: 'one' },
    about: 'variance of input / result in the same pixels, times the looks; 1 where only speckle was removed',
    of: (result, band) => band.looks * (variance(ratios(band.input, result, band)) ?? Number.NaN),
  },
];

/** A plane of intensities as an image in dB. */
function decibels(plane: Float32Array, rows: number, cols: number): Image {
  const image = createImage(1, rows, cols);
  plane.forEach((power, i) => {
    image.data[i] = 10 * Math.log10(Math.max(power, 1e-9));
  });
  return image;
}

/** Root mean square over blocks of 10·log₁₀(mean of the input / mean of the result). */
function radiometricError(result: Float32Array, { input, rows, cols, mask }: BandObservation): number {
  const size = 32;
  const levels: number[] = [];
  for (let y = 0; y + size <= rows; y += size) {
    for (let x = 0; x + size <= cols; x += size) {
      const window = { x, y, width: size, height: size };
      const [before, after] = [input, result].map((plane) => mean(valuesIn(plane, window, cols)) as number);
      if (mask && valuesIn(mask.data, window, cols).includes(0)) continue;
      levels.push(10 * Math.log10(before / after));
    }
  }
  return Math.sqrt(mean(levels, (level) => level ** 2) ?? Number.NaN);
}
