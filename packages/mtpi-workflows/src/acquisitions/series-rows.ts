import type { AcquisitionSeries } from './list-series';

export const SERIES_COLUMNS = ['date (UTC)', 'orbit', 'gap', 'size', 'file'] as const;

/** More dates of one remark are counted. */
const DATES_NAMED = 4;

/** The acquisitions of a series: date, orbit, gap, size, and file; for a dry run also the output. */
export function seriesRows({ acquisitions }: AcquisitionSeries): string[][] {
  const names = distinctNames(acquisitions.map(({ paths }) => nameOfPair(paths)));
  return acquisitions.map(({ acquired, gap, orbit, width, height, output }, i) => [
    minuteOf(acquired),
    orbit === undefined ? '' : String(orbit),
    gap === undefined ? '' : `${gap} d`,
    width === undefined ? '' : `${width} × ${height}`,
    output === undefined ? names[i] : `${names[i]} → ${output}`,
  ]);
}

const POLARIZATION = /^(.*)([VH]{2})(.*?)$/i;

/** Two files that differ in the polarization alone as one, such as `t_{VV,VH}.tif`; else the first. */
function nameOfPair(paths: readonly string[]): string {
  const parts = paths.map((path) => POLARIZATION.exec(path) ?? []);
  const [[, start, , end]] = parts;
  if (paths.length < 2 || parts.some((own) => own[1] !== start || own[3] !== end)) return paths[0];
  return `${start}{${parts.map((own) => own[2]).join(',')}}${end}`;
}

/** The last parts of paths, as many as tell them apart; of a folder C2 also the folder that it lies in. */
export function distinctNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[\\/]/).filter(Boolean));
  const most = Math.max(...parts.map(({ length }) => length));
  const last = (count: number) => parts.map((own) => own.slice(-count).join('/'));
  let count = parts.some((own) => /^C2$/i.test(own.at(-1) ?? '')) ? 2 : 1;
  while (count < most && new Set(last(count)).size < paths.length) count++;
  return last(count);
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

/** To the minute; midnight, which dates without a time have, as the date alone. */
export const minuteOf = (time: Date) =>
  time
    .toISOString()
    .slice(0, 16)
    .replace(/T00:00$/, '')
    .replace('T', ' ');

/** Name, kind and dates of a series, and why it cannot be used. */
export function seriesTitle({ name, acquisitions, problem }: AcquisitionSeries): string {
  const dates = acquisitions.length === 1 ? '1 date' : `${acquisitions.length} dates`;
  return `${name}: ${acquisitions[0].kind}, ${dates}${problem ? `, not usable: ${problem}` : ''}`;
}
