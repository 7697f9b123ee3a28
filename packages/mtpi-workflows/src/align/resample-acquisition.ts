import type { AcquisitionWindow } from '@mtpi/model';
import { createImage, planes, type Window } from '@mtpi/polsar-priors';
import type { Acquisition } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import { type Grid, gridMapping, mapWindow, pixelSpan } from './grid-mapping';

/** Pixels of a source that are read at a time, unless a single row of the result needs more. */
const MOST_PIXELS = 2 ** 22;

/** Pixels that are larger by less than this are of one size. */
const COARSER = 1.05;

/** Whether the pixels of a grid are larger than those of another, so that values are averaged. */
export function isCoarser(grid: Grid, other: Grid): boolean {
  const { columns, rows } = pixelSpan(grid, gridMapping(grid, other));
  return Math.max(columns, rows) > COARSER;
}

/**
 * An acquisition on another grid. Powers and covariances are averaged over each pixel of the grid, or over a square of the
 * size of a source pixel where that is larger, which is bilinear interpolation; so a covariance stays one. Invalid pixels
 * do not count; a pixel is valid where at least half of what it is made of is.
 *
 * @throws SarIoError `UnsupportedFormat` where the reference systems differ and one is neither WGS 84 nor its UTM.
 */
export function resampleAcquisition(source: Acquisition & Grid, grid: Grid): Acquisition {
  const mapping = gridMapping(grid, source);
  const span = pixelSpan(grid, mapping);
  const box = [span.columns, span.rows].map((size) => (size > COARSER ? size : 1));
  const read: Acquisition['read'] = async (window, options) => {
    const places = mapWindow(mapping, window);
    const needed = around(places, box, source);
    const bands = source.bands.length;
    if (!needed) return invalid(bands, window);
    if (needed.width * needed.height > MOST_PIXELS && window.height > 1) {
      const rows = Math.ceil(window.height / 2);
      const upper = await read({ ...window, height: rows }, options);
      const lower = await read({ ...window, y: window.y + rows, height: window.height - rows }, options);
      return stackRows(upper, lower);
    }
    return average(await source.read(needed, options), needed, places, box, window);
  };
  const { width, height, georeference } = grid;
  return { ...source, width, height, georeference, read, close: () => source.close() };
}

/** The window of the source that holds all boxes around places; undefined where none touches it. */
function around(
  { columns, rows }: ReturnType<typeof mapWindow>,
  [boxWidth, boxHeight]: readonly number[],
  { width, height }: { width: number; height: number },
): Window | undefined {
  const range = (values: Float64Array, box: number, size: number) => {
    let [least, most] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    const first = Math.max(0, Math.floor(least - box / 2));
    return [first, Math.min(size, Math.ceil(most + box / 2)) - first];
  };
  const [[x, w], [y, h]] = [range(columns, boxWidth, width), range(rows, boxHeight, height)];
  return w > 0 && h > 0 ? { x, y, width: w, height: h } : undefined;
}

/** Means over boxes around places, weighted by the share of each pixel inside the box. */
function average(
  { image, mask }: AcquisitionWindow,
  source: Window,
  places: ReturnType<typeof mapWindow>,
  [boxWidth, boxHeight]: readonly number[],
  window: Window,
): AcquisitionWindow {
  const result = invalid(image.shape[0], window);
  const [from, to, valid] = [planes(image), planes(result.image), mask.data];
  const sums = new Float64Array(from.length);
  const least = (boxWidth * boxHeight) / 2 - 1e-9;
  for (let i = 0; i < result.mask.data.length; i++) {
    const [x, y] = [places.columns[i] - source.x, places.rows[i] - source.y];
    const [left, right, top, bottom] = [
      x - boxWidth / 2,
      x + boxWidth / 2,
      y - boxHeight / 2,
      y + boxHeight / 2,
    ];
    let weights = 0;
    sums.fill(0);
    for (let r = Math.max(0, Math.floor(top)); r < Math.min(source.height, bottom); r++) {
      const rowShare = Math.min(bottom, r + 1) - Math.max(top, r);
      for (let c = Math.max(0, Math.floor(left)); c < Math.min(source.width, right); c++) {
        const pixel = r * source.width + c;
        if (!valid[pixel]) continue;
        const weight = rowShare * (Math.min(right, c + 1) - Math.max(left, c));
        weights += weight;
        for (let b = 0; b < from.length; b++) sums[b] += weight * from[b][pixel];
      }
    }
    if (weights < least) continue;
    result.mask.data[i] = 1;
    for (let b = 0; b < to.length; b++) to[b][i] = sums[b] / weights;
  }
  return result;
}

const invalid = (bands: number, { width, height }: Window): AcquisitionWindow => ({
  image: createImage(bands, height, width),
  mask: ndarray(new Uint8Array(width * height), [height, width]),
});

function stackRows(upper: AcquisitionWindow, lower: AcquisitionWindow): AcquisitionWindow {
  const [bands, rows, cols] = upper.image.shape;
  const height = rows + lower.image.shape[1];
  const result = invalid(bands, { x: 0, y: 0, width: cols, height });
  const [first, second] = [planes(upper.image), planes(lower.image)];
  for (const [b, plane] of planes(result.image).entries()) {
    plane.set(first[b]);
    plane.set(second[b], rows * cols);
  }
  result.mask.data.set(upper.mask.data);
  result.mask.data.set(lower.mask.data, rows * cols);
  return result;
}
