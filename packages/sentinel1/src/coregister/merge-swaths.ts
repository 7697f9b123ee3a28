import { planes } from '@mtpi/polsar-priors';
import { type CovarianceRows, invalidRows, RowReader, type RowStream } from './row-stream';
import type { StackGrid, SwathPlacement } from './stack-grid';

/** Rows merged at a time; the full width is wide. */
const ROWS = 64;

/**
 * Merges swaths into one image. Each swath contributes its own columns, and fills pixels beside them that the neighboring
 * swath lacks.
 *
 * @param swaths From near to far range.
 */
export async function* mergeSwaths(
  swaths: readonly RowStream[],
  { width, height, placements }: StackGrid,
): AsyncGenerator<CovarianceRows> {
  const readers = swaths.map((stream) => new RowReader(stream));
  let [bands, noiseBands] = [0, 0]; // known from the first rows on, which some swath has
  for (let y = 0; y < height; y += ROWS) {
    const count = Math.min(ROWS, height - y);
    const parts: SwathRows[] = [];
    for (const [i, placement] of placements.entries()) {
      const [top, bottom] = [Math.max(y, placement.row), Math.min(y + count, placement.row + placement.rows)];
      if (bottom > top) parts.push({ ...(await readers[i].take(bottom - top)), placement, row: top - y });
    }
    for (const { image, noise } of parts) [bands, noiseBands] = [image.shape[0], noise?.shape[0] ?? 0];
    const merged = invalidRows(bands, count, width, noiseBands);
    for (const part of parts) copyOwnColumns(part, merged);
    for (const part of parts) fillGaps(part, merged);
    yield merged;
  }
}

/** Rows of a swath; the first is row `row` of the merged rows. */
interface SwathRows extends CovarianceRows {
  placement: SwathPlacement;
  row: number;
}

function copyOwnColumns(swath: SwathRows, target: CovarianceRows): void {
  const { row, placement } = swath;
  const { column, left, right } = placement;
  const [rows, cols] = swath.mask.shape;
  const [, width] = target.mask.shape;
  const from = Math.max(0, left - column);
  const to = Math.min(cols, right - column);
  const [sources, targets] = [allPlanes(swath), allPlanes(target)];
  const mask = swath.mask.data.subarray(swath.mask.offset);
  for (let r = 0; r < rows; r++) {
    const [source, at] = [r * cols, (row + r) * width + column];
    for (const [b, values] of sources.entries())
      targets[b].set(values.subarray(source + from, source + to), at + from);
    target.mask.data.set(mask.subarray(source + from, source + to), at + from);
  }
}

/** Fills the pixels beside the swath's own columns that are still invalid. */
function fillGaps(swath: SwathRows, target: CovarianceRows): void {
  const { row, placement } = swath;
  const { column, left, right } = placement;
  const [rows, cols] = swath.mask.shape;
  const [, width] = target.mask.shape;
  const [sources, targets] = [allPlanes(swath), allPlanes(target)];
  const mask = swath.mask.data.subarray(swath.mask.offset);
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

const allPlanes = ({ image, noise }: CovarianceRows) => [...planes(image), ...(noise ? planes(noise) : [])];
