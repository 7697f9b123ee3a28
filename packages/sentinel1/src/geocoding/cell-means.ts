import { planes, type Window } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import type { InterpolatedSamples } from './bilinear';
import type { CellSize } from './cell-size';

/** Least part of a cell that is inside the image and valid; on a seam both images hold half of a cell. */
const LEAST_SHARE = 0.499;

/**
 * The window of an image that contributes to cells around points; undefined where none does.
 *
 * @param rows Of the points; pixel centers have whole numbers; NaN: none. @param columns Of the points.
 */
export function windowAround(
  image: { width: number; height: number },
  rows: Float64Array,
  columns: Float64Array,
  size: CellSize,
): Window | undefined {
  const [up, left] = [reach(size.rows), reach(size.columns)];
  let [top, first, bottom, last] = [image.height, image.width, -1, -1];
  for (let i = 0; i < rows.length; i++) {
    const [y, x] = [rows[i], columns[i]];
    if (!(y > -up && x > -left && y < image.height - 1 + up && x < image.width - 1 + left)) continue;
    top = Math.min(top, Math.max(0, Math.ceil(y - up)));
    first = Math.min(first, Math.max(0, Math.ceil(x - left)));
    bottom = Math.max(bottom, Math.min(image.height - 1, Math.floor(y + up)));
    last = Math.max(last, Math.min(image.width - 1, Math.floor(x + left)));
  }
  if (bottom < top || last < first) return undefined;
  return { x: first, y: top, width: last - first + 1, height: bottom - top + 1 };
}

/**
 * Means of an image over cells around points: of the image interpolated bilinearly, over a box that makes up the cell together
 * with the width of interpolation, so that linear slopes are kept and a cell of one pixel is bilinear interpolation. Valid
 * where at least half of a cell is.
 *
 * @param window Of the image that was read.
 */
export function cellMeans(
  { image, mask }: MaskedImage,
  window: Window,
  rows: Float64Array,
  columns: Float64Array,
  size: CellSize,
): InterpolatedSamples {
  const bands = planes(image);
  const values = bands.map(() => new Float32Array(rows.length));
  const valid = new Uint8Array(rows.length);
  const sums = new Float64Array(bands.length);
  const [up, left] = [reach(size.rows), reach(size.columns)];
  const down = new Float64Array(Math.ceil(2 * up) + 1);
  const across = new Float64Array(Math.ceil(2 * left) + 1);
  for (let i = 0; i < rows.length; i++) {
    const [y, x] = [rows[i] - window.y, columns[i] - window.x];
    if (!(y > -up && x > -left && y < window.height - 1 + up && x < window.width - 1 + left)) continue;
    const [top, first] = [Math.ceil(y - up), Math.ceil(x - left)];
    weigh(down, top - y, size.rows);
    weigh(across, first - x, size.columns);
    sums.fill(0);
    let total = 0;
    const [lastRow, lastColumn] = [
      Math.min(window.height - 1, Math.floor(y + up)),
      Math.min(window.width - 1, Math.floor(x + left)),
    ];
    for (let r = Math.max(0, top); r <= lastRow; r++) {
      for (let c = Math.max(0, first); c <= lastColumn; c++) {
        const pixel = r * window.width + c;
        if (!mask.data[pixel]) continue;
        const weight = down[r - top] * across[c - first];
        total += weight;
        for (let b = 0; b < bands.length; b++) sums[b] += weight * bands[b][pixel];
      }
    }
    if (total < LEAST_SHARE) continue;
    valid[i] = 1;
    for (let b = 0; b < bands.length; b++) values[b][i] = sums[b] / total;
  }
  return { values, mask: valid };
}

/** Distance from the center of a cell within which pixels contribute. */
const reach = (size: number) => 1 + boxOf(size) / 2;

const boxOf = (size: number) => Math.max(size - 1, 1e-3);

/** Weights of the pixels around a cell along one axis, whose center lies a fraction of a pixel behind one. */
export function cellWeights(fraction: number, size: number): Float64Array {
  const first = Math.ceil(fraction - reach(size));
  const weights = new Float64Array(Math.floor(fraction + reach(size)) - first + 1);
  weigh(weights, first - fraction, size);
  return weights;
}

/** Weights of pixels from a distance on; they sum up to 1. */
function weigh(weights: Float64Array, distance: number, size: number): void {
  const box = boxOf(size);
  for (let k = 0; k < weights.length; k++) {
    const d = distance + k;
    weights[k] = (triangleUpTo(d + box / 2) - triangleUpTo(d - box / 2)) / box;
  }
}

/** Integral of the triangle of bilinear interpolation from −1 to s. */
function triangleUpTo(s: number): number {
  if (s <= -1) return 0;
  if (s >= 1) return 1;
  return s < 0 ? (1 + s) ** 2 / 2 : 1 - (1 - s) ** 2 / 2;
}
