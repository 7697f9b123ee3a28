import { type Image, planes } from '../image';
import { decibel } from './decibel';

/** Span in dB that the peak signal-to-noise ratio refers to: σ⁰ from −25 to +5 dB. */
const DECIBEL_RANGE = 30;

/**
 * Peak signal-to-noise ratio in dB of 10·log₁₀ of two intensity planes over a range of 30 dB.
 *
 * @param image result, linear power. @param truth what it should be.
 */
export function logPsnr(image: Float32Array, truth: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < image.length; i++) sum += (decibel(image[i]) - decibel(truth[i])) ** 2;
  return 20 * Math.log10(DECIBEL_RANGE / Math.sqrt(sum / image.length));
}

/** `logPsnr` of the first two bands, C11 and C22. */
export function logPsnrOfBands(image: Image, truth: Image): [number, number] {
  const [a, b] = [planes(image), planes(truth)];
  return [logPsnr(a[0], b[0]), logPsnr(a[1], b[1])];
}

/** Mean of the ratio of two intensity planes in dB: 0 for an unbiased result. */
export function biasDecibel(image: Float32Array, truth: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
  return decibel(mean(image) / mean(truth));
}

/**
 * Root mean square in dB of 10·log₁₀(result / reference) over pixels where both are positive, its median removed: how
 * far a result is from a mean of other dates, whatever the level of either.
 */
export function ratioError(image: Float32Array, reference: Float32Array): number {
  const logs: number[] = [];
  image.forEach((value, i) => {
    const ratio = value / reference[i];
    if (ratio > 0 && Number.isFinite(ratio)) logs.push(decibel(ratio));
  });
  const sorted = Float64Array.from(logs).sort();
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return Math.sqrt(logs.reduce((sum, value) => sum + (value - median) ** 2, 0) / logs.length);
}
