import {
  createImage,
  enl,
  epi,
  haAlpha,
  type Image,
  logPsnr,
  logSsim,
  planes,
  ratioError,
} from '@mtpi/polsar-priors';
import { mean, median, variance } from 'd3-array';
import { type BandObservation, type Observation, valuesIn } from './observation';

/** A figure of merit. */
export interface Metric {
  key: string;
  title: string;
  unit: '' | 'dB' | '%' | '°';
  digits: number;
  /** Where good is. */
  goal: 'high' | 'low' | 'zero' | 'one' | 'none';
  /** What it is, for reports. */
  about: string;
}

interface BandMetric extends Metric {
  /** The figure of one band of a result; NaN where it can't be taken. */
  of(result: Float32Array, band: BandObservation): number;
}

interface ImageMetric extends Metric {
  /** The figure of a result; NaN where it can't be taken. */
  of(result: Image, observation: Observation): number;
}

/** Numerator / denominator at the pixels around which little varies. */
const ratios = (
  numerator: Float32Array,
  denominator: Float32Array,
  { quiet }: BandObservation,
): Float64Array => Float64Array.from(quiet, (i) => numerator[i] / denominator[i]);

/** Figures of VV and VH each. */
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
    of: (result, { truth, reference, rows, cols }) => {
      const known = truth ?? reference;
      return known ? epi(decibels(result, rows, cols), decibels(known, rows, cols))[0] : Number.NaN;
    },
  },
  {
    ...{ key: 'bias', title: 'bias', unit: 'dB', digits: 3, goal: 'zero' },
    about:
      'mean of result / truth over the half of the pixels around which the truth varies least; that of the input is the draw of its speckle',
    of: (result, band) =>
      band.truth ? 10 * Math.log10(mean(ratios(result, band.truth, band)) ?? Number.NaN) : Number.NaN,
  },
  {
    ...{ key: 'error', title: 'error', unit: 'dB', digits: 2, goal: 'low' },
    about:
      'root mean square of the log ratio to the mean of dates more than one step away, its median removed',
    of: (result, { reference }) => (reference ? ratioError(result, reference) : Number.NaN),
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
      'mean of input / result over the half of the pixels around which the truth or the reference varies least',
    of: (result, band) => mean(ratios(band.input, result, band)) ?? Number.NaN,
  },
  {
    ...{ key: 'ratioVariance', title: 'ratio variance × looks', unit: '', digits: 3, goal: 'one' },
    about: 'variance of input / result there, times the looks; 1 where just the speckle was removed',
    of: (result, band) => band.looks * (variance(ratios(band.input, result, band)) ?? Number.NaN),
  },
];

/** Root mean square difference from the truth of a band of H, A, α. */
const priorError =
  (band: number) =>
  (result: Image, { priors, scene }: Observation) => {
    if (!priors || result.shape[0] !== 4) return Number.NaN;
    const [found, expected] = [haAlpha(result, scene.mask), priors].map((image) => planes(image)[band]);
    return Math.sqrt(mean(found, (value, i) => (value - expected[i]) ** 2) ?? Number.NaN);
  };

/** |ρ| = |C12| / √(C11·C22) of each pixel. */
function correlation(c2: Image): Float64Array {
  const [c11, c22, re, im] = planes(c2);
  return Float64Array.from(c11, (power, i) => Math.hypot(re[i], im[i]) / Math.sqrt(power * c22[i]));
}

/** Figures of a covariance. */
export const IMAGE_METRICS: readonly ImageMetric[] = [
  {
    ...{ key: 'entropyError', title: 'H error', unit: '', digits: 3, goal: 'low' },
    about: 'root mean square error of the entropy H of the result',
    of: priorError(0),
  },
  {
    ...{ key: 'alphaError', title: 'α error', unit: '°', digits: 2, goal: 'low' },
    about: 'root mean square error of the mean alpha angle of the result',
    of: priorError(2),
  },
  {
    ...{ key: 'rhoBias', title: '|ρ| bias', unit: '', digits: 3, goal: 'zero' },
    about: 'mean of the magnitude of the correlation of VV and VH, less that of the truth',
    of: (result, { scene: { truth } }) => {
      if (!truth || result.shape[0] !== 4 || truth.shape[0] !== 4) return Number.NaN;
      const [found, expected] = [result, truth].map(correlation);
      return (mean(found) ?? 0) - (mean(expected) ?? 0);
    },
  },
  {
    ...{ key: 'psd', title: 'valid C2', unit: '%', digits: 2, goal: 'high' },
    about: 'share of the pixels whose covariance is positive semidefinite',
    of: (result) => {
      if (result.shape[0] !== 4) return Number.NaN;
      const [c11, c22, re, im] = planes(result);
      const valid = c11.reduce(
        (count, power, i) =>
          // Rounding to float32 lets a single look, whose determinant is 0, be off by parts in 10⁷.
          count +
          (power >= 0 && c22[i] >= 0 && re[i] ** 2 + im[i] ** 2 <= power * c22[i] * (1 + 1e-6) ? 1 : 0),
        0,
      );
      return (100 * valid) / c11.length;
    },
  },
];

/** Figures of the change scenes, see `SpotResponse`. */
export const CHANGE_METRICS: readonly Metric[] = [
  {
    ...{ key: 'leakage', title: 'leakage', unit: '%', digits: 1, goal: 'zero' },
    about: 'share of a change of an auxiliary date alone that the target shows, in dB; mean of magnitudes',
  },
  {
    ...{ key: 'retention', title: 'retention', unit: '%', digits: 1, goal: 'high' },
    about: 'share of a change of the target alone that stays, in dB',
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
