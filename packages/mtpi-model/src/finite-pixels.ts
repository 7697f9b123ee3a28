import { createImage, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { AcquisitionWindow } from './acquisition-window';

/** A window whose valid pixels are finite: NaN and infinity, which arrays mark missing data with, become 0 and invalid. */
export function finitePixels(window: AcquisitionWindow): AcquisitionWindow {
  const { image, mask } = window;
  const [bands, rows, cols] = image.shape;
  const isValid = (i: number) => mask.get(Math.floor(i / cols), i % cols) !== 0;
  const missing = planes(image).flatMap((band) => {
    const found: number[] = [];
    for (let i = 0; i < band.length; i++) if (!Number.isFinite(band[i]) && isValid(i)) found.push(i);
    return found;
  });
  if (missing.length === 0) return window;
  const [copy, valid] = [createImage(bands, rows, cols), new Uint8Array(rows * cols)];
  planes(image).forEach((band, b) => copy.data.set(band, b * rows * cols));
  for (let i = 0; i < valid.length; i++) valid[i] = Number(isValid(i));
  for (const i of missing) {
    valid[i] = 0;
    for (let b = 0; b < bands; b++) copy.data[b * rows * cols + i] = 0;
  }
  return { image: copy, mask: ndarray(valid, [rows, cols]) };
}
