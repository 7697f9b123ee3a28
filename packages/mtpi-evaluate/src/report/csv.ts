import { csvFormatRows } from 'd3-dsv';
import type { Evaluation } from '../evaluate';

/** One line for each figure: scene, group, place, product, looks, method, figure, value. */
export function evaluationCsv({ scores }: Evaluation): string {
  const header = ['scene', 'group', 'place', 'product', 'looks', 'method', 'figure', 'value'];
  const rows = scores.flatMap(({ name, group, place, product, looks, method, scores: figures }) =>
    Object.entries(figures).map(([figure, value]) =>
      [name, group, place, product, looks, method, figure, Number(value.toPrecision(6))].map(String),
    ),
  );
  return `${csvFormatRows([header, ...rows])}\n`;
}
