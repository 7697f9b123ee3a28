import { decibel } from '../decibel';
import { checkShape } from '../errors';
import { checkLength, checkSameShape, flatMask, type Image, type Mask, planes } from '../image';
import { median } from '../median';

/** Peak of the peak signal-to-noise ratio in dB: sigma0 from −25 to 5 dB. */
const DECIBEL_RANGE = 30;

/**
 * Peak signal-to-noise ratio in dB of 10·log₁₀ of two intensity planes over a range of 30 dB.
 *
 * @param image linear power of a result. @param truth the noise-free intensity, as many pixels.
 */
export function logPsnr(image: Float32Array, truth: Float32Array): number {
  checkLength(image, truth.length, 'logPsnr');
  let sum = 0;
  for (let i = 0; i < image.length; i++) sum += (decibel(image[i]) - decibel(truth[i])) ** 2;
  return 20 * Math.log10(DECIBEL_RANGE / Math.sqrt(sum / image.length));
}

/** `logPsnr` of the first two bands, C11 and C22. */
export function logPsnrOfBands(image: Image, truth: Image): [number, number] {
  checkSameShape(image, truth, 'logPsnrOfBands');
  const [a, b] = [planes(image), planes(truth)];
  return [logPsnr(a[0], b[0]), logPsnr(a[1], b[1])];
}

/**
 * Root mean square in dB of 10·log₁₀(result / reference) over pixels where both are positive, its median removed: the
 * deviation of a result from, for example, the mean of other dates, regardless of a common gain.
 *
 * @param image linear power. @param reference as many pixels.
 * @param mask pixels to compare, row by row as the planes; by default all. Leave out those filled in one of the images.
 * @returns NaN where no pixel is left.
 */
export function ratioError(image: Float32Array, reference: Float32Array, mask?: Mask): number {
  checkLength(image, reference.length, 'ratioError');
  const valid = mask && flatMask(mask);
  if (valid)
    checkShape(valid.length === image.length, 'ratioError', `a mask of ${image.length} pixels`, valid.length);
  const logs: number[] = [];
  image.forEach((value, i) => {
    const ratio = value / reference[i];
    if (valid?.[i] !== 0 && ratio > 0 && Number.isFinite(ratio)) logs.push(decibel(ratio));
  });
  const gain = median(logs);
  return Math.sqrt(logs.reduce((sum, value) => sum + (value - gain) ** 2, 0) / logs.length);
}
