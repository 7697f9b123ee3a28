import { SarIoError } from '@mtpi/sar-io';
import type { Annotation } from '../product/annotation';

/** A burst's share of the debursted image: rows `firstRow` … from the burst's line `firstLine` on. */
export interface Segment {
  /** Index of the reference's burst. */
  burst: number;
  firstRow: number;
  firstLine: number;
  lines: number;
}

/** The debursted grid of one swath of the reference. */
export interface StackGrid {
  rows: number;
  cols: number;
  /** Row of each burst's first line, and the last row of each burst but the last; by position, not burst. */
  startRows: readonly number[];
  cutRows: readonly number[];
  /** From top to bottom, without gaps. */
  segments: readonly Segment[];
}

/** How far (lines) bursts may lie off a common grid of lines; microseconds make 0.0005. */
const TOLERANCE = 0.01;

/**
 * The grid of bursts first … last, cut in the middle of their overlaps.
 *
 * @throws SarIoError `CorruptFile` where the bursts do not lie on one grid of lines.
 */
export function stackGrid(annotation: Annotation, first: number, last: number): StackGrid {
  const { bursts, linesPerBurst, azimuthTimeInterval, samples, path } = annotation;
  const wanted = bursts.slice(first, last + 1);
  const exact = wanted.map((burst) => (burst.time - wanted[0].time) / azimuthTimeInterval);
  const startRows = exact.map(Math.round);
  if (exact.some((start, i) => Math.abs(start - startRows[i]) > TOLERANCE)) {
    throw new SarIoError(
      'CorruptFile',
      `${path}: expected bursts that are whole lines apart, found ${exact.join(', ')}`,
    );
  }
  const rows = startRows[startRows.length - 1] + linesPerBurst;
  const cutRows = startRows
    .slice(1)
    .map((start, i) => Math.floor((startRows[i] + linesPerBurst - 1 + start) / 2));
  const segments = startRows.map((start, i) => {
    const firstRow = i === 0 ? 0 : cutRows[i - 1] + 1;
    const end = i === cutRows.length ? rows : cutRows[i] + 1;
    return { burst: first + i, firstRow, firstLine: firstRow - start, lines: end - firstRow };
  });
  return { rows, cols: samples, startRows, cutRows, segments };
}
