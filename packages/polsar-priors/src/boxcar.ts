import { checkWindow } from './errors';
import { createImage, type Image, type Mask, planes, validity } from './image';

/**
 * Moving average of each band over a square window, valid pixels only; at the border over the part of the window inside
 * the image. An invalid pixel gets the mean of its valid neighbors; without any valid pixel in the window the result is 0.
 * Unmasked NaN or infinite values spread beyond the window: mask them.
 *
 * @param image any number of bands. @param window odd number of rows and columns.
 */
export function boxcar(image: Image, window: number, mask?: Mask): Image {
  checkWindow(window, 'boxcar');
  const inputs = planes(image);
  const [bands, rows, cols] = image.shape;
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  const valid = mask && validity(image, mask);
  const holes = valid?.includes(0) ? valid : undefined;
  const weights = reciprocalCounts(rows, cols, window, holes);
  const kept = holes && new Float32Array(rows * cols);
  inputs.forEach((plane, b) => {
    if (holes && kept) for (let i = 0; i < plane.length; i++) kept[i] = holes[i] ? plane[i] : 0;
    weightedSums(kept ?? plane, rows, cols, window, weights, outputs[b]);
  });
  return result;
}

/** Reciprocal of the number of valid pixels in the window around each pixel, 0 where there are none. */
function reciprocalCounts(rows: number, cols: number, window: number, valid?: Uint8Array): Float64Array {
  const weights = new Float64Array(rows * cols);
  if (valid) {
    const [ones, counts] = [new Float32Array(rows * cols), new Float32Array(rows * cols)];
    for (let i = 0; i < ones.length; i++) ones[i] = valid[i] ? 1 : 0;
    weightedSums(ones, rows, cols, window, weights.fill(1), counts);
    for (let i = 0; i < weights.length; i++) weights[i] = counts[i] > 0 ? 1 / counts[i] : 0;
    return weights;
  }
  const [heights, widths] = [rows, cols].map((length) => windowLengths(length, window));
  for (let r = 0, i = 0; r < rows; r++)
    for (let c = 0; c < cols; c++, i++) weights[i] = 1 / (heights[r] * widths[c]);
  return weights;
}

/** Number of pixels of an axis in the window around each. */
function windowLengths(length: number, window: number): Float64Array {
  const radius = (window - 1) / 2;
  const lengths = new Float64Array(length);
  return lengths.map((_, i) => Math.min(length, i + radius + 1) - Math.max(0, i - radius));
}

/** Weighted sums over the window: running sums along columns, then rows, so constant work per pixel. */
function weightedSums(
  plane: Float32Array,
  rows: number,
  cols: number,
  window: number,
  weights: Float64Array,
  out: Float32Array,
): void {
  const radius = (window - 1) / 2;
  // Zeros beyond the border.
  const vertical = new Float64Array(cols + window);
  const zeros = new Float32Array(cols);
  const rowAt = (row: number) =>
    row >= 0 && row < rows ? plane.subarray(row * cols, (row + 1) * cols) : zeros;
  for (let row = -radius; row < rows; row++) {
    const [entering, leaving] = [rowAt(row + radius), rowAt(row - radius - 1)];
    for (let c = 0; c < cols; c++) vertical[c + radius + 1] += entering[c] - leaving[c];
    if (row < 0) continue;
    let sum = 0;
    for (let c = 0; c < window; c++) sum += vertical[c];
    for (let c = 0, i = row * cols; c < cols; c++, i++) {
      sum += vertical[c + window] - vertical[c];
      out[i] = sum * weights[i];
    }
  }
}
