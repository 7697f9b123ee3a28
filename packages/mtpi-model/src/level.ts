import { boxcar, createImage, type Image, planes } from '@mtpi/polsar-priors';
import type { Acquired } from './acquired';

/** Rows and columns of the neighbourhood whose level is kept. */
export const WINDOW = 127;

/** Natural logarithm of the difference in level that stays: 0.1 dB, about what single-look speckle makes of one. */
export const TOLERANCE = Math.LN10 / 100;

/** Larger ratios are taken as this, so that single points do not set the level around them. */
export const LARGEST_RATIO = 8;

/**
 * Scales a result, in place, to the level of its target: over 127×127 pixels the mean of target / result becomes 1 to
 * within 0.1 dB in each intensity. C12 is scaled along, so correlation and phase stay. It guards the radiometry where
 * the other dates differ as a whole, as from dry to wet or frozen ground, and a network would follow them.
 *
 * @param result covariance [4, rows, cols] or intensities [2, rows, cols], linear power, all intensities positive.
 */
export function keepLevel(result: Image, { image, mask }: Acquired): void {
  const [bands, rows, cols] = result.shape;
  const outputs = planes(result);
  const ratios = createImage(2, rows, cols);
  planes(ratios).forEach((ratio, b) => {
    const [target, output] = [planes(image)[b], outputs[b]];
    for (let i = 0; i < ratio.length; i++) ratio[i] = Math.min(LARGEST_RATIO, target[i] / output[i]);
  });
  const [first, second] = planes(boxcar(ratios, WINDOW, mask));
  for (let i = 0; i < first.length; i++) {
    const [p, q] = [gain(first[i]), gain(second[i])];
    outputs[0][i] *= p;
    outputs[1][i] *= q;
    if (bands < 4) continue;
    const both = Math.sqrt(p * q);
    outputs[2][i] *= both;
    outputs[3][i] *= both;
  }
}

const [LEAST, MOST] = [Math.exp(-TOLERANCE), Math.exp(TOLERANCE)];

/** What a mean ratio is corrected by, 1 within the tolerance and where there is none. */
function gain(ratio: number): number {
  if (ratio > MOST) return ratio / MOST;
  return ratio > 0 && ratio < LEAST ? ratio / LEAST : 1;
}
