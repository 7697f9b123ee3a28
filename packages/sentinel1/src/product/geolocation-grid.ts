import { SarIoError } from '@mtpi/sar-io';
import { type Annotation, type GeolocationGridPoint, gridRows } from './annotation';
import type { GrdAnnotation } from './grd-annotation';

/**
 * The rows of the geolocation grid around a burst, of as many points each: that at its first line and the next; all of a
 * StripMap image.
 *
 * @throws SarIoError `CorruptFile` where there are none.
 */
export function gridRowsOfBurst(
  { grid, linesPerBurst, path }: Annotation,
  burst: number,
): GeolocationGridPoint[][] {
  const rows = gridRows(grid);
  const above = rows.findLastIndex(([{ line }]) => line <= burst * linesPerBurst);
  const first = Math.min(above, rows.length - 2);
  const below = rows.findIndex(([{ line }]) => line >= (burst + 1) * linesPerBurst - 1);
  const around = rows.slice(first, Math.max(below, first + 1) + 1);
  const lengths = around.map((row) => row.length);
  if (first < 0 || lengths.some((length) => length < 2 || length !== lengths[0])) {
    throw new SarIoError('CorruptFile', {
      path,
      expected: `two rows of the geolocation grid around burst ${burst + 1}`,
      found: `${lengths.join(' and ') || 'no'} points`,
    });
  }
  return around;
}

/**
 * Slant range time (s) for which annotated line times are zero-Doppler times. The processor corrects the bistatic delay for
 * the middle of IW2 only: elsewhere zero-Doppler times, which the grid holds, are later than line times by half the
 * difference in slant range time.
 */
export function bistaticReferenceSlantRangeTime({ grid, bursts, linesPerBurst }: Annotation): number {
  const found = grid.flatMap(({ line, time, slantRangeTime }) => {
    const burst = bursts[line / linesPerBurst];
    return burst ? [slantRangeTime - 2 * (time - burst.time)] : [];
  });
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

/** Heights (m) of the geolocation grid by line time and slant range time (s), bilinear; beyond its edges as at them. */
export function gridHeights(annotation: Annotation): (time: number, slantRangeTime: number) => number {
  const { grid, bursts, linesPerBurst, azimuthTimeInterval } = annotation;
  const rows = gridRows(grid).map((points) => {
    const [{ line }] = points;
    const burst = Math.min(Math.floor(line / linesPerBurst), bursts.length - 1);
    return {
      time: bursts[burst].time + (line - burst * linesPerBurst) * azimuthTimeInterval,
      slantRangeTimes: points.map(({ slantRangeTime }) => slantRangeTime),
      heights: points.map(({ height }) => height),
    };
  });
  const times = rows.map(({ time }) => time);
  return (time, slantRangeTime) => {
    const along = ({ slantRangeTimes, heights }: (typeof rows)[number]) => {
      const [cell, share] = cellOf(slantRangeTimes, slantRangeTime);
      return heights[cell] + share * (heights[cell + 1] - heights[cell]);
    };
    const [row, share] = cellOf(times, time);
    const [upper, lower] = [along(rows[row]), along(rows[row + 1])];
    return upper + share * (lower - upper);
  };
}

/** Heights (m) of the geolocation grid of a GRD product by line and sample, bilinear; beyond its edges as at them. */
export function grdHeights({ grid }: Pick<GrdAnnotation, 'grid'>): (line: number, sample: number) => number {
  const rows = gridRows(grid);
  const lines = rows.map(([{ line }]) => line);
  const samples = rows[0].map(({ sample }) => sample);
  return (line, sample) => {
    const [[row, v], [column, u]] = [cellOf(lines, line), cellOf(samples, sample)];
    const along = (points: readonly GeolocationGridPoint[]) =>
      points[column].height + u * (points[column + 1].height - points[column].height);
    const [upper, lower] = [along(rows[row]), along(rows[row + 1])];
    return upper + v * (lower - upper);
  };
}

/** The interval of ascending numbers that contains x, and the position in it from 0 to 1. */
function cellOf(numbers: readonly number[], x: number): [index: number, share: number] {
  const below = numbers.findLastIndex((number) => number <= x);
  const index = Math.max(0, Math.min(below, numbers.length - 2));
  const share = (x - numbers[index]) / (numbers[index + 1] - numbers[index]);
  return [index, Math.max(0, Math.min(1, share))];
}
