import type { SeriesList } from '@mtpi/workflows';
import { plainTable } from './plain-table';

/** The acquisitions of each series in a table with remarks on them, then the files that are part of none. */
export async function seriesTable({ series, unused }: SeriesList): Promise<string> {
  const { SERIES_COLUMNS, seriesRemarks, seriesRows, seriesTitle } = await import('@mtpi/workflows/inspect');
  const tables = series.map((one) =>
    [
      seriesTitle(one),
      plainTable([...SERIES_COLUMNS], seriesRows(one), [0, 4]),
      ...seriesRemarks(one).map((remark) => `  ${remark}`),
    ].join('\n'),
  );
  const others = unused.map(({ path, reason }) => `\n  ${path}: ${reason}`).join('');
  return [...tables, ...(others ? [`not used:${others}`] : [])].join('\n\n') || 'no acquisitions found';
}
