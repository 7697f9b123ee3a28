import CliTable from 'cli-table3';

/** Rows of text in columns under a line, these columns to the left and the others to the right. */
export function plainTable(head: string[], rows: string[][], left: readonly number[] = [0]): string {
  const none = { top: '', bottom: '', left: '', right: '', mid: '', middle: '  ' };
  const table = new CliTable({
    head,
    chars: {
      ...none,
      ...{ 'top-mid': '', 'top-left': '', 'top-right': '', 'bottom-mid': '', 'bottom-left': '' },
      ...{ 'bottom-right': '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, i) => (left.includes(i) ? 'left' : 'right')),
  });
  table.push(...rows);
  return table.toString();
}
