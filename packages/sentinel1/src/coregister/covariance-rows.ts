import { createImage, planes } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import type { ComplexRows } from './calibrate';

/**
 * Single-look covariance of two channels, valid where both are.
 *
 * @param noiseOf Noise of a row in both channels, if any: it becomes bands 4 and 5.
 */
export function covarianceRows(
  [first, second]: readonly ComplexRows[],
  noiseOf: (row: number) => readonly Float64Array[],
): MaskedImage {
  const { rows, width } = first;
  const noise = Array.from({ length: rows }, (_, row) => noiseOf(row));
  const image = createImage(4 + noise[0].length, rows, width);
  const [c11, c22, re, im, ...floors] = planes(image);
  const mask = ndarray(new Uint8Array(rows * width), [rows, width]);
  const [a, b] = [first.data, second.data];
  for (let i = 0; i < rows * width; i++) {
    if (!first.valid[i] || !second.valid[i]) continue;
    mask.data[i] = 1;
    const [ar, ai, br, bi] = [a[2 * i], a[2 * i + 1], b[2 * i], b[2 * i + 1]];
    c11[i] = ar * ar + ai * ai;
    c22[i] = br * br + bi * bi;
    re[i] = ar * br + ai * bi;
    im[i] = ai * br - ar * bi;
  }
  for (const [b, floor] of floors.entries()) {
    for (let row = 0; row < rows; row++) floor.set(noise[row][b], row * width);
  }
  return { image, mask };
}
