import { ownTurn } from '@mtpi/jobs';
import { createImage, flatMask, type Mask, mirrorSources, planes, type Window } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { checkWindows } from '../check-input';
import type { AcquisitionWindow, TripletSource } from './acquisition-window';
import { physicalPixels } from './physical-pixels';

/** A source as if the scene were mirrored at its borders: windows may reach beyond them. */
export function mirrored(source: TripletSource): TripletSource['read'] {
  return async ({ x, y, width, height }, options) => {
    const [cols, rows] = [clip(x, width, source.width), clip(y, height, source.height)];
    const inside: Window = { x: cols.first, y: rows.first, width: cols.length, height: rows.length };
    const given = await source.read(inside, options);
    checkWindows(given ?? {}, [source.bands, inside.height, inside.width]);
    const triplet = {
      ...given,
      target: physicalPixels(given.target),
      previous: physicalPixels(given.previous),
      next: physicalPixels(given.next),
    };
    if (inside.width === width && inside.height === height) return triplet;
    await ownTurn();
    const [columns, lines] = [
      reflections(x, width, source.width, cols),
      reflections(y, height, source.height, rows),
    ];
    const extend = (date: AcquisitionWindow) => pixelsAt(date, lines, columns);
    const { target, previous, next, temporalMean: mean } = triplet;
    return {
      target: extend(target),
      previous: extend(previous),
      next: extend(next),
      ...(mean && {
        temporalMean: { ...extend(mean), dates: extend({ image: mean.dates, mask: mean.mask }).image },
      }),
    };
  };
}

interface Span {
  first: number;
  length: number;
}

/** The part of a span that lies in an axis of `size` pixels. */
function clip(first: number, length: number, size: number): Span {
  const start = Math.max(0, first);
  return { first: start, length: Math.min(size, first + length) - start };
}

/** For each pixel of a span, the one of the part inside that stands for it. */
function reflections(first: number, length: number, size: number, inside: Span): Int32Array {
  return Int32Array.from({ length }, (_, k) => {
    const i = first + k;
    const mirror = i < 0 ? -1 - i : i >= size ? 2 * size - 1 - i : i;
    return Math.min(inside.length - 1, Math.max(0, mirror - inside.first));
  });
}

/** The pixels at these lines and columns. */
function pixelsAt(date: AcquisitionWindow, lines: Int32Array, columns: Int32Array): AcquisitionWindow {
  const [rows, cols, width] = [lines.length, columns.length, date.image.shape[2]];
  const sources = new Int32Array(rows * cols);
  for (let r = 0, i = 0; r < rows; r++)
    for (let c = 0; c < cols; c++, i++) sources[i] = lines[r] * width + columns[c];
  return gather(date, sources, rows, cols);
}

/** The pixels at these indices, row-major. */
function gather(
  { image, mask }: AcquisitionWindow,
  sources: Int32Array,
  rows: number,
  cols: number,
): AcquisitionWindow {
  const result = createImage(image.shape[0], rows, cols);
  const valid = new Uint8Array(rows * cols);
  const pick = (from: Float32Array | Uint8Array, to: Float32Array | Uint8Array) => {
    for (let i = 0; i < sources.length; i++) to[i] = from[sources[i]];
  };
  const inputs = planes(image);
  planes(result).forEach((plane, b) => pick(inputs[b], plane));
  pick(flatMask(mask), valid);
  return { image: result, mask: ndarray(valid, [rows, cols]) };
}

/**
 * Target, previous and next with the invalid pixels of the target replaced by the valid ones mirrored at their edge, at the same
 * places in all three. Filters that see the whole tile at once would take a uniform fill for the texture of the scene: with
 * three quarters of a tile filled, errors doubled.
 */
export function mirrorInvalid(triplet: readonly AcquisitionWindow[]): readonly AcquisitionWindow[] {
  const { mask } = triplet[0];
  if (isEverywhere(mask, true) || isEverywhere(mask, false)) return triplet;
  const sources = mirrorSources(mask);
  const [rows, cols] = mask.shape;
  return triplet.map((date) => gather(date, sources, rows, cols));
}

/** Whether all pixels of a mask are valid, or all invalid. */
export const isEverywhere = (mask: Mask, valid: boolean): boolean =>
  flatMask(mask).every((value) => (value !== 0) === valid);

/** An acquisition without `margin` pixels on each side; shares memory. */
export function withoutMargin({ image, mask }: AcquisitionWindow, margin: number): AcquisitionWindow {
  const [bands, rows, cols] = image.shape;
  const [height, width] = [rows - 2 * margin, cols - 2 * margin];
  return {
    image: image.lo(0, margin, margin).hi(bands, height, width),
    mask: mask.lo(margin, margin).hi(height, width),
  };
}
