import { planes } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import type { Annotation } from '../product/annotation';
import { below, emptyStrip, rowsOf, type Strips } from './row-stream';
import type { StackGrid } from './stack-grid';

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

/** Rows that are put together at a time: the whole width is wide. */
const BLOCK = 64;

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
 * Swaths beside each other, on whole lines and samples of the first; the seams are in the middle of their overlaps. Where
 * one has no valid pixel on its side, another's is taken.
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
    const parts: Part[] = [];
    for (const [i, placement] of placements.entries()) {
      const [top, bottom] = [Math.max(y, placement.row), Math.min(y + rows, placement.row + placement.rows)];
      if (bottom > top) parts.push({ ...(await readers[i].take(bottom - top)), placement, row: top - y });
    }
    if (parts.length === 0) continue;
    const result = emptyStrip(parts[0].image.shape[0], rows, width);
    for (const part of parts) copy(part, result);
    for (const part of parts) fill(part, result);
    yield result;
  }
}

/** Rows of a swath, of which the first is at `row` of the rows to make. */
interface Part extends MaskedImage {
  placement: Placement;
  row: number;
}

/** The columns that are the swath's own. */
function copy(part: Part, target: MaskedImage): void {
  const { row, placement } = part;
  const { column, left, right } = placement;
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

/** The pixels beside its own columns that the swath there lacks. */
function fill(part: Part, target: MaskedImage): void {
  const { row, placement } = part;
  const { column, left, right } = placement;
  const [rows, cols] = part.mask.shape;
  const [, , width] = target.image.shape;
  const [sources, targets] = [planes(part.image), planes(target.image)];
  const mask = part.mask.data.subarray(part.mask.offset);
  const beside = Array.from({ length: cols }, (_, x) => x).filter(
    (x) => column + x < left || column + x >= right,
  );
  for (let r = 0; r < rows; r++) {
    for (const x of beside) {
      const [source, at] = [r * cols + x, (row + r) * width + column + x];
      if (!mask[source] || target.mask.data[at]) continue;
      for (const [b, values] of sources.entries()) targets[b][at] = values[source];
      target.mask.data[at] = 1;
    }
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
