import { mean, median } from 'd3-array';
import type { Evaluation, SceneScore } from '../evaluate';
import { BAND_METRICS } from '../metrics/band-metrics';
import { CHANGE_METRICS } from '../metrics/change-metrics';
import { DETAIL_METRICS } from '../metrics/detail-metrics';
import type { Metric } from '../metrics/metric';
import { POLARIMETRIC_METRICS } from '../metrics/polarimetric-metrics';
import type { SpotResponse } from '../metrics/spot-response';
import { type CriterionResult, criterionResults } from './criteria';
import type { Column, Table } from './table';

/** An evaluation in tables, and how its networks meet the criteria. */
export interface Summary {
  tables: Table[];
  criteria: CriterionResult[];
}

const isSimulated = ({ group }: SceneScore): boolean => group === 'reflectivity' || group === 'procedural';

const isReal = ({ group }: SceneScore): boolean => group === 'real';

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Metrics of series by number of dates. */
const SERIES_TABLES = [
  ['psnr', 'PSNR of simulated ones'],
  ['leakage', 'leakage of a change at the previous date'],
  ['retention', 'retention of a change at the target'],
  ['error', 'error against the mean of other dates'],
  ['level', 'level error'],
] as const;

/** Mean of numbers; none of none. */
const means = (values: readonly number[]): number[] => (values.length ? [mean(values) as number] : []);

const column = ({ title, digits, goal, unit }: Metric): Column => ({
  title: unit ? `${title}, ${unit}` : title,
  digits,
  goal,
});

const bandMetric = (key: string): Metric =>
  [...BAND_METRICS, ...CHANGE_METRICS].find((metric) => metric.key === key) as Metric;

/** Mean of a metric over scenes: one number, or those of VV and VH. */
const meanOf = (scores: readonly SceneScore[], key: string): number[] =>
  [key, `${key} VV`, `${key} VH`].flatMap((name) =>
    means(scores.flatMap((score) => score.scores[name] ?? [])),
  );

/** Tables of means over scenes, and how the networks meet the criteria. */
export function summarize({ methods, scores, responses }: Evaluation): Summary {
  const simulated = scores.filter(isSimulated);
  const byLooks = [...simulated].sort((a, b) => a.looks - b.looks);
  const real = scores.filter(isReal);
  const change = scores.filter(({ group }) => group === 'change');
  const series = scores.filter(({ group }) => group === 'series');

  /** One row for each method, a column for each part of the scores. */
  const table = (
    title: string,
    about: string,
    parts: { column: Column; cell: (method: string) => number[] }[],
    chart = false,
  ): Table => {
    const rows = methods.map(({ name }) => ({ name, cells: parts.map(({ cell }) => cell(name)) }));
    const filled = parts.map((_, c) => rows.some(({ cells }) => cells[c].length > 0));
    return {
      title,
      about,
      chart,
      columns: parts.map((part) => part.column).filter((_, c) => filled[c]),
      rows: rows
        .map(({ name, cells }) => ({ name, cells: cells.filter((_, c) => filled[c]) }))
        .filter(({ cells }) => cells.some((cell) => cell.length > 0)),
    };
  };
  const ofMetrics = (metrics: readonly Metric[], among: readonly SceneScore[]) =>
    metrics.map((metric) => ({
      column: column(metric),
      cell: (method: string) =>
        meanOf(
          among.filter((score) => score.method === method),
          metric.key,
        ),
    }));
  /** The mean of one metric by a property of scenes. */
  const by = (key: string, among: readonly SceneScore[], of: (score: SceneScore) => string) =>
    unique(among.map(of)).map((part) => ({
      column: { ...column(bandMetric(key)), title: part },
      cell: (method: string) =>
        meanOf(
          among.filter((score) => score.method === method && of(score) === part),
          key,
        ),
    }));
  const bySpots = responses.filter(({ scene }) => change.some(({ name }) => name === scene));
  const byResponse = (key: 'leakage' | 'retention', of: (response: SpotResponse) => string) =>
    unique(bySpots.map(of)).map((part) => ({
      column: { ...column(bandMetric(key)), title: part },
      cell: (method: string) =>
        (['VV', 'VH'] as const).flatMap((band) =>
          means(
            bySpots
              .filter((r) => r.method === method && r.band === band && of(r) === part)
              .map((r) => (key === 'leakage' ? Math.abs(r.leakage) : r.retention)),
          ),
        ),
    }));
  /** Median over scenes: the first of a size takes longer, since the network is compiled for it. */
  const seconds = (method: string) =>
    median(
      simulated
        .filter((score) => score.method === method && score.kind !== 'peer')
        .map((score) => score.seconds),
    );
  const network = methods.find(({ kind }) => kind === 'network');
  const time = {
    column: { title: 'time', digits: 2, goal: 'none' as const },
    cell: (method: string) => {
      const [own, unit] = [method, network?.name ?? ''].map(seconds);
      return own && unit ? [own / unit] : [];
    },
  };

  const tables = [
    table(
      'Simulated scenes',
      `Means over ${unique(simulated.map(({ name }) => name)).length} scenes, VV / VH.${
        network ? ` Time is relative to ${network.name}.` : ''
      }`,
      [...ofMetrics(BAND_METRICS, simulated), time],
    ),
    table(
      'Simulated scenes: polarimetry',
      `Means over the ${unique(simulated.filter(({ phase }) => phase).map(({ name }) => name)).length} scenes with C12.`,
      ofMetrics(POLARIMETRIC_METRICS, simulated),
    ),
    table(
      'Simulated scenes: edges, points and the ratio image',
      'Means over scenes, VV / VH.',
      ofMetrics(DETAIL_METRICS, simulated),
    ),
    table(
      'PSNR by image type',
      'Means in dB over the simulated scenes of an image type, VV / VH.',
      by('psnr', byLooks, ({ imageType }) => imageType),
      true,
    ),
    table(
      'PSNR by scene',
      'Means in dB over image types, VV / VH.',
      by('psnr', simulated, ({ place }) => place),
      true,
    ),
    table(
      'Real stacks: error against the mean of other dates',
      'Means in dB over the inner dates of each stack, VV / VH.',
      by('error', real, ({ place }) => place),
      true,
    ),
    table(
      'Real stacks: all metrics',
      `Means over ${unique(real.map(({ name }) => name)).length} triplets, VV / VH.`,
      ofMetrics([...BAND_METRICS, ...DETAIL_METRICS], real),
    ),
    table('Changes', 'Means over scenes, VV / VH.', ofMetrics(CHANGE_METRICS, change)),
    ...(['leakage', 'retention'] as const).map((key) =>
      table(`Changes: ${key} by size and contrast`, 'Means over scenes in %, VV / VH.', [
        ...byResponse(key, ({ radius }) => `radius ${radius}`),
        ...byResponse(key, ({ decibel }) => `${decibel > 0 ? '+' : '−'}${Math.abs(decibel)} dB`),
      ]),
    ),
    ...SERIES_TABLES.map(([key, title]) =>
      table(
        `Series: ${title}`,
        `Means over scenes by number of dates, in ${bandMetric(key).unit}, VV / VH.`,
        by(
          key,
          [...series].sort((a, b) => (a.dates ?? 3) - (b.dates ?? 3)),
          ({ dates = 3 }) => `${dates} dates`,
        ),
      ),
    ),
    ...unique(
      series.filter(({ scores: { 'error VV': error } }) => error !== undefined).map(({ place }) => place),
    ).map((place) =>
      table(
        `Series: error at ${place}`,
        'Means in dB over dates, by number of dates, VV / VH.',
        by(
          'error',
          series.filter((score) => score.place === place),
          ({ dates = 3 }) => `${dates} dates`,
        ),
      ),
    ),
  ];
  return {
    tables: tables.filter(({ columns }) => columns.length > 0),
    criteria: criterionResults(scores),
  };
}
