import type { Metric } from '../metrics/metric';

export interface Column {
  title: string;
  digits: number;
  goal: Metric['goal'];
}

/** Metrics of methods, to be written in any format. */
export interface Table {
  title: string;
  about: string;
  columns: Column[];
  /** Whether its columns are categories of scenes, to be plotted. */
  chart?: boolean;
  /** A cell holds one number, or those of VV and VH; none where nothing was measured. */
  rows: { name: string; cells: number[][] }[];
}

/** The numbers of a cell as text, – where they are not finite, and whether each is the best of its column. */
export function formatCell(table: Table, row: number, column: number): { text: string; best: boolean }[] {
  const { digits } = table.columns[column];
  return table.rows[row].cells[column].map((value, part) => {
    const text = Number.isFinite(value) ? value.toFixed(digits) : '–';
    return { text, best: row > 0 && text === best(table, column, part) };
  });
}

/** Distance of a number from the ideal. */
const distances: Record<Metric['goal'], (value: number) => number> = {
  high: (value) => -value,
  low: (value) => value,
  zero: Math.abs,
  one: (value) => Math.abs(value - 1),
  none: () => 0,
};

/**
 * The best number of a column, or of its VV or VH, as text. The input, in the first row, does not compete; where more
 * than two are best, none is.
 */
function best({ rows, columns }: Table, column: number, part: number): string | undefined {
  const { goal, digits } = columns[column];
  const values = rows
    .slice(1)
    .flatMap(({ cells }) => cells[column][part] ?? [])
    .filter(Number.isFinite);
  const least = Math.min(...values.map(distances[goal]));
  const found = values.find((value) => distances[goal](value) === least)?.toFixed(digits);
  const ties = values.filter((value) => value.toFixed(digits) === found);
  return goal === 'none' || ties.length > 2 ? undefined : found;
}
