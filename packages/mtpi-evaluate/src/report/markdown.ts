import { BAND_METRICS } from '../metrics/band-metrics';
import { CHANGE_METRICS } from '../metrics/change-metrics';
import { DETAIL_METRICS } from '../metrics/detail-metrics';
import { IMAGE_METRICS } from '../metrics/image-metrics';
import type { Summary } from '../summary';
import { formatCell, type Table } from '../table';

/** A line of a table. */
const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** Limits and tables as a Markdown document. `command`: how it was made. */
export function evaluationMarkdown({ tables, verdicts }: Summary, command: string): string {
  const limits = [
    line(['weights', 'limit', 'found', 'kept']),
    '|---|---|---|---|',
    ...verdicts.map(({ method, limit, found, passed, total }) =>
      line([method, limit, found, passed === total ? '**all**' : `${passed} of ${total}`]),
    ),
  ];
  const metrics = [...BAND_METRICS, ...DETAIL_METRICS, ...IMAGE_METRICS, ...CHANGE_METRICS];
  return [
    '# Evaluation',
    `Made by \`${command}\`: fixed scenes that no training draws from, each method on each. Bold: the best of a column.`,
    ...(verdicts.length ? ['## Limits', limits.join('\n')] : []),
    ...tables.flatMap((table) => [`## ${table.title}`, table.about, markdownTable(table)]),
    '## Figures',
    metrics.map(({ title, about }) => `- **${title}**: ${about}.`).join('\n'),
    '',
  ].join('\n\n');
}

function markdownTable(table: Table): string {
  return [
    line(['', ...table.columns.map(({ title }) => title)]),
    `|---|${'--:|'.repeat(table.columns.length)}`,
    ...table.rows.map(({ name, cells }, r) =>
      line([name, ...cells.map((_, c) => formatCell(table, r, c, (text) => `**${text}**`))]),
    ),
  ].join('\n');
}
