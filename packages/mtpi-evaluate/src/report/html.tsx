import { type PageSection, renderPage } from '@mtpi/pages';
import type { Evaluation } from '../evaluate';
import { METRICS } from '../metrics/metrics';
import { BANDS } from '../metrics/score';
import type { CriterionResult } from '../summary/criteria';
import type { Summary } from '../summary/summary';
import { formatCell, type Table } from '../summary/table';
import { SceneGallery } from './gallery';
import { CategoryPlot } from './plots';

/**
 * The whole evaluation as one HTML page that needs no other file and no network.
 *
 * @param command that reproduces it.
 */
export function evaluationHtml(evaluation: Evaluation, summary: Summary, command: string): string {
  const { galleries, scores } = evaluation;
  const { criteria, tables } = summary;
  const charts = tables.filter(({ chart }) => chart);
  const sections: (PageSection | false)[] = [
    criteria.length > 0 && { id: 'criteria', title: 'Criteria', body: <CriteriaTable results={criteria} /> },
    charts.length > 0 && {
      id: 'charts',
      title: 'Charts',
      body: <div class="row">{charts.map((table) => chartsOf(table, evaluation))}</div>,
    },
    { id: 'tables', title: 'Tables', body: tables.map((table) => <FigureTable table={table} />) },
    galleries.length > 0 && {
      id: 'pictures',
      title: 'Pictures',
      body: galleries.map((gallery) => {
        const own = scores.filter(({ name }) => name === gallery.scene.name);
        const scoresOf = (name: string) => own.find(({ method }) => method === name)?.scores ?? {};
        return <SceneGallery gallery={gallery} scoresOf={scoresOf} />;
      }),
    },
    {
      id: 'metrics',
      title: 'Metrics',
      body: (
        <dl>
          {METRICS.map(({ title, about }) => (
            <>
              <dt>{title}</dt>
              <dd>{about}</dd>
            </>
          ))}
        </dl>
      ),
    },
  ];
  return renderPage({
    title: 'Evaluation of despeckling methods',
    generator: '@mtpi/evaluate',
    lead: <code>{command}</code>,
    style: STYLE,
    sections: sections.filter((section) => section !== false),
  });
}

function CriteriaTable({ results }: { results: readonly CriterionResult[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>weights</th>
            <th>criterion</th>
            <th>found</th>
            <th>met in</th>
          </tr>
        </thead>
        <tbody>
          {results.map(({ method, criterion, found, met, total }) => (
            <tr class={met === total ? 'met' : 'unmet'}>
              <td>{method}</td>
              <td>{criterion}</td>
              <td class="number">{found}</td>
              <td class="number">
                <span class="share" style={{ '--share': `${Math.round((100 * met) / total)}%` }}>
                  {met} of {total}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A table whose columns are kinds of scenes, as a plot of VV and one of VH. */
function chartsOf({ title, columns, rows }: Table, { methods }: Evaluation) {
  return BANDS.map((band, part) => (
    <CategoryPlot
      caption={`${title}, ${band}, dB`}
      categories={columns.map((column) => column.title)}
      series={rows.map(({ name, cells }) => ({
        name,
        kind: methods.find((method) => method.name === name)?.kind ?? 'baseline',
        values: cells.map((cell) => cell[part]),
      }))}
    />
  ));
}

function FigureTable({ table }: { table: Table }) {
  return (
    <>
      <h3>{table.title}</h3>
      <p>{table.about}</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th />
              {table.columns.map(({ title }) => (
                <th>{title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ name, cells }, r) => (
              <tr>
                <th>{name}</th>
                {cells.map((_, c) => (
                  <td class="number">
                    {formatCell(table, r, c).map(({ text, best }, part) => (
                      <>
                        {part > 0 && ' / '}
                        {best ? <b>{text}</b> : text}
                      </>
                    ))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const STYLE = `
#charts .plot { flex: 1 1 440px; }
#charts svg { width: 100%; }
#criteria thead th, #criteria td.number { text-align: left; }
.share { display: inline-block; min-width: 110px; padding: 1px 8px; border-radius: 4px; background: linear-gradient(90deg, color-mix(in srgb, var(--color) 30%, transparent) var(--share), var(--wash) var(--share)); }
.met { --color: var(--good); }
.unmet { --color: var(--bad); }
.pictures td { padding: 3px 4px; border: 0; }
.pictures th { border: 0; vertical-align: middle; min-width: 120px; white-space: normal; }
.pictures thead th { text-align: left; min-width: 0; padding-left: 4px; }
.pictures small { display: block; font-weight: 400; color: var(--faint); }
.pictures img { display: block; width: 244px; aspect-ratio: 1; background: var(--wash); }
.pictures .network th { color: var(--accent); }
.gallery > .scroll { margin-bottom: 16px; }
.gallery + .gallery { margin-top: 56px; }
.planes { max-width: 580px; }
@media (max-width: 600px) {
  .pictures img { width: 148px; }
  .pictures th { min-width: 76px; }
}
dt { font-weight: 600; }
dd { margin: 0 0 8px; color: var(--faint); }
`;
