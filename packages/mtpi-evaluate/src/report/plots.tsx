import { PlotFigure, SERIES_COLORS } from '@mtpi/pages';
import { dot, lineY } from '@observablehq/plot';
import { extent } from 'd3-array';
import type { Method } from '../methods';

export type PlottedKind = Method['kind'] | 'truth';

/** Values of one method or of the truth. */
export interface PlottedSeries {
  name: string;
  kind: PlottedKind;
  values: readonly (number | undefined)[];
}

/** Later items are drawn on top. */
const LAYERS: readonly PlottedKind[] = ['input', 'truth', 'baseline', 'peer', 'network'];

const inLayers = (series: readonly PlottedSeries[]): PlottedSeries[] =>
  [...series].sort((a, b) => LAYERS.indexOf(a.kind) - LAYERS.indexOf(b.kind));

/** The names among `series` that have a color of their own, with it. */
const legendOf = (series: readonly PlottedSeries[], kinds: readonly PlottedKind[]) =>
  series
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ name }, i) => ({ name, color: SERIES_COLORS[i % SERIES_COLORS.length] }));

const SIZE = { width: 500, height: 320, marginLeft: 44, style: { fontSize: '12px' } };

export interface CategoryPlotProps {
  caption: string;
  categories: readonly string[];
  /** With a value for each category. */
  series: readonly PlottedSeries[];
}

/** Values of methods by category: networks as colored lines, other methods as gray dots. */
export function CategoryPlot({ caption, categories, series }: CategoryPlotProps) {
  const legend = legendOf(series, ['network', 'peer']);
  const marks = inLayers(series).flatMap(({ name, kind, values }) => {
    const points = values.flatMap((value, i) =>
      value === undefined ? [] : [{ category: categories[i], value, title: `${name}: ${value.toFixed(2)}` }],
    );
    const channels = { x: 'category', y: 'value', title: 'title' };
    const color = legend.find((entry) => entry.name === name)?.color;
    if (color)
      return [
        lineY(points, { x: 'category', y: 'value', stroke: color }),
        dot(points, { ...channels, fill: color, r: 4 }),
      ];
    return [
      dot(points, {
        ...channels,
        r: 3,
        opacity: 0.6,
        [kind === 'input' ? 'stroke' : 'fill']: 'var(--faint)',
      }),
    ];
  });
  return (
    <PlotFigure
      caption={caption}
      legend={legend}
      options={{
        ...SIZE,
        marginLeft: 76,
        marginBottom: 84,
        x: { type: 'point', domain: categories, label: null, tickRotate: -30, tickSize: 0 },
        y: { grid: true, nice: true, label: null, zero: false, ticks: 6 },
        marks,
      }}
    />
  );
}

export interface ProfilePlotProps {
  caption: string;
  /** With a value for each column. */
  series: readonly PlottedSeries[];
}

/** Values along a row: the truth in the color of text, the input faint, other methods colored. */
export function ProfilePlot({ caption, series }: ProfilePlotProps) {
  const legend = legendOf(inLayers(series).reverse(), ['network', 'peer', 'baseline']);
  // Deep speckle minima would compress the axis.
  const domain = extent(
    series.flatMap(({ kind, values }) => (kind === 'input' ? [] : values)),
    Number,
  );
  const marks = inLayers(series).map(({ name, kind, values }) =>
    lineY(values as number[], {
      stroke: legend.find((entry) => entry.name === name)?.color ?? 'currentColor',
      strokeOpacity: kind === 'input' ? 0.2 : 1,
      strokeWidth: kind === 'network' || kind === 'baseline' ? 1.6 : 1.2,
      title: () => name,
    }),
  );
  return (
    <PlotFigure
      caption={caption}
      legend={legend}
      options={{
        ...SIZE,
        x: { label: 'column' },
        y: { grid: true, nice: true, clamp: true, domain: domain as [number, number], label: null, ticks: 6 },
        marks,
      }}
    />
  );
}
