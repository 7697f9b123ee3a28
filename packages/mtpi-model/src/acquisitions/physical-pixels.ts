import {
  copyImage,
  exceedsCoherence,
  flatMask,
  type Image,
  planes,
  validCovariance,
} from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { AcquisitionWindow } from './acquisition-window';

/**
 * A window whose valid pixels can be: with all values finite, both intensities positive and |C12|² ≤ C11·C22. Others, such as NaN
 * in the place of missing data, or a negative power from which noise was subtracted, become 0 and invalid; a larger |C12| is
 * limited.
 */
export function physicalPixels(window: AcquisitionWindow): AcquisitionWindow {
  const { image, mask } = withPositivePowers(window);
  return hasExcess(image) ? { image: validCovariance(image), mask } : { image, mask };
}

function withPositivePowers(window: AcquisitionWindow): AcquisitionWindow {
  const { image, mask } = window;
  const [bands, rows, cols] = image.shape;
  const given = flatMask(mask);
  const impossible = planes(image).flatMap((band, b) => {
    const found: number[] = [];
    const least = b < 2 ? 0 : -Infinity;
    for (let i = 0; i < band.length; i++)
      if (given[i] && !(band[i] > least && band[i] < Infinity)) found.push(i);
    return found;
  });
  if (impossible.length === 0) return window;
  const [copy, valid] = [copyImage(image), given.slice()];
  for (const i of impossible) {
    valid[i] = 0;
    for (let b = 0; b < bands; b++) copy.data[b * rows * cols + i] = 0;
  }
  return { image: copy, mask: ndarray(valid, [rows, cols]) };
}

/** Whether |C12|² exceeds C11·C22 anywhere. */
function hasExcess(image: Image): boolean {
  const bands = planes(image);
  return bands.length === 4 && bands[0].some((_, i) => exceedsCoherence(bands, i));
}
