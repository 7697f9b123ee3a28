import type { Looks } from '@mtpi/polsar-priors';
import { type Gcp, type LonLat, SarIoError } from '@mtpi/sar-io';
import type { StateVector } from '../geocoding/orbit';
import { type RadarGeometry, radarGeometry } from '../geocoding/radar-geometry';
import type { SlantRangeParameters } from '../geocoding/slant-range';
import type { Annotation } from '../product/annotation';
import { bistaticReferenceSlantRangeTime, gridHeights } from '../product/geolocation-grid';

/** Rows `firstRow` … of the debursted image, from line `firstLine` of a burst on. */
export interface BurstSegment {
  /** Index of the reference's burst. */
  burst: number;
  firstRow: number;
  firstLine: number;
  lines: number;
}

/** The debursted grid of one swath of the reference. */
export interface SwathGrid {
  rows: number;
  cols: number;
  /** Row of the first line of each burst. */
  burstStartRows: readonly number[];
  /** Last row of each burst but the last. */
  burstSeams: readonly number[];
  /** From top to bottom, without gaps. */
  burstSegments: readonly BurstSegment[];
}

/** A swath of the reference with its debursted grid. */
export interface SwathOnGrid {
  annotation: Annotation;
  grid: SwathGrid;
}

/** Position of a swath in the merged image, and the columns it contributes. */
export interface SwathPlacement {
  row: number;
  column: number;
  rows: number;
  left: number;
  /** One past the last. */
  right: number;
}

/** The grid of all swaths, merged. */
export interface StackGrid {
  width: number;
  height: number;
  placements: readonly SwathPlacement[];
}

/** Tolerated relative difference between the sampling of swaths: less than a tenth of a pixel over a swath. */
const SAME_SAMPLING = 1e-6;

/** Tolerated deviation (lines) of bursts from a common grid of lines; annotated microseconds amount to 0.0005. */
const TOLERANCE = 0.01;

/**
 * The debursted grid of bursts first … last, with seams in the middle of their overlaps.
 *
 * @throws SarIoError `CorruptFile` where the bursts are not on one grid of lines.
 */
export function deburst(annotation: Annotation, first: number, last: number): SwathGrid {
  const { bursts, linesPerBurst, azimuthTimeInterval, samples, path } = annotation;
  const selected = bursts.slice(first, last + 1);
  const exact = selected.map((burst) => (burst.time - selected[0].time) / azimuthTimeInterval);
  const burstStartRows = exact.map(Math.round);
  if (exact.some((start, i) => Math.abs(start - burstStartRows[i]) > TOLERANCE)) {
    throw new SarIoError('CorruptFile', {
      path,
      expected: 'bursts that are whole lines apart',
      found: exact.join(', '),
    });
  }
  const rows = burstStartRows[burstStartRows.length - 1] + linesPerBurst;
  const burstSeams = burstStartRows
    .slice(1)
    .map((start, i) => Math.floor((burstStartRows[i] + linesPerBurst - 1 + start) / 2));
  const burstSegments = burstStartRows.map((start, i) => {
    const firstRow = i === 0 ? 0 : burstSeams[i - 1] + 1;
    const end = i === burstSeams.length ? rows : burstSeams[i] + 1;
    return { burst: first + i, firstRow, firstLine: firstRow - start, lines: end - firstRow };
  });
  return { rows, cols: samples, burstStartRows, burstSeams, burstSegments };
}

/** The grid of lines first … last of a StripMap image. */
export const stripMapGrid = (
  { samples }: Annotation,
  [first, last]: readonly [number, number],
): SwathGrid => ({
  rows: last - first + 1,
  cols: samples,
  burstStartRows: [-first],
  burstSeams: [],
  burstSegments: [{ burst: 0, firstRow: 0, firstLine: first, lines: last - first + 1 }],
});

/**
 * Places swaths beside each other, on whole lines and samples of the first; the seams are in the middle of their overlaps.
 *
 * @param swaths From near to far range.
 * @throws SarIoError `UnsupportedFormat` where their samples or lines are not equally spaced.
 */
export function stackGrid(swaths: readonly SwathOnGrid[]): StackGrid {
  const [{ annotation: near }] = swaths;
  const { azimuthTimeInterval, slantRangeTime, rangeSamplingRate } = near;
  for (const { annotation } of swaths) checkSameSampling(near, annotation);
  const starts = swaths.map(startTime);
  const start = Math.min(...starts);
  const columns = swaths.map(({ annotation }) =>
    Math.round((annotation.slantRangeTime - slantRangeTime) * rangeSamplingRate),
  );
  const valid = swaths.map(({ annotation }, i) =>
    validColumns(annotation).map((sample) => sample + columns[i]),
  );
  const seams = valid.slice(1).map(([first], i) => Math.floor((valid[i][1] + first) / 2) + 1);
  const width = Math.max(...swaths.map(({ grid }, i) => columns[i] + grid.cols));
  const placements = swaths.map(({ grid }, i) => ({
    row: Math.round((starts[i] - start) / azimuthTimeInterval),
    column: columns[i],
    rows: grid.rows,
    left: i === 0 ? 0 : seams[i - 1],
    right: i === seams.length ? width : seams[i],
  }));
  return { width, height: Math.max(...placements.map(({ row, rows }) => row + rows)), placements };
}

/** First and last sample that are valid in all lines of bursts that have any. */
export function validColumns({ bursts }: Pick<Annotation, 'bursts'>): readonly [first: number, last: number] {
  const values = (list: Int32Array) => list.filter((sample) => sample >= 0);
  const first = bursts.map((burst) => values(burst.firstValidSample).reduce((a, b) => Math.max(a, b), 0));
  const last = bursts.map((burst) =>
    values(burst.lastValidSample).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  );
  return [Math.max(...first), Math.min(...last)];
}

/** Radar geometry of a stack; rows and columns count after multilooking. */
export interface StackGeometry extends RadarGeometry {
  /** Height (m) of the geolocation grids at a row and a column, bilinear; beyond them as at their edges. */
  heightAt(row: number, column: number): number;
  /** Points of the geolocation grids of the stack's bursts. */
  points: readonly LonLat[];
}

/** @param orbit Orbit of the reference. */
export function stackGeometry(
  swaths: readonly SwathOnGrid[],
  orbit: readonly StateVector[],
  { placements }: StackGrid,
  looks: Looks,
): StackGeometry {
  const [near] = swaths;
  const { azimuthTimeInterval, slantRangeTime, rangeSamplingRate } = near.annotation;
  const above = placements[0].row - (looks.azimuth - 1) / 2;
  const timing: SlantRangeParameters = {
    firstLineTime: startTime(near) - above * azimuthTimeInterval,
    azimuthTimeInterval: looks.azimuth * azimuthTimeInterval,
    slantRangeTime: slantRangeTime + (looks.range - 1) / 2 / rangeSamplingRate,
    rangeSamplingRate: rangeSamplingRate / looks.range,
    bistaticReference: bistaticReferenceSlantRangeTime(near.annotation),
  };
  const surfaces = swaths.map(({ annotation }) => gridHeights(annotation));
  return {
    ...radarGeometry(orbit, timing),
    heightAt(row, column) {
      const delay = timing.slantRangeTime + column / timing.rangeSamplingRate;
      const swath = swaths.findLastIndex(({ annotation }) => delay >= annotation.slantRangeTime);
      return surfaces[Math.max(0, swath)](timing.firstLineTime + row * timing.azimuthTimeInterval, delay);
    },
    points: swaths.flatMap(({ annotation, grid: { burstSegments } }) => {
      const [first, last] = [burstSegments[0], burstSegments[burstSegments.length - 1]];
      const lineOf = ({ burst, firstLine }: BurstSegment) => burst * annotation.linesPerBurst + firstLine;
      const [start, end] = [lineOf(first), lineOf(last) + last.lines];
      const inside = annotation.grid.filter(({ line }) => line >= start && line <= end);
      return inside.map(({ longitude, latitude }): LonLat => [longitude, latitude]);
    }),
  };
}

/**
 * Ground control points of the stack: the points of the geolocation grids within its rows, WGS 84 with ellipsoidal heights.
 * Annotated samples are pixel centers; control points count from pixel corners, half a pixel before.
 */
export function controlPoints(
  swaths: readonly SwathOnGrid[],
  { placements, height }: StackGrid,
  looks: Looks,
): Gcp[] {
  return swaths.flatMap(({ annotation, grid }, s) => {
    const { linesPerBurst, bursts } = annotation;
    const { row: firstRow, column } = placements[s];
    const startRows = new Map(
      grid.burstSegments.map(({ burst }, i) => [burst, firstRow + grid.burstStartRows[i]]),
    );
    return annotation.grid.flatMap(({ line, sample, longitude, latitude, height: z }) => {
      const burst = Math.min(bursts.length - 1, Math.floor(line / linesPerBurst));
      const start = startRows.get(burst);
      if (start === undefined) return [];
      const row = start + line - burst * linesPerBurst;
      if (row < 0 || row >= height) return [];
      return [
        {
          column: (column + sample + 0.5) / looks.range,
          row: (row + 0.5) / looks.azimuth,
          x: longitude,
          y: latitude,
          z,
        },
      ];
    });
  });
}

function checkSameSampling(near: Annotation, swath: Annotation): void {
  const spacing = ({ rangeSamplingRate, azimuthTimeInterval }: Annotation) =>
    `${rangeSamplingRate} Hz in range and lines every ${azimuthTimeInterval} s`;
  const differs = (a: number, b: number) => Math.abs(a / b - 1) > SAME_SAMPLING;
  if (
    differs(near.rangeSamplingRate, swath.rangeSamplingRate) ||
    differs(near.azimuthTimeInterval, swath.azimuthTimeInterval)
  ) {
    throw new SarIoError('UnsupportedFormat', {
      path: swath.path,
      expected: `${spacing(near)} as ${near.swath}`,
      found: spacing(swath),
      hint: 'process these swaths one by one',
    });
  }
}

/** Time (s) of the first line of a swath. */
export function startTime({ annotation, grid }: SwathOnGrid): number {
  const [{ burst, firstLine }] = grid.burstSegments;
  return annotation.bursts[burst].time + firstLine * annotation.azimuthTimeInterval;
}
