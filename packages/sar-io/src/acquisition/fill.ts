import { createImage, type Image, planes, type Window } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { type BandInfo, type DataType, INTEGER_RANGES, type MaskedImage } from '../raster/raster';

/** Numbers that mark pixels without data by convention. */
export const POSITIVE_FILLS = [999, 9999, 99999, 32767, 65535];
const NEGATIVE_FILLS = [-99, -999, -9999, -99999, -32767, -32768];
const FLOAT_EXTREME = 3.4028234663852886e38;

/** Values with which files fill pixels without data, declared or not. */
export function usualFills(dataType: DataType, { scale = 1, offset = 0 }: BandInfo): ReadonlySet<number> {
  const extremes = INTEGER_RANGES[dataType] ?? [-FLOAT_EXTREME, FLOAT_EXTREME];
  const numbers = [0, ...POSITIVE_FILLS, ...NEGATIVE_FILLS, ...extremes];
  return new Set([0, ...numbers.map((number) => Math.fround(scale * number + offset))]);
}

/**
 * Pixels of areas filled with one of these values: those that have it in some band, and two or more of whose eight
 * neighbors have it in that band too. A value that occurs by itself is data, unless it is known to be fill.
 *
 * @param fills values of each band, or of the first ones.
 * @param known values that are fill in any pixel that has one of them in all these bands.
 * @returns 1 for each such pixel.
 */
export function filledPixels(
  { image, mask }: MaskedImage,
  fills: readonly ReadonlySet<number>[],
  known?: ReadonlySet<number>,
): Uint8Array {
  const [, rows, cols] = image.shape;
  const filled = new Uint8Array(rows * cols);
  const bands = planes(image).slice(0, fills.length);
  for (const [b, band] of bands.entries()) {
    for (let i = 0; i < band.length; i++) {
      if (!mask.data[i] || !fills[b].has(band[i])) continue;
      const isKnown = known?.has(band[i]) && bands.every((other) => other[i] === band[i]);
      if (isKnown || hasEqualNeighbors(band, mask.data, i, rows, cols)) filled[i] = 1;
    }
  }
  return filled;
}

/** An image with its `filledPixels` masked. */
export function withoutFill(
  part: MaskedImage,
  fills: readonly ReadonlySet<number>[],
  known: ReadonlySet<number>,
): MaskedImage {
  const filled = filledPixels(part, fills, known);
  const valid = part.mask.data.map((own, i) => own & ~filled[i]);
  return { image: part.image, mask: ndarray(valid, part.mask.shape) };
}

/** The values that fill areas of these images. */
export function areaValues(
  parts: readonly MaskedImage[],
  fills: readonly ReadonlySet<number>[],
): ReadonlySet<number> {
  const found = new Set<number>();
  for (const part of parts) {
    const bands = planes(part.image).slice(0, fills.length);
    for (const [i, filled] of filledPixels(part, fills).entries()) {
      if (filled) for (const [b, band] of bands.entries()) if (fills[b].has(band[i])) found.add(band[i]);
    }
  }
  return found;
}

function hasEqualNeighbors(
  band: Float32Array,
  mask: Uint8Array,
  pixel: number,
  rows: number,
  cols: number,
): boolean {
  const [y, x] = [Math.floor(pixel / cols), pixel % cols];
  let equal = 0;
  for (let row = Math.max(0, y - 1); row <= Math.min(rows - 1, y + 1); row++) {
    for (let col = Math.max(0, x - 1); col <= Math.min(cols - 1, x + 1); col++) {
      const i = row * cols + col;
      if (i !== pixel && mask[i] && band[i] === band[pixel]) equal++;
    }
  }
  return equal >= 2;
}

/** Share of an image from which on a value that occurs again and again is noticed. */
const FREQUENT = 0.01;
/** Numbers that were rounded have other values as often. */
const PROMINENT = 10;

/** The value that occurs far more often than any other, as undeclared fill or a floor does. */
export function frequentValue(values: readonly number[]): { value: number; share: number } | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [value, most, second] = [Number.NaN, 0, 0];
  for (const [candidate, count] of counts) {
    if (count > most) [value, most, second] = [candidate, count, most];
    else second = Math.max(second, count);
  }
  const isFrequent = most >= FREQUENT * values.length && most >= PROMINENT * second;
  return isFrequent && counts.size > 1 ? { value, share: most / values.length } : undefined;
}

/** Reads a window with the filled pixels masked, if there are fill values; their neighbors outside it are read too. */
export async function readWithoutFill(
  window: Window,
  { width, height }: { width: number; height: number },
  fills: readonly ReadonlySet<number>[],
  known: ReadonlySet<number>,
  read: (window: Window) => Promise<MaskedImage>,
): Promise<MaskedImage> {
  if (fills.length === 0) return read(window);
  const [left, top] = [Math.max(0, window.x - 1), Math.max(0, window.y - 1)];
  const right = Math.min(width, window.x + window.width + 1);
  const bottom = Math.min(height, window.y + window.height + 1);
  const part = await read({ x: left, y: top, width: right - left, height: bottom - top });
  return crop(withoutFill(part, fills, known), { ...window, x: window.x - left, y: window.y - top });
}

function crop({ image, mask }: MaskedImage, { x, y, width, height }: Window): MaskedImage {
  const cropped: Image = createImage(image.shape[0], height, width);
  const valid = new Uint8Array(width * height);
  const cols = image.shape[2];
  const targets = planes(cropped);
  for (let row = 0; row < height; row++) {
    const [from, to] = [(y + row) * cols + x, row * width];
    valid.set(mask.data.subarray(from, from + width), to);
    for (const [b, band] of planes(image).entries()) targets[b].set(band.subarray(from, from + width), to);
  }
  return { image: cropped, mask: ndarray(valid, [height, width]) };
}
