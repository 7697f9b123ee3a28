import { checkLooks, checkWindow } from '../errors';
import { checkBands, createImage, type Image, planes, validity } from '../image';
import type { LeeOptions } from './lee';
import { localMoments } from './local-moments';

/**
 * Gamma maximum a posteriori filter (Lopes et al. 1990), each intensity separately. With the coefficients of variation C
 * of the window and Cu = 1/√looks of the speckle: the mean where C ≤ Cu, the pixel itself where C ≥ √2·Cu, otherwise the
 * positive root x of α·x² − (α − looks − 1)·mean·x − looks·mean·pixel = 0, α = (1 + Cu²)/(C² − Cu²). Invalid pixels
 * become 0.
 *
 * @param image intensities [2, rows, cols] or [1, rows, cols]; for a covariance, pass its first two bands.
 */
export function gammaMap(image: Image, { looks = 1, window = 7, mask }: LeeOptions = {}): Image {
  checkBands(image, 'gammaMap', 1, 2);
  checkLooks(looks, 'gammaMap');
  checkWindow(window, 'gammaMap');
  const [bands, rows, cols] = image.shape;
  const valid = validity(image, mask);
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  planes(image).forEach((plane, b) => {
    const { mean, variance } = localMoments(plane, rows, cols, window, mask);
    for (let i = 0; i < plane.length; i++)
      if (valid[i]) outputs[b][i] = mostLikely(plane[i], mean[i], variance[i], looks);
  });
  return result;
}

/** Maximum a posteriori reflectivity of a pixel, for a Gamma distributed scene around it. */
function mostLikely(pixel: number, mean: number, variance: number, looks: number): number {
  const speckle = 1 / looks;
  const variation = variance / (mean * mean);
  if (!(variation > speckle)) return mean;
  if (variation >= 2 * speckle) return pixel;
  const alpha = (1 + speckle) / (variation - speckle);
  const b = (alpha - looks - 1) * mean;
  return (b + Math.sqrt(b * b + 4 * alpha * looks * mean * pixel)) / (2 * alpha);
}
