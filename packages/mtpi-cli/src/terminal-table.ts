import { formatCell, type Summary, type Table } from '@mtpi/evaluate';
import { fitTable } from '@mtpi/workflows/inspect';
import { plainTable } from './plain-table';
import { marked } from './printable';

/** A table under its title, the best of each column in bold green where `colors` are shown. */
function terminalTable(table: Table, colors: boolean): string {
  return `${table.title}\n${plainTable(
    ['', ...table.columns.map(({ title }) => title)],
    table.rows.map(({ name, cells }, r) => [
      name,
      ...cells.map((_, c) =>
        formatCell(table, r, c)
          .map(({ text, best }) => (best && colors ? marked(text) : text))
          .join(' / '),
      ),
    ]),
  )}`;
}

/** Width of an output that is no terminal, such as a file. */
const COLUMNS = 160;
const CRITERIA = ['Criteria', 'found', 'met in'];

/** The tables of an evaluation that fit the terminal, and the criteria that methods meet. */
export function terminalTables({ tables, criteria }: Summary, terminal: NodeJS.WriteStream): string[] {
  const { isTTY, columns = COLUMNS } = terminal;
  const shown = tables.filter((table) => widthOf(terminalTable(table, false)) <= columns);
  const results = criteria.map(({ method, criterion, found, met, total }) => [
    `${method}: ${criterion}`,
    found,
    `${met} of ${total}`,
  ]);
  return [
    ...shown.map((table) => terminalTable(table, isTTY && terminal.hasColors())),
    ...(results.length ? [plainTable(CRITERIA, fitTable(CRITERIA, results, columns))] : []),
  ];
}

const widthOf = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
