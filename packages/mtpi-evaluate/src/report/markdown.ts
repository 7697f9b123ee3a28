import { METRICS } from '../metrics/metrics';
import type { Summary } from '../summary/summary';
import { formatCell, type Table } from '../summary/table';

/** A line of a table. */
const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/**
 * Criteria and tables as a Markdown document.
 *
 * @param command that reproduces them.
 */
export function evaluationMarkdown({ tables, criteria }: Summary, command: string): string {
  const results = [
    line(['weights', 'criterion', 'found', 'met in']),
    '|---|---|---|---|',
    ...criteria.map(({ method, criterion, found, met, total }) =>
      line([method, criterion, found, met === total ? '**all**' : `${met} of ${total}`]),
    ),
  ];
  return [
    '# Evaluation',
    `Produced by \`${command}\`: all methods on fixed scenes that are not used in training. Bold: best of the column.`,
    ...(criteria.length ? ['## Criteria', results.join('\n')] : []),
    ...tables.flatMap((table) => [`## ${table.title}`, table.about, markdownTable(table)]),
    '## Metrics',
    METRICS.map(({ title, about }) => `- **${title}**: ${about}.`).join('\n'),
    '',
  ].join('\n\n');
}

function markdownTable(table: Table): string {
  return [
    line(['', ...table.columns.map(({ title }) => title)]),
    `|---|${'--:|'.repeat(table.columns.length)}`,
    ...table.rows.map(({ name, cells }, r) =>
      line([
        name,
        ...cells.map((_, c) =>
          formatCell(table, r, c)
            .map(({ text, best }) => (best ? `**${text}**` : text))
            .join(' / '),
        ),
      ]),
    ),
  ].join('\n');
}
