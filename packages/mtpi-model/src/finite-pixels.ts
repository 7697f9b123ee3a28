import { createImage, flatMask, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { AcquisitionWindow } from './acquisition-window';

/** A window whose valid pixels are finite: NaN and infinity, which arrays mark missing data with, become 0 and invalid. */
export function finitePixels(window: AcquisitionWindow): AcquisitionWindow {
  const { image, mask } = window;
  const [bands, rows, cols] = image.shape;
  const given = flatMask(mask);
  const missing = planes(image).flatMap((band) => {
    const found: number[] = [];
    for (let i = 0; i < band.length; i++) if (!Number.isFinite(band[i]) && given[i]) found.push(i);
    return found;
  });
  if (missing.length === 0) return window;
  const [copy, valid] = [createImage(bands, rows, cols), given.slice()];
  planes(image).forEach((band, b) => copy.data.set(band, b * rows * cols));
  for (const i of missing) {
    valid[i] = 0;
    for (let b = 0; b < bands; b++) copy.data[b * rows * cols + i] = 0;
  }
  return { image: copy, mask: ndarray(valid, [rows, cols]) };
}
