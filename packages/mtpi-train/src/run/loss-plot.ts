import { renderPlotFile } from '@mtpi/pages';
import { dot, line, text } from '@observablehq/plot';
import { groups, mean, min, quantile } from 'd3-array';
import type { BestValidation } from '../checkpoint';
import type { LogRow } from './log';

/** Maximum number of points of a curve: steps are averaged to as many. */
const POINTS = 600;
/** Memory of the smoothing as a fraction of the steps done. */
const MEMORY = 0.03;

type Point = [step: number, loss: number];

/** Training curve as SVG: loss of each step, smoothed loss, validation loss; logarithmic if all are positive. */
export function lossPlot(rows: readonly LogRow[], best?: BestValidation): string {
  const raw: Point[] = groups(rows, ({ step }) => Math.ceil((step * POINTS) / rows.length)).map(
    ([, group]) => [mean(group, ({ step }) => step) as number, mean(group, ({ loss }) => loss) as number],
  );
  const validation = rows.flatMap(({ step, validation }): Point[] =>
    validation === undefined ? [] : [[step, validation]],
  );
  const losses = [...raw, ...validation].map(([, loss]) => loss);
  const low = min(losses) ?? 0;
  const high = quantile(losses, 0.99) ?? 1; // the highest 1 % may be cut off
  const [light, dark, orange] = ['#9ecae1', '#08519c', '#d94801'];
  const legend = [
    { name: 'loss', fill: light, dx: 0 },
    { name: 'loss, smoothed', fill: dark, dx: 60 },
    {
      name: `validation${best ? `, best ${best.loss.toPrecision(4)} at step ${best.step}` : ''}`,
      fill: orange,
      dx: 190,
    },
  ];
  return renderPlotFile({
    width: 960,
    height: 480,
    marginTop: 44,
    marginLeft: 64,
    marginBottom: 44,
    style: { background: '#fff', color: '#444', fontSize: '12px' },
    x: { domain: [0, rows.at(-1)?.step ?? 1], label: 'step' },
    y: {
      type: low > 0 ? 'log' : 'linear',
      domain: [low, high > low ? high : low + 1],
      ...{ clamp: true, grid: true, ticks: 6, tickFormat: '~g', label: null },
    },
    marks: [
      line(raw, { stroke: light }),
      line(smoothed(raw), { stroke: dark, strokeWidth: 2 }),
      line(validation, { stroke: orange }),
      dot(validation, { fill: orange, r: 2.5 }),
      dot(best ? [[best.step, best.loss]] : [], { fill: orange, r: 5 }),
      ...legend.map(({ name, ...style }) =>
        text([`● ${name}`], { frameAnchor: 'top-left', dy: -30, fontWeight: 600, ...style }),
      ),
    ],
  });
}

/** Exponential moving average with bias correction as in Adam. */
function smoothed(points: readonly Point[]): Point[] {
  const keep = Math.exp(-1 / Math.max(1, points.length * MEMORY));
  let [sum, weight] = [0, 0];
  return points.map(([step, loss]) => {
    sum = keep * sum + (1 - keep) * loss;
    weight = keep * weight + 1 - keep;
    return [step, sum / weight];
  });
}
