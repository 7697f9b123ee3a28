import { basename } from 'node:path';
import type { AcquisitionSeries } from './list-series';

export const SERIES_COLUMNS = ['date (UTC)', 'orbit', 'gap', 'size', 'file'] as const;

/** More dates of one remark are counted. */
const DATES_NAMED = 4;

/** The acquisitions of a series: date, orbit, gap, size, and file; for a dry run also the output. */
export function seriesRows({ acquisitions }: AcquisitionSeries): string[][] {
  return acquisitions.map(({ acquired, gap, orbit, width, height, paths, output }) => [
    minuteOf(acquired),
    orbit === undefined ? '' : String(orbit),
    gap === undefined ? '' : `${gap} d`,
    width === undefined ? '' : `${width} × ${height}`,
    output === undefined ? basename(paths[0]) : `${basename(paths[0])} → ${output}`,
  ]);
}

/** Assumptions and anomalies of the acquisitions of a series: each remark once, with its dates. */
export function seriesRemarks({ acquisitions }: AcquisitionSeries): string[] {
  const dates = new Map<string, string[]>();
  for (const { acquired, remarks } of acquisitions)
    for (const remark of remarks) dates.set(remark, [...(dates.get(remark) ?? []), minuteOf(acquired)]);
  return [...dates].map(([remark, own]) => {
    const others = own.length - DATES_NAMED;
    const named = own.slice(0, DATES_NAMED).join(', ');
    const all = acquisitions.length > 1 && own.length === acquisitions.length;
    return `${all ? 'all dates' : others > 0 ? `${named} and ${others} more` : named}: ${remark}`;
  });
}

const minuteOf = (time: Date) => time.toISOString().slice(0, 16).replace('T', ' ');

/** Name, kind and dates of a series, and why it cannot be used. */
export function seriesTitle({ name, acquisitions, problem }: AcquisitionSeries): string {
  const dates = acquisitions.length === 1 ? '1 date' : `${acquisitions.length} dates`;
  return `${name}: ${acquisitions[0].kind}, ${dates}${problem ? `, not usable: ${problem}` : ''}`;
}
