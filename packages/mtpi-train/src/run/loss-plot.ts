import { extent, groups, mean, quantile } from 'd3-array';
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { BestValidation } from '../checkpoint';
import type { LogRow } from './log';

const WIDTH = 960;
const HEIGHT = 480;
const MARGIN = { top: 40, right: 24, bottom: 44, left: 64 };
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
  const smooth = smoothed(raw);
  const validation = rows.flatMap(({ step, validation }): Point[] =>
    validation === undefined ? [] : [[step, validation]],
  );
  const x = scaleLinear([0, rows.at(-1)?.step ?? 1], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = lossScale([...raw, ...smooth, ...validation].map(([, loss]) => loss));
  const path = line<Point>(
    ([step]) => x(step),
    ([, loss]) => y(loss),
  );
  const curve = (points: Point[], style: string) => `<path d="${path(points) ?? ''}" fill="none" ${style}/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#444">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${axes(x, y)}
${curve(raw, 'stroke="#9ecae1" stroke-width="1"')}
${curve(smooth, 'stroke="#08519c" stroke-width="2"')}
${curve(validation, 'stroke="#d94801" stroke-width="1.5"')}
${validation.map(([step, loss]) => dot(x(step), y(loss), 2.5)).join('')}
${best ? dot(x(best.step), y(best.loss), 5) : ''}
${legend(best)}
</svg>
`;
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

/** Logarithmic if all losses are positive; the highest 1 % may be cut off. */
function lossScale(losses: readonly number[]): ScaleContinuousNumeric<number, number> {
  const [low = 0] = extent(losses);
  const high = quantile(losses, 0.99) ?? 1;
  const domain = [low, high > low ? high : low + 1];
  const range = [HEIGHT - MARGIN.bottom, MARGIN.top];
  return (low > 0 ? scaleLog(domain, range) : scaleLinear(domain, range)).clamp(true).nice();
}

function axes(x: ScaleContinuousNumeric<number, number>, y: ScaleContinuousNumeric<number, number>): string {
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  const format = y.tickFormat(6, '~g');
  const rows = y
    .ticks(6)
    .map(
      (value) =>
        `<path d="M${left} ${y(value)}H${right}" stroke="#eee"/>` +
        `<text x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${format(value)}</text>`,
    );
  const columns = x
    .ticks(8)
    .map(
      (value) =>
        `<path d="M${x(value)} ${bottom}v5" stroke="#888"/>` +
        `<text x="${x(value)}" y="${bottom + 20}" text-anchor="middle">${x.tickFormat(8)(value)}</text>`,
    );
  const frame = `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#888"/>`;
  const name = `<text x="${right}" y="${bottom + 36}" text-anchor="end">step</text>`;
  return [...rows, ...columns, frame, name].join('\n');
}

function legend(best?: BestValidation): string {
  const entries: [string, string][] = [
    ['#9ecae1', 'loss'],
    ['#08519c', 'loss, smoothed'],
    ['#d94801', `validation${best ? `, best ${best.loss.toPrecision(4)} at step ${best.step}` : ''}`],
  ];
  return entries
    .map(([color, text], i) => {
      const left = MARGIN.left + i * 140;
      return `<path d="M${left} 20h20" stroke="${color}" stroke-width="3"/><text x="${left + 26}" y="24">${text}</text>`;
    })
    .join('\n');
}

const dot = (x: number, y: number, radius: number): string =>
  `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" fill="#d94801"/>`;
