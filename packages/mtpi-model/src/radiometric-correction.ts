import { boxcar, createImage, type Image, planes } from '@mtpi/polsar-priors';
import type { AcquisitionWindow } from './acquisition-window';

/** Rows and columns of the neighbourhood whose level is kept. */
export const WINDOW = 127;

/** Rows and columns of the mean of the result that intensities are compared with. */
export const SURROUNDINGS = 7;

/** Natural logarithm of the difference in level that stays: 0.03 dB, about what single-look speckle makes of one. */
export const TOLERANCE = (0.03 * Math.LN10) / 10;

/** Intensities so many times above their surroundings count no more, so that points do not set the level around them. */
export const LARGEST_RATIO = 8;

/** Pixels whose result is nearer than that to its surroundings count, relative to them. */
export const LARGEST_DIFFERENCE = 0.5;

/**
 * Scales a result, in place, to the level of its target: over 127×127 pixels both become equal on the average to within
 * 0.03 dB in each intensity, each pixel taken relative to the mean of the result around it, lest bright ground outweigh
 * dark. Points and edges do not count: what is lost of them is not the ground's. C12 is scaled along, so correlation and
 * phase stay. It guards the radiometry where the other dates differ as a whole, as from dry to wet or frozen ground, and
 * a network would follow them.
 *
 * @param result covariance [4, rows, cols] or intensities [2, rows, cols], linear power, all intensities positive.
 */
export function preserveRadiometry(result: Image, { image, mask }: AcquisitionWindow): void {
  const [bands, rows, cols] = result.shape;
  const [targets, outputs] = [planes(image), planes(result)];
  const surroundings = planes(boxcar(result.hi(2), SURROUNDINGS, mask));
  const ratios = createImage(4, rows, cols);
  const wantedAndFound = planes(ratios);
  surroundings.forEach((mean, b) => {
    const [target, output] = [targets[b], outputs[b]];
    const [wanted, found] = [wantedAndFound[b], wantedAndFound[2 + b]];
    for (let i = 0; i < mean.length; i++) {
      const ratio = output[i] / mean[i];
      if (!(Math.abs(ratio - 1) < LARGEST_DIFFERENCE)) continue;
      found[i] = ratio;
      wanted[i] = Math.min(LARGEST_RATIO, target[i] / mean[i]);
    }
  });
  const [wanted1, wanted2, found1, found2] = planes(boxcar(ratios, WINDOW, mask));
  for (let i = 0; i < rows * cols; i++) {
    const [p, q] = [gain(wanted1[i] / found1[i]), gain(wanted2[i] / found2[i])];
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
