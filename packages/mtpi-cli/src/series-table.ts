import { basename } from 'node:path';
import type { SeriesList } from '@mtpi/workflows';
import { plainTable } from './plain-table';

/** The acquisitions of each series: date, orbit, gap, size, and what looks wrong. */
export function seriesTable({ series, unused }: SeriesList): string {
  const tables = series.map(({ name, acquisitions, problem }) => {
    const rows = acquisitions.map(({ acquired, gap, orbit, width, height, paths, remarks }) => [
      acquired.toISOString().slice(0, 16).replace('T', ' '),
      orbit === undefined ? '' : String(orbit),
      gap === undefined ? '' : `${gap} d`,
      width === undefined ? '' : `${width} × ${height}`,
      basename(paths[0]),
      remarks.join('; '),
    ]);
    const dates = acquisitions.length === 1 ? '1 date' : `${acquisitions.length} dates`;
    const title = `${name}: ${acquisitions[0].kind}, ${dates}${problem ? `, not usable: ${problem}` : ''}`;
    return `${title}\n${plainTable(['date (UTC)', 'orbit', 'gap', 'size', 'file', 'remarks'], rows, [0, 4, 5])}`;
  });
  const others = unused.map(({ path, reason }) => `  ${path}: ${reason}`);
  return [...tables, ...(others.length ? [['not used:', ...others].join('\n')] : [])].join('\n\n');
}
