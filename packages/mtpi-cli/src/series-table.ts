import type { SeriesList } from '@mtpi/workflows';
import type { Context } from './context';
import { plainTable } from './plain-table';

/** The acquisitions of each series in a table with remarks on them, then the files that are part of none. */
export async function seriesTable({ series, unused }: SeriesList, { stdout }: Context): Promise<string> {
  const { fitTable, SERIES_COLUMNS, seriesRemarks, ...inspect } = await import('@mtpi/workflows/inspect');
  const { columns = Infinity } = stdout;
  const tables = series.map((one) =>
    [
      inspect.seriesTitle(one),
      plainTable([...SERIES_COLUMNS], fitTable(SERIES_COLUMNS, inspect.seriesRows(one), columns), [0, 4]),
      ...seriesRemarks(one).map((remark) => `  ${remark}`),
    ].join('\n'),
  );
  const others = unused.map(({ path, reason }) => `\n  ${path}: ${reason}`).join('');
  return [...tables, ...(others ? [`not used:${others}`] : [])].join('\n\n') || 'no acquisitions found';
}
