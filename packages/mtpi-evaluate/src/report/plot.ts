import { max, min } from 'd3-array';
import { scaleLinear, scalePoint } from 'd3-scale';
import { line } from 'd3-shape';
import escapeHtml from 'escape-html';
import type { Method } from '../methods';

const WIDTH = 560;
const HEIGHT = 300;
const MARGIN = { top: 14, right: 12, bottom: 74, left: 64 };

export interface PlotSeries {
  name: string;
  kind: Method['kind'] | 'truth';
  values: (number | undefined)[];
}

/** Colours of the networks, and after them of other series that are to be told apart. */
const HUES = ['#e8590c', '#1c7ed6', '#2f9e44', '#9c36b5', '#c2255c'];

/** Values of methods by category: one point for each, networks joined by lines, baselines in grey. */
export function categoryPlot(
  title: string,
  unit: string,
  categories: readonly string[],
  series: readonly PlotSeries[],
): string {
  const x = scalePoint(categories, [MARGIN.left, WIDTH - MARGIN.right]).padding(0.5);
  const y = verticalScale(series.flatMap(({ values }) => values.flatMap((value) => value ?? [])));
  const networks = series.filter(({ kind }) => kind === 'network');
  const labels = categories.map(
    (name) =>
      `<text class="tick" text-anchor="end" transform="translate(${x(name)},${HEIGHT - MARGIN.bottom + 14}) rotate(-28)">${escapeHtml(name)}</text>`,
  );
  const marks = [...series.filter(({ kind }) => kind !== 'network'), ...networks].map(
    ({ name, kind, values }) => {
      const hue =
        kind === 'network' ? HUES[networks.findIndex((n) => n.name === name) % HUES.length] : undefined;
      const points = values.flatMap((value, i) =>
        value === undefined ? [] : [[x(categories[i]) as number, y(value), value] as const],
      );
      const style = hue ? `fill="${hue}"` : `class="${kind}"`;
      const dots = points.map(
        ([px, py, value]) =>
          `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="${hue ? 4 : 3}" ${style}><title>${escapeHtml(name)}: ${value.toFixed(2)}</title></circle>`,
      );
      const path = line()(points.map(([px, py]) => [px, py]));
      return (hue ? `<path class="line" stroke="${hue}" d="${path}"/>` : '') + dots.join('');
    },
  );
  return frame(title, y, unit, [...labels, ...marks], legend(networks.map(({ name }) => name)));
}

/** Values along a line through images; truth in the text's colour, the input faint. */
export function profilePlot(title: string, unit: string, series: readonly PlotSeries[]): string {
  const length = max(series, ({ values }) => values.length) ?? 0;
  const x = scaleLinear([0, length - 1], [MARGIN.left, WIDTH - MARGIN.right]);
  // The nulls of speckle would flatten all else.
  const y = verticalScale(
    series.flatMap(({ kind, values }) => (kind === 'input' ? [] : (values as number[]))),
  ).clamp(true);
  const ofKind = (wanted: PlotSeries['kind']) => series.filter(({ kind }) => kind === wanted);
  const bright = [...ofKind('network'), ...ofKind('baseline')];
  const lines = series.map(({ name, kind, values }) => {
    const path = line<number | undefined>(
      (_, i) => x(i),
      (value) => y(value ?? 0),
    )(values);
    const hue = HUES[bright.findIndex((b) => b.name === name)];
    const style = hue ? `stroke="${hue}"` : '';
    return `<path class="line ${kind}" ${style} d="${path}"><title>${escapeHtml(name)}</title></path>`;
  });
  const ticks = x
    .ticks(8)
    .map(
      (tick) =>
        `<text class="tick" text-anchor="middle" x="${x(tick)}" y="${HEIGHT - MARGIN.bottom + 16}">${tick}</text>`,
    );
  return frame(title, y, unit, [...ticks, ...lines], legend(bright.map(({ name }) => name)));
}

function verticalScale(values: readonly number[]) {
  return scaleLinear([min(values) ?? 0, max(values) ?? 1], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(5);
}

function frame(
  title: string,
  y: ReturnType<typeof verticalScale>,
  unit: string,
  contents: readonly string[],
  caption: string,
): string {
  const grid = y
    .ticks(5)
    .map(
      (tick) =>
        `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick)}" y2="${y(tick)}"/>` +
        `<text class="tick" text-anchor="end" x="${MARGIN.left - 6}" y="${y(tick) + 4}">${tick}</text>`,
    );
  return `<figure class="plot"><figcaption>${escapeHtml(title)}, ${escapeHtml(unit)} ${caption}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${[...grid, ...contents].join('')}</svg></figure>`;
}

const legend = (names: readonly string[]): string =>
  names
    .map((name, i) => `<span class="key" style="--hue:${HUES[i % HUES.length]}">${escapeHtml(name)}</span>`)
    .join(' ');
