import { ownTurn } from '@mtpi/jobs';
import { createImage, planes, type Window } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { AcquisitionWindow, TripletSource } from './acquisition-window';
import { checkWindows } from './check-input';
import { finitePixels } from './finite-pixels';

/** A source as if the scene were mirrored at its borders: windows may reach beyond them. */
export function mirrored(source: TripletSource): TripletSource['read'] {
  return async ({ x, y, width, height }, options) => {
    const [cols, rows] = [clip(x, width, source.width), clip(y, height, source.height)];
    const inside: Window = { x: cols.first, y: rows.first, width: cols.length, height: rows.length };
    const given = await source.read(inside, options);
    checkWindows(given ?? {}, [source.bands, inside.height, inside.width]);
    const triplet = {
      ...given,
      target: finitePixels(given.target),
      previous: finitePixels(given.previous),
      next: finitePixels(given.next),
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
function pixelsAt(
  { image, mask }: AcquisitionWindow,
  lines: Int32Array,
  columns: Int32Array,
): AcquisitionWindow {
  const [bands, , cols] = image.shape;
  const [height, width] = [lines.length, columns.length];
  const result = createImage(bands, height, width);
  const valid = new Uint8Array(height * width);
  const [inputs, outputs] = [planes(image), planes(result)];
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const from = lines[r] * cols + columns[c];
      const to = r * width + c;
      valid[to] = mask.get(lines[r], columns[c]);
      for (let b = 0; b < bands; b++) outputs[b][to] = inputs[b][from];
    }
  }
  return { image: result, mask: ndarray(valid, [height, width]) };
}

/** An acquisition without `margin` pixels on each side; shares memory. */
export function withoutMargin({ image, mask }: AcquisitionWindow, margin: number): AcquisitionWindow {
  const [bands, rows, cols] = image.shape;
  const [height, width] = [rows - 2 * margin, cols - 2 * margin];
  return {
    image: image.lo(0, margin, margin).hi(bands, height, width),
    mask: mask.lo(margin, margin).hi(height, width),
  };
}
