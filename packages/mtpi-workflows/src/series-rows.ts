import { basename } from 'node:path';
import type { AcquisitionSeries } from './list-series';

export const SERIES_COLUMNS = ['date (UTC)', 'orbit', 'gap', 'size', 'file', 'remarks'] as const;

/** The acquisitions of a series: date, orbit, gap, size, and what looks wrong. */
export function seriesRows({ acquisitions }: AcquisitionSeries): string[][] {
  return acquisitions.map(({ acquired, gap, orbit, width, height, paths, remarks }) => [
    acquired.toISOString().slice(0, 16).replace('T', ' '),
    orbit === undefined ? '' : String(orbit),
    gap === undefined ? '' : `${gap} d`,
    width === undefined ? '' : `${width} × ${height}`,
    basename(paths[0]),
    remarks.join('; '),
  ]);
}

/** Name, kind and dates of a series, and why it cannot be used. */
export function seriesTitle({ name, acquisitions, problem }: AcquisitionSeries): string {
  const dates = acquisitions.length === 1 ? '1 date' : `${acquisitions.length} dates`;
  return `${name}: ${acquisitions[0].kind}, ${dates}${problem ? `, not usable: ${problem}` : ''}`;
}
