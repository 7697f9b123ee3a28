import { formatCell, type Table } from '@mtpi/evaluate';
import CliTable from 'cli-table3';

/** A table under its title, the best of each column in bold green where `colors` are shown. */
export function terminalTable(table: Table, colors: boolean): string {
  const mark = (text: string) => (colors ? `\u001b[1;32m${text}\u001b[0m` : text);
  return `${table.title}\n${plainTable(
    ['', ...table.columns.map(({ title }) => title)],
    table.rows.map(({ name, cells }, r) => [
      name,
      ...cells.map((_, c) =>
        formatCell(table, r, c)
          .map(({ text, best }) => (best ? mark(text) : text))
          .join(' / '),
      ),
    ]),
  )}`;
}

/** Rows of text in columns under a line, the first column to the left and the others to the right. */
export function plainTable(head: string[], rows: string[][]): string {
  const none = { top: '', bottom: '', left: '', right: '', mid: '', middle: '  ' };
  const table = new CliTable({
    head,
    chars: {
      ...none,
      ...{ 'top-mid': '', 'top-left': '', 'top-right': '', 'bottom-mid': '', 'bottom-left': '' },
      ...{ 'bottom-right': '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  });
  table.push(...rows);
  return table.toString();
}
