import { planes } from '@mtpi/polsar-priors';
import type { MaskedImage } from '../raster';
import type { Annotation } from '../sentinel1/annotation';
import type { StackGrid } from './stack-grid';
import { below, emptyStrip, rowsOf, type Strips } from './strips';

/** Where a swath lies in the merged image, and which of the image's columns it fills. */
export interface Placement {
  row: number;
  column: number;
  rows: number;
  left: number;
  /** One past the last. */
  right: number;
}

export interface Merged {
  width: number;
  height: number;
  placements: readonly Placement[];
}

/** Rows that are put together at a time. */
const BLOCK = 256;

/** First and last sample that are valid in all lines of bursts that have any. */
export function validColumns({ bursts }: Annotation): readonly [first: number, last: number] {
  const values = (list: Int32Array) => list.filter((sample) => sample >= 0);
  const first = bursts.map((burst) => values(burst.firstValidSample).reduce((a, b) => Math.max(a, b), 0));
  const last = bursts.map((burst) =>
    values(burst.lastValidSample).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  );
  return [Math.max(...first), Math.min(...last)];
}

/**
 * Swaths beside each other, on whole lines and samples of the first; the seams are in the middle of their overlaps.
 *
 * @param swaths From near to far range.
 */
export function mergePlan(
  swaths: readonly { annotation: Annotation; grid: StackGrid; start: number }[],
): Merged {
  const [near] = swaths;
  const { azimuthTimeInterval, slantRangeTime, rangeSamplingRate } = near.annotation;
  const begin = Math.min(...swaths.map(({ start }) => start));
  const columns = swaths.map(({ annotation }) =>
    Math.round((annotation.slantRangeTime - slantRangeTime) * rangeSamplingRate),
  );
  const valid = swaths.map(({ annotation }, i) =>
    validColumns(annotation).map((sample) => sample + columns[i]),
  );
  const seams = valid.slice(1).map(([first], i) => Math.floor((valid[i][1] + first) / 2) + 1);
  const width = Math.max(...swaths.map(({ grid }, i) => columns[i] + grid.cols));
  const placements = swaths.map(({ grid, start }, i) => ({
    row: Math.round((start - begin) / azimuthTimeInterval),
    column: columns[i],
    rows: grid.rows,
    left: i === 0 ? 0 : seams[i - 1],
    right: i === seams.length ? width : seams[i],
  }));
  return { width, height: Math.max(...placements.map(({ row, rows }) => row + rows)), placements };
}

/** The rows of swaths as one image. */
export async function* mergedRows(
  swaths: readonly Strips[],
  { width, height, placements }: Merged,
): AsyncGenerator<MaskedImage> {
  const readers = swaths.map((strips) => new RowReader(strips));
  for (let y = 0; y < height; y += BLOCK) {
    const rows = Math.min(BLOCK, height - y);
    let result: MaskedImage | undefined;
    for (const [i, { row, column, rows: count, left, right }] of placements.entries()) {
      const [top, bottom] = [Math.max(y, row), Math.min(y + rows, row + count)];
      if (bottom <= top) continue;
      const part = await readers[i].take(bottom - top);
      result ??= emptyStrip(part.image.shape[0], rows, width);
      copy(part, result, top - y, column, left, right);
    }
    if (result) yield result;
  }
}

function copy(
  part: MaskedImage,
  target: MaskedImage,
  row: number,
  column: number,
  left: number,
  right: number,
) {
  const [rows, cols] = part.mask.shape;
  const [, , width] = target.image.shape;
  const from = Math.max(0, left - column);
  const to = Math.min(cols, right - column);
  const [sources, targets] = [planes(part.image), planes(target.image)];
  const mask = part.mask.data.subarray(part.mask.offset);
  for (let r = 0; r < rows; r++) {
    const [source, at] = [r * cols, (row + r) * width + column];
    for (const [b, values] of sources.entries())
      targets[b].set(values.subarray(source + from, source + to), at + from);
    target.mask.data.set(mask.subarray(source + from, source + to), at + from);
  }
}

/** Takes any number of rows at a time from strips. */
class RowReader {
  private readonly strips: AsyncIterator<MaskedImage>;
  private held: MaskedImage | undefined;

  constructor(strips: Strips) {
    this.strips = strips[Symbol.asyncIterator]();
  }

  async take(rows: number): Promise<MaskedImage> {
    while (!this.held || this.held.mask.shape[0] < rows) {
      this.held = below(this.held, (await this.strips.next()).value);
    }
    const { held } = this;
    const left = held.mask.shape[0] - rows;
    this.held = left > 0 ? rowsOf(held, rows, left) : undefined;
    return rowsOf(held, 0, rows);
  }
}
