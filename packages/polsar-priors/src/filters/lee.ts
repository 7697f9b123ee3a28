import { boxcar } from '../boxcar';
import { checkLooks, checkWindow } from '../errors';
import { checkBands, type Image, type Mask, planes, span, validity } from '../image';
import { rawMoments } from './local-moments';

export interface LeeOptions {
  /** Equivalent number of looks of the image: speckle has the squared coefficient of variation 1 / looks. Default 1. */
  looks?: number;
  /** Odd number of rows and columns. Default 7. */
  window?: number;
  mask?: Mask;
}

/**
 * Weight of the pixel against the local mean in the minimum-mean-square-error filter, in [0, 1]:
 * b = var(x) / var(z) with var(x) = (var(z) − mean²·σ²) / (1 + σ²) and σ² = 1 / looks (Lee 1980).
 */
export function leeWeight(mean: number, variance: number, looks: number): number {
  const speckle = 1 / looks;
  return variance > 0 ? Math.max(0, (variance - mean * mean * speckle) / (variance * (1 + speckle))) : 0;
}

/**
 * Lee's local-statistics filter (Lee 1980): mean + b·(pixel − mean) over a square window. All bands share the weight b,
 * from the total power C11 + C22, so a covariance stays positive semidefinite. Invalid pixels become 0.
 *
 * @param image covariance [4, rows, cols], intensities [2, rows, cols] or one intensity [1, rows, cols].
 */
export function lee(image: Image, { looks = 1, window = 7, mask }: LeeOptions = {}): Image {
  checkBands(image, 'lee', 1, 2, 4);
  checkLooks(looks, 'lee');
  checkWindow(window, 'lee');
  const [, rows, cols] = image.shape;
  const valid = validity(image, mask);
  const inputs = planes(image);
  const { mean, square } = rawMoments(span(inputs), rows, cols, window, mask);
  const result = boxcar(image, window, mask);
  planes(result).forEach((output, b) => {
    for (let i = 0; i < output.length; i++) {
      const weight = leeWeight(mean[i], square[i] - mean[i] * mean[i], looks);
      output[i] = valid[i] ? output[i] + weight * (inputs[b][i] - output[i]) : 0;
    }
  });
  return result;
}
