import { boxcar, createImage, type Image, planes } from '@mtpi/polsar-priors';
import type { Acquired } from './acquired';

/** Rows and columns of the neighbourhood whose level is kept. */
export const WINDOW = 127;

/** Rows and columns of the mean of the result that intensities are compared with. */
export const SURROUNDINGS = 7;

/** Natural logarithm of the difference in level that stays: 0.03 dB, about what single-look speckle makes of one. */
export const TOLERANCE = (0.03 * Math.LN10) / 10;

/** Intensities so many times above their surroundings count no more, so that points do not set the level around them. */
export const LARGEST_RATIO = 8;

/**
 * Scales a result, in place, to the level of its target: over 127×127 pixels both become equal on the average to within
 * 0.03 dB in each intensity, each pixel taken relative to the mean of the result around it, lest bright ground outweigh
 * dark. C12 is scaled along, so correlation and phase stay. It guards the radiometry where the other dates differ as a
 * whole, as from dry to wet or frozen ground, and a network would follow them.
 *
 * @param result covariance [4, rows, cols] or intensities [2, rows, cols], linear power, all intensities positive.
 */
export function keepLevel(result: Image, { image, mask }: Acquired): void {
  const [bands, rows, cols] = result.shape;
  const outputs = planes(result);
  const surroundings = planes(boxcar(result.hi(2), SURROUNDINGS, mask));
  const levels = (powers: Image): Float32Array[] => {
    const ratios = createImage(2, rows, cols);
    planes(ratios).forEach((ratio, b) => {
      const [power, mean] = [planes(powers)[b], surroundings[b]];
      for (let i = 0; i < ratio.length; i++) ratio[i] = Math.min(LARGEST_RATIO, power[i] / mean[i]);
    });
    return planes(boxcar(ratios, WINDOW, mask));
  };
  const [wanted, found] = [levels(image), levels(result)];
  for (let i = 0; i < rows * cols; i++) {
    const [p, q] = [0, 1].map((b) => gain(wanted[b][i] / found[b][i]));
    outputs[0][i] *= p;
    outputs[1][i] *= q;
    if (bands < 4) continue;
    const both = Math.sqrt(p * q);
    outputs[2][i] *= both;
    outputs[3][i] *= both;
  }
}

const [LEAST, MOST] = [Math.exp(-TOLERANCE), Math.exp(TOLERANCE)];

/** What a ratio of levels is corrected by: 1 within the tolerance and where there is none. */
function gain(ratio: number): number {
  if (ratio > MOST) return ratio / MOST;
  return ratio > 0 && ratio < LEAST ? ratio / LEAST : 1;
}
