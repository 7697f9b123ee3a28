import escapeHtml from 'escape-html';
import type { Evaluation } from '../evaluate';
import { BAND_METRICS } from '../metrics/band-metrics';
import { CHANGE_METRICS } from '../metrics/change-metrics';
import { DETAIL_METRICS } from '../metrics/detail-metrics';
import { IMAGE_METRICS } from '../metrics/image-metrics';
import type { Summary } from '../summary';
import { formatCell, type Table } from '../table';
import { gallerySection } from './gallery';
import { categoryPlot } from './plot';
import { STYLE } from './style';

/** The whole evaluation as one page that needs nothing beside itself. `command`: how it was made. */
export function evaluationHtml(evaluation: Evaluation, summary: Summary, command: string): string {
  const { galleries, scores } = evaluation;
  const metrics = [...BAND_METRICS, ...DETAIL_METRICS, ...IMAGE_METRICS, ...CHANGE_METRICS];
  const sections: [string, string, string][] = [
    ['limits', 'Limits', limits(summary)],
    ['charts', 'Charts', charts(evaluation, summary)],
    ['tables', 'Tables', summary.tables.map(htmlTable).join('')],
    [
      'pictures',
      'Pictures',
      galleries
        .map((gallery) =>
          gallerySection(
            gallery,
            (name) =>
              scores.find((score) => score.name === gallery.scene.name && score.method === name)?.scores ??
              {},
          ),
        )
        .join(''),
    ],
    [
      'figures',
      'Figures',
      `<dl>${metrics.map(({ title, about }) => `<dt>${escapeHtml(title)}</dt><dd>${escapeHtml(about)}</dd>`).join('')}</dl>`,
    ],
  ];
  const filled = sections.filter(([, , body]) => body);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Evaluation of despeckling</title><style>${STYLE}</style></head><body>`,
    `<header><h1>Evaluation of despeckling</h1><p><code>${escapeHtml(command)}</code></p>`,
    `<nav>${filled.map(([id, title]) => `<a href="#${id}">${title}</a>`).join('')}</nav></header><main>`,
    ...filled.map(([id, title, body]) => `<section id="${id}"><h2>${title}</h2>${body}</section>`),
    '</main></body></html>\n',
  ].join('\n');
}

function limits({ verdicts }: Summary): string {
  if (verdicts.length === 0) return '';
  const rows = verdicts.map(({ method, limit, found, passed, total }) => {
    const share = Math.round((100 * passed) / total);
    return `<tr class="${passed === total ? 'kept' : 'missed'}"><td>${escapeHtml(method)}</td><td>${escapeHtml(limit)}</td><td class="number">${escapeHtml(found)}</td><td class="number"><span class="bar" style="--share:${share}%">${passed} of ${total}</span></td></tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th>weights</th><th>limit</th><th>found</th><th>kept in</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** The tables whose columns are kinds of scenes, as plots of VV and VH. */
function charts({ methods }: Evaluation, { tables }: Summary): string {
  const shown = tables.filter(({ rows, chart }) => chart && rows.length > 0);
  const plots = shown.flatMap(({ title, columns, rows }) =>
    ['VV', 'VH'].map((band, part) =>
      categoryPlot(
        `${title}, ${band}`,
        'dB',
        columns.map((column) => column.title),
        rows.map(({ name, cells }) => ({
          name,
          kind: methods.find((method) => method.name === name)?.kind ?? 'baseline',
          values: cells.map((cell) => cell[part]),
        })),
      ),
    ),
  );
  return plots.length ? `<div class="row">${plots.join('')}</div>` : '';
}

function htmlTable(table: Table): string {
  const head = table.columns.map(({ title }) => `<th>${escapeHtml(title)}</th>`).join('');
  const rows = table.rows.map(({ name, cells }, r) => {
    const texts = cells.map(
      (_, c) => `<td class="number">${formatCell(table, r, c, (text) => `<b>${text}</b>`)}</td>`,
    );
    return `<tr><th>${escapeHtml(name)}</th>${texts.join('')}</tr>`;
  });
  return `<h3>${escapeHtml(table.title)}</h3><p>${escapeHtml(table.about)}</p><div class="scroll"><table><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
