import { SarIoError } from '@mtpi/sar-io';
import { Matrix, solve } from 'ml-matrix';
import type { Annotation, GeolocationGridPoint, StateVector } from '../product/annotation';
import { zeroDoppler } from './zero-doppler';

/** Range of heights (km) along a grid row from which on their effect can be told from that of the place. */
const LEAST_RELIEF = 0.05;

/** Which burst of a date shows the ground of one of the reference's, and how many lines and samples further. */
export interface Alignment {
  /** Index of the date's burst. */
  burst: number;
  /** c₀ + c₁·y + c₂·x: lines to add, of y and x as shares of the burst's lines and samples. */
  lines: Float64Array;
  /** c₀ + c₁·y + c₂·x + c₃·xy + c₄·x² + c₅·height (km): samples to add. The grid's two rows tell no square of y. */
  samples: Float64Array;
  /** Heights (km) of the reference's ground at equally spaced samples, in the burst's first line and `heightStep` lines on. */
  heights: readonly [upper: Float64Array, lower: Float64Array];
  heightStep: number;
  lineScale: number;
  sampleScale: number;
}

/** One acquisition of a swath, with the orbit to use. */
export interface SwathWithOrbit {
  annotation: Annotation;
  orbit: readonly StateVector[];
}

/**
 * The alignment of a burst from orbits and the reference's geolocation grid alone, without images or elevation model:
 * both orbits look for the grid's points by the zero-Doppler equations, and polynomials pass through the differences.
 *
 * @param burst Index of the reference's burst.
 * @returns Nothing where the date has no burst there.
 */
export function align(reference: SwathWithOrbit, burst: number, date: SwathWithOrbit): Alignment | undefined {
  const { annotation } = reference;
  const points = pointsOf(annotation, burst);
  const here = zeroDoppler(reference.orbit);
  const there = zeroDoppler(date.orbit);
  const seen = points.map(({ longitude, latitude, height }) => ({
    height: height / 1000,
    here: here(longitude, latitude, height),
    there: there(longitude, latitude, height),
  }));
  if (seen.some(({ here, there }) => Number.isNaN(here.time + there.time))) {
    throw new SarIoError(
      'GridMismatch',
      `${date.annotation.path}: expected ground of ${annotation.path}, found none of it`,
    );
  }
  const middle = seen.reduce((sum, { there }) => sum + there.time, 0) / seen.length;
  const paired = matchBurst(annotation, burst, date.annotation, middle);
  if (paired === undefined) return undefined;
  const start = annotation.bursts[burst].time;
  const other = date.annotation.bursts[paired];
  const [lineScale, sampleScale] = [annotation.linesPerBurst, annotation.samples];
  const all = seen.map(({ height }) => height);
  const half = points.length / 2;
  const relief = [all.slice(0, half), all.slice(half)].map((row) => Math.max(...row) - Math.min(...row));
  const hilly = Math.max(...relief) > LEAST_RELIEF;
  const rows = seen.map(({ here, there, height }) => {
    const line = (here.time - start) / annotation.azimuthTimeInterval;
    const sample = (here.slantRangeTime - annotation.slantRangeTime) * annotation.rangeSamplingRate;
    const [y, x] = [line / lineScale, sample / sampleScale];
    return {
      linear: [1, y, x],
      quadratic: [1, y, x, x * y, x * x, ...(hilly ? [height] : [])],
      lines: (there.time - other.time) / date.annotation.azimuthTimeInterval - line,
      samples:
        (there.slantRangeTime - date.annotation.slantRangeTime) * date.annotation.rangeSamplingRate - sample,
    };
  });
  const samples = fit(
    rows.map(({ quadratic }) => quadratic),
    rows.map(({ samples }) => samples),
  );
  return {
    burst: paired,
    lines: fit(
      rows.map(({ linear }) => linear),
      rows.map(({ lines }) => lines),
    ),
    samples: hilly ? samples : Float64Array.of(...samples, 0),
    heights: [Float64Array.from(all.slice(0, half)), Float64Array.from(all.slice(half))],
    heightStep: (seen[half].here.time - seen[0].here.time) / annotation.azimuthTimeInterval,
    lineScale,
    sampleScale,
  };
}

/** Lines to add at a line and a sample of the reference's burst. */
export function linesAt({ lines, lineScale, sampleScale }: Alignment, line: number, sample: number): number {
  return lines[0] + (lines[1] * line) / lineScale + (lines[2] * sample) / sampleScale;
}

/** Samples to add at every sample of a line of the reference's burst. */
export function samplesAlong(alignment: Alignment, line: number, target: Float64Array): Float64Array {
  const { samples: c, heights, heightStep, lineScale, sampleScale } = alignment;
  const y = line / lineScale;
  const [constant, linear] = [c[0] + c[1] * y, c[2] + c[3] * y];
  const cells = heights[0].length - 1;
  const down = line / heightStep;
  for (let i = 0; i < target.length; i++) {
    const x = i / sampleScale;
    const at = x * cells;
    const cell = Math.min(cells - 1, Math.floor(at));
    const share = at - cell;
    const upper = heights[0][cell] + share * (heights[0][cell + 1] - heights[0][cell]);
    const lower = heights[1][cell] + share * (heights[1][cell + 1] - heights[1][cell]);
    target[i] = constant + x * (linear + x * c[4]) + c[5] * (upper + down * (lower - upper));
  }
  return target;
}

/** The grid's row at the burst's first line and the next one, as many points each. */
function pointsOf({ grid, linesPerBurst, path }: Annotation, burst: number): GeolocationGridPoint[] {
  const lines = [...new Set(grid.map(({ line }) => line))];
  const upper = Math.min(
    lines.findLastIndex((line) => line <= burst * linesPerBurst),
    lines.length - 2,
  );
  const rows = [upper, upper + 1].map((row) => grid.filter(({ line }) => line === lines[row]));
  if (upper < 0 || rows[0].length !== rows[1].length || rows[0].length < 2) {
    throw new SarIoError(
      'CorruptFile',
      `${path}: expected two rows of the geolocation grid around burst ${burst + 1}`,
    );
  }
  return rows.flat();
}

/** By ESA's number of the burst; where the processor did not tell it, the burst whose middle is nearest in time. */
function matchBurst(
  reference: Annotation,
  burst: number,
  date: Annotation,
  middle: number,
): number | undefined {
  const { id } = reference.bursts[burst];
  const index =
    id === undefined || date.bursts.some((other) => other.id === undefined)
      ? nearestBurst(date, middle)
      : date.bursts.findIndex((other) => other.id === id);
  return index < 0 ? undefined : index;
}

function nearestBurst({ bursts, linesPerBurst, azimuthTimeInterval }: Annotation, middle: number): number {
  const half = (linesPerBurst * azimuthTimeInterval) / 2;
  return bursts.findIndex(({ time }) => Math.abs(time + half - middle) < half / 2);
}

/** Least squares. */
function fit(rows: number[][], values: number[]): Float64Array {
  return Float64Array.from(solve(new Matrix(rows), Matrix.columnVector(values), true).to1DArray());
}
