import { check } from './errors';
import { createImage, type Image, type Mask, planes, validity } from './image';

/**
 * Mean over a window × window neighbourhood of each band, over valid pixels only; at the border over what there is of
 * the window. A pixel without any valid neighbour gets 0; an invalid pixel with valid neighbours gets their mean.
 *
 * @param window odd number of rows and columns.
 */
export function boxcar(image: Image, window: number, mask?: Mask): Image {
  check(
    Number.isInteger(window) && window > 0 && window % 2 === 1,
    'boxcar',
    'an odd positive window',
    window,
  );
  const [bands, rows, cols] = image.shape;
  const valid = validity(image, mask);
  const result = createImage(bands, rows, cols);
  const counts = new Float64Array(rows * cols);
  windowSums(Float32Array.from(valid), valid, counts, rows, cols, window);
  const sums = new Float64Array(rows * cols);
  const outputs = planes(result);
  planes(image).forEach((plane, b) => {
    windowSums(plane, valid, sums, rows, cols, window);
    const output = outputs[b];
    for (let i = 0; i < output.length; i++) output[i] = counts[i] > 0 ? sums[i] / counts[i] : 0;
  });
  return result;
}

/** Sums over the window, by running sums along columns, then rows: constant work per pixel. */
function windowSums(
  plane: Float32Array,
  valid: Uint8Array,
  out: Float64Array,
  rows: number,
  cols: number,
  window: number,
): void {
  const radius = (window - 1) / 2;
  const vertical = new Float64Array(cols);
  const addRow = (row: number, sign: number) => {
    const start = row * cols;
    for (let c = 0; c < cols; c++) if (valid[start + c]) vertical[c] += sign * plane[start + c];
  };
  for (let r = 0; r < Math.min(radius, rows); r++) addRow(r, 1);
  for (let r = 0; r < rows; r++) {
    if (r + radius < rows) addRow(r + radius, 1);
    if (r - radius - 1 >= 0) addRow(r - radius - 1, -1);
    let sum = 0;
    for (let c = 0; c < Math.min(radius, cols); c++) sum += vertical[c];
    for (let c = 0; c < cols; c++) {
      if (c + radius < cols) sum += vertical[c + radius];
      if (c - radius - 1 >= 0) sum -= vertical[c - radius - 1];
      out[r * cols + c] = sum;
    }
  }
}
