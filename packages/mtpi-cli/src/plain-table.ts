import CliTable from 'cli-table3';
import { printable } from './printable';

/** Rows of text in columns under a line, these columns to the left and the others to the right. */
export function plainTable(head: string[], rows: string[][], left: readonly number[] = [0]): string {
  const edges = ['top', 'bottom', 'left', 'right', 'mid'];
  const corners = edges.flatMap((edge) => ['mid', 'left', 'right'].map((end) => `${edge}-${end}`));
  const none = Object.fromEntries([...edges, ...corners].map((name) => [name, '']));
  const table = new CliTable({
    head,
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, i) => (left.includes(i) ? 'left' : 'right')),
  });
  table.push(...rows.map((row) => row.map(printable))); // an escape left in a cell would be ended by the table
  return table.toString().replace(/ +$/gm, '');
}
