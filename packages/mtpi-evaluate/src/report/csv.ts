import { csvFormatRows } from 'd3-dsv';
import type { Evaluation } from '../evaluate';

/** One line for each score: scene, group, place, imageType, looks, method, metric, value. */
export function evaluationCsv({ scores }: Evaluation): string {
  const header = ['scene', 'group', 'place', 'imageType', 'looks', 'method', 'metric', 'value'];
  const rows = scores.flatMap(({ name, group, place, imageType, looks, method, scores: values }) =>
    Object.entries(values).map(([metric, value]) =>
      [name, group, place, imageType, looks, method, metric, Number(value.toPrecision(6))].map(String),
    ),
  );
  return `${csvFormatRows([header, ...rows])}\n`;
}
