import { boxcar } from '../boxcar';
import { checkList, checkWindow } from '../errors';
import { checkBands, checkSameShape, createImage, type Image, type Mask, planes, validity } from '../image';

export interface QueganOptions {
  /** Odd number of rows and columns of the local mean. Default 7. */
  window?: number;
  /** Estimate of the local mean of a date, such as `lee` or `refinedLee`. Default: `boxcar` over the window. */
  estimate?: (image: Image) => Image;
  /** Pixels that are valid at all dates. */
  mask?: Mask;
}

/**
 * Multitemporal filter (Quegan & Yu 2001): Jₖ = σₖ/M · Σᵢ Iᵢ/σᵢ with σ the local mean of a date. Each date keeps its
 * radiometry while the speckle of M dates is averaged. C11 and C22 use their own means; C12 uses the geometric mean of
 * both, so a covariance stays positive semidefinite. A date is left out where its local mean is not positive; invalid
 * pixels become 0.
 *
 * @param images dates of one shape: covariances [4, rows, cols], intensities [2, rows, cols] or [1, rows, cols].
 * @returns one image for each date, in order.
 */
export function quegan(images: readonly Image[], options: QueganOptions = {}): Image[] {
  const { window = 7, mask, estimate = (image: Image) => boxcar(image, window, mask) } = options;
  checkWindow(window, 'quegan');
  checkList(images, 'quegan', 'one image or more');
  for (const image of images) {
    checkBands(image, 'quegan', 1, 2, 4);
    checkSameShape(images[0], image, 'quegan');
  }
  const [bands, rows, cols] = images[0].shape;
  const valid = validity(images[0], mask);
  const results = images.map(() => createImage(bands, rows, cols));
  const means = images.map(estimate);
  for (const mean of means) checkSameShape(images[0], mean, 'quegan estimate');
  const [inputs, levels, outputs] = [images, means, results].map((dates) => dates.map(planes));
  for (let b = 0; b < bands; b++) {
    // For C12, the geometric mean of both levels.
    const level = (date: number, i: number) =>
      b < 2 ? levels[date][b][i] : Math.sqrt(levels[date][0][i] * levels[date][1][i]);
    for (let i = 0; i < rows * cols; i++) {
      if (!valid[i]) continue;
      let [sum, count] = [0, 0];
      for (let date = 0; date < images.length; date++) {
        const mean = level(date, i);
        if (!(mean > 0)) continue;
        sum += inputs[date][b][i] / mean;
        count++;
      }
      for (let date = 0; date < images.length; date++)
        outputs[date][b][i] = count > 0 ? (level(date, i) * sum) / count : 0;
    }
  }
  return results;
}
