import type { ListedResult, SeriesList } from '@mtpi/workflows/inspect';
import { plainTable } from './plain-table';

/** The acquisitions of each series in a table with remarks on them, then results, then the files that are part of none. */
export async function seriesTable(
  { series, unused, results = [] }: SeriesList & { results?: readonly ListedResult[] },
  { columns = Infinity }: NodeJS.WriteStream,
): Promise<string> {
  const { fitTable, RESULT_COLUMNS, SERIES_COLUMNS, ...inspect } = await import('@mtpi/workflows/inspect');
  const table = (head: readonly string[], rows: string[][], left: number[]) =>
    plainTable([...head], fitTable(head, rows, columns), left);
  const tables = series.map((one) =>
    [
      inspect.seriesTitle(one),
      table(SERIES_COLUMNS, inspect.seriesRows(one), [0, 4]),
      ...inspect.seriesRemarks(one).map((remark) => `  ${remark}`),
    ].join('\n'),
  );
  if (results.length > 0)
    tables.push(`results:\n${table(RESULT_COLUMNS, inspect.resultRows(results), [0, 1, 3])}`);
  const others = unused.map(({ path, reason }) => `\n  ${path}: ${reason}`).join('');
  return [...tables, ...(others ? [`not used:${others}`] : [])].join('\n\n') || 'no acquisitions found';
}
