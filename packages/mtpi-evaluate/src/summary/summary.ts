import { mean, median } from 'd3-array';
import type { Evaluation, SceneScore } from '../evaluate';
import { BAND_METRICS } from '../metrics/band-metrics';
import { CHANGE_METRICS } from '../metrics/change-metrics';
import { DETAIL_METRICS } from '../metrics/detail-metrics';
import type { Metric } from '../metrics/metric';
import { POLARIMETRIC_METRICS } from '../metrics/polarimetric-metrics';
import { BANDS, keysOf } from '../metrics/score';
import type { SpotResponse } from '../metrics/spot-response';
import { isSimulated } from '../scenes/scene';
import { type CriterionResult, criterionResults } from './criteria';
import type { Column, Table } from './table';

/** An evaluation in tables, and how its networks meet the criteria. */
export interface Summary {
  tables: Table[];
  criteria: CriterionResult[];
}

/** A column of a table, and the cell of each method. */
interface Part {
  column: Column;
  cell(method: string): number[];
}

/** Tables of means over scenes, and how the networks meet the criteria. */
export function summarize(evaluation: Evaluation): Summary {
  const tables = [
    ...simulatedTables(evaluation),
    ...realTables(evaluation),
    ...changeTables(evaluation),
    ...seriesTables(evaluation),
  ];
  return {
    tables: tables.filter(({ columns }) => columns.length > 0),
    criteria: criterionResults(evaluation.scores),
  };
}

function simulatedTables({ methods, scores }: Evaluation): Table[] {
  const simulated = scores.filter(isSimulated);
  const byLooks = [...simulated].sort((a, b) => a.looks - b.looks);
  const withPhase = simulated.filter(({ phase }) => phase);
  const network = methods.find(({ kind }) => kind === 'network')?.name;
  return [
    tableOf(
      methods,
      'Simulated scenes',
      `Means over ${countScenes(simulated)} scenes, VV / VH.${network ? ` Time is relative to ${network}.` : ''}`,
      [...ofMetrics(BAND_METRICS, simulated), relativeTime(simulated, network)],
    ),
    tableOf(
      methods,
      'Simulated scenes: polarimetry',
      `Means over the ${countScenes(withPhase)} scenes with C12.`,
      ofMetrics(POLARIMETRIC_METRICS, simulated),
    ),
    tableOf(
      methods,
      'Simulated scenes: edges, points and the ratio image',
      'Means over scenes, VV / VH.',
      ofMetrics(DETAIL_METRICS, simulated),
    ),
    chartOf(
      methods,
      'PSNR by image type',
      'Means in dB over the simulated scenes of an image type, VV / VH.',
      byProperty('psnr', byLooks, ({ imageType }) => imageType),
    ),
    chartOf(
      methods,
      'PSNR by scene',
      'Means in dB over image types, VV / VH.',
      byProperty('psnr', simulated, ({ place }) => place),
    ),
  ];
}

function realTables({ methods, scores }: Evaluation): Table[] {
  const real = scores.filter(({ group }) => group === 'real');
  return [
    chartOf(
      methods,
      'Real stacks: error against the mean of other dates',
      'Means in dB over the inner dates of each stack, VV / VH.',
      byProperty('error', real, ({ place }) => place),
    ),
    tableOf(
      methods,
      'Real stacks: all metrics',
      `Means over ${countScenes(real)} triplets, VV / VH.`,
      ofMetrics([...BAND_METRICS, ...DETAIL_METRICS], real),
    ),
  ];
}

function changeTables({ methods, scores, responses }: Evaluation): Table[] {
  const change = scores.filter(({ group }) => group === 'change');
  const own = responses.filter(({ scene }) => change.some(({ name }) => name === scene));
  return [
    tableOf(methods, 'Changes', 'Means over scenes, VV / VH.', ofMetrics(CHANGE_METRICS, change)),
    ...(['leakage', 'retention'] as const).map((key) =>
      tableOf(methods, `Changes: ${key} by size and contrast`, 'Means over scenes in %, VV / VH.', [
        ...bySpot(key, own, ({ radius }) => `radius ${radius}`),
        ...bySpot(key, own, ({ decibel }) => `${decibel > 0 ? '+' : '−'}${Math.abs(decibel)} dB`),
      ]),
    ),
  ];
}

/** Metrics of series by number of dates. */
const SERIES_METRICS = [
  ['psnr', 'PSNR of simulated ones'],
  ['leakage', 'leakage of a change at the previous date'],
  ['retention', 'retention of a change at the target'],
  ['error', 'error against the mean of other dates'],
  ['level', 'level error'],
] as const;

function seriesTables({ methods, scores }: Evaluation): Table[] {
  const series = scores.filter(({ group }) => group === 'series');
  const byLength = [...series].sort((a, b) => (a.dates ?? 3) - (b.dates ?? 3));
  const lengthOf = ({ dates = 3 }: SceneScore) => `${dates} dates`;
  const real = series.filter(({ scores }) => scores['error VV'] !== undefined);
  return [
    ...SERIES_METRICS.map(([key, title]) =>
      tableOf(
        methods,
        `Series: ${title}`,
        `Means over scenes by number of dates, in ${bandMetric(key).unit}, VV / VH.`,
        byProperty(key, byLength, lengthOf),
      ),
    ),
    ...unique(real.map(({ place }) => place)).map((site) =>
      tableOf(
        methods,
        `Series: error at ${site}`,
        'Means in dB over dates, by number of dates, VV / VH.',
        byProperty(
          'error',
          series.filter(({ place }) => place === site),
          lengthOf,
        ),
      ),
    ),
  ];
}

/** One row for each method, without columns and rows of which nothing was measured. */
function tableOf(
  methods: Evaluation['methods'],
  title: string,
  about: string,
  parts: readonly Part[],
  chart = false,
): Table {
  const rows = methods.map(({ name }) => ({ name, cells: parts.map(({ cell }) => cell(name)) }));
  const filled = parts.map((_, c) => rows.some(({ cells }) => cells[c].length > 0));
  const allFinite = rows.every(({ cells }) => cells.flat().every(Number.isFinite));
  return {
    title,
    about: allFinite ? about : `${about} –: infinite or undefined; see the metrics.`,
    chart,
    columns: parts.map(({ column }) => column).filter((_, c) => filled[c]),
    rows: rows
      .map(({ name, cells }) => ({ name, cells: cells.filter((_, c) => filled[c]) }))
      .filter(({ cells }) => cells.some((cell) => cell.length > 0)),
  };
}

/** A table whose columns are categories of scenes, to be plotted. */
const chartOf = (...[methods, title, about, parts]: Parameters<typeof tableOf>): Table =>
  tableOf(methods, title, about, parts, true);

const ofMetrics = (metrics: readonly Metric[], scores: readonly SceneScore[]): Part[] =>
  metrics.map((metric) => ({
    column: columnOf(metric),
    cell: (method) => meanOf(ofMethod(scores, method), metric.key),
  }));

/** The mean of one metric by a property of scenes. */
const byProperty = (key: string, scores: readonly SceneScore[], of: (score: SceneScore) => string): Part[] =>
  unique(scores.map(of)).map((title) => ({
    column: { ...columnOf(bandMetric(key)), title },
    cell: (method) =>
      meanOf(
        ofMethod(scores, method).filter((score) => of(score) === title),
        key,
      ),
  }));

/** The mean response to spots by a property of them. */
const bySpot = (
  key: 'leakage' | 'retention',
  responses: readonly SpotResponse[],
  of: (response: SpotResponse) => string,
): Part[] =>
  unique(responses.map(of)).map((title) => ({
    column: { ...columnOf(bandMetric(key)), title },
    cell: (method) => {
      const own = ofMethod(responses, method).filter((response) => of(response) === title);
      return BANDS.flatMap((band) =>
        means(
          own
            .filter((response) => response.band === band)
            .map(({ leakage, retention }) => (key === 'leakage' ? Math.abs(leakage) : retention)),
        ),
      );
    },
  }));

/** Time relative to that of a network: medians, since the first scene of a size takes longer, which the network is compiled for. */
function relativeTime(scores: readonly SceneScore[], network = ''): Part {
  const timed = scores.filter(({ kind }) => kind !== 'peer');
  const seconds = (method: string) => median(ofMethod(timed, method), ({ seconds }) => seconds);
  return {
    column: { title: 'time', digits: 2, goal: 'none' },
    cell: (method) => {
      const [own, unit] = [method, network].map(seconds);
      return own && unit ? [own / unit] : [];
    },
  };
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

const countScenes = (scores: readonly SceneScore[]): number => new Set(scores.map(({ name }) => name)).size;

const ofMethod = <T extends { method: string }>(results: readonly T[], name: string): T[] =>
  results.filter(({ method }) => method === name);

/** Mean of numbers; none of none. */
const means = (values: readonly number[]): number[] => (values.length ? [mean(values) as number] : []);

/** Mean of a metric over scenes: one number, or those of VV and VH. */
const meanOf = (scores: readonly SceneScore[], metric: string): number[] =>
  keysOf(metric).flatMap((key) => means(scores.flatMap((score) => score.scores[key] ?? [])));

const columnOf = ({ title, digits, goal, unit }: Metric): Column => ({
  title: unit ? `${title}, ${unit}` : title,
  digits,
  goal,
});

const bandMetric = (key: string): Metric =>
  [...BAND_METRICS, ...CHANGE_METRICS].find((metric) => metric.key === key) as Metric;
