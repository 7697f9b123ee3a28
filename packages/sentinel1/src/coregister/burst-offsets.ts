import { SarIoError } from '@mtpi/sar-io';
import { Matrix, solve } from 'ml-matrix';
import { type StateVector, zeroDoppler } from '../geocoding/orbit';
import { type Annotation, isStripMap } from '../product/annotation';
import { gridRowsOfBurst } from '../product/geolocation-grid';

/** Relief (km) along a grid row from which the height term can be separated from the position terms. */
const LEAST_RELIEF = 0.05;

/** Offsets from a burst of the reference to the burst of the secondary acquisition that covers the same ground. */
export interface BurstOffsets {
  /** Index of the secondary burst. */
  secondaryBurst: number;
  /**
   * Line offset c₀ + c₁·y + c₂·x + c₃·y², with y and x the line and sample as fractions of the burst's lines and samples. The
   * two grid rows of a TOPS burst do not determine a term in y²: StripMap alone has it.
   */
  lines: Float64Array;
  /** Sample offset c₀ + c₁·y + c₂·x + c₃·xy + c₄·x² + c₅·height (km) + c₆·y², the last of StripMap alone. */
  samples: Float64Array;
  /** Terrain heights (km) at equally spaced samples of some lines, which count from the burst's first. */
  heights: readonly { line: number; values: Float64Array }[];
  lineScale: number;
  sampleScale: number;
}

/** One acquisition of a swath, with the orbit to use: annotated or from an orbit file. */
export interface SwathWithOrbit {
  annotation: Annotation;
  orbit: readonly StateVector[];
}

/**
 * Offsets of a burst from orbits and the reference's geolocation grid alone, without images or a DEM: both orbits geolocate
 * the points of the grid by the zero-Doppler equations, and polynomials are fitted to the differences.
 *
 * @param burst Index of the reference's burst.
 * @returns Undefined where the secondary acquisition has no burst there.
 * @throws SarIoError `GridMismatch` where the acquisitions do not overlap.
 */
export function burstOffsets(
  reference: SwathWithOrbit,
  burst: number,
  secondary: SwathWithOrbit,
): BurstOffsets | undefined {
  const { annotation } = reference;
  const gridRows = gridRowsOfBurst(annotation, burst);
  const points = gridRows.flat();
  const inReference = zeroDoppler(reference.orbit);
  const inSecondary = zeroDoppler(secondary.orbit);
  const seen = points.map(({ longitude, latitude, height }) => ({
    height: height / 1000,
    here: inReference(longitude, latitude, height),
    there: inSecondary(longitude, latitude, height),
  }));
  if (seen.some(({ here, there }) => Number.isNaN(here.time + there.time))) {
    const { path } = secondary.annotation;
    throw new SarIoError('GridMismatch', `${path} does not overlap ${annotation.path}`, { path });
  }
  const middle = seen.reduce((sum, { there }) => sum + there.time, 0) / seen.length;
  const secondaryBurst = matchBurst(annotation, burst, secondary.annotation, middle);
  if (secondaryBurst < 0) return undefined;
  const start = annotation.bursts[burst].time;
  const secondaryStart = secondary.annotation.bursts[secondaryBurst].time;
  const [lineScale, sampleScale] = [annotation.linesPerBurst, annotation.samples];
  const columns = gridRows[0].length;
  const heights = gridRows.map((row, r) => ({
    line: (seen[r * columns].here.time - seen[0].here.time) / annotation.azimuthTimeInterval,
    values: Float64Array.from(row, ({ height }) => height / 1000),
  }));
  const relief = heights.map(({ values }) => Math.max(...values) - Math.min(...values));
  const hilly = Math.max(...relief) > LEAST_RELIEF;
  const curved = gridRows.length > 2;
  const rows = seen.map(({ here, there, height }) => {
    const line = (here.time - start) / annotation.azimuthTimeInterval;
    const sample = (here.slantRangeTime - annotation.slantRangeTime) * annotation.rangeSamplingRate;
    const [y, x] = [line / lineScale, sample / sampleScale];
    return {
      linear: [1, y, x, ...(curved ? [y * y] : [])],
      quadratic: [1, y, x, x * y, x * x, ...(hilly ? [height] : []), ...(curved ? [y * y] : [])],
      lines: (there.time - secondaryStart) / secondary.annotation.azimuthTimeInterval - line,
      samples:
        (there.slantRangeTime - secondary.annotation.slantRangeTime) *
          secondary.annotation.rangeSamplingRate -
        sample,
    };
  });
  const samples = fit(
    rows.map(({ quadratic }) => quadratic),
    rows.map(({ samples }) => samples),
  );
  return {
    secondaryBurst,
    lines: fit(
      rows.map(({ linear }) => linear),
      rows.map(({ lines }) => lines),
    ),
    samples: hilly ? samples : Float64Array.of(...samples.subarray(0, 5), 0, ...samples.subarray(5)),
    heights,
    lineScale,
    sampleScale,
  };
}

/** Line offset at a line and a sample of the reference's burst. */
export function lineOffset(
  { lines, lineScale, sampleScale }: BurstOffsets,
  line: number,
  sample: number,
): number {
  const curvature = (lines[3] ?? 0) * (line / lineScale) ** 2;
  return lines[0] + (lines[1] * line) / lineScale + (lines[2] * sample) / sampleScale + curvature;
}

/** Sample offsets at every sample of a line of the reference's burst, into `target`. */
export function sampleOffsets(offsets: BurstOffsets, line: number, target: Float64Array): Float64Array {
  const { samples: c, heights, lineScale, sampleScale } = offsets;
  const y = line / lineScale;
  const [constant, linear] = [c[0] + c[1] * y + (c[6] ?? 0) * y * y, c[2] + c[3] * y];
  const row = Math.max(
    0,
    Math.min(
      heights.findLastIndex((each) => each.line <= line),
      heights.length - 2,
    ),
  );
  const [above, below] = [heights[row], heights[row + 1]];
  const cells = above.values.length - 1;
  const down = (line - above.line) / (below.line - above.line);
  for (let i = 0; i < target.length; i++) {
    const x = i / sampleScale;
    const at = x * cells;
    const cell = Math.min(cells - 1, Math.floor(at));
    const share = at - cell;
    const upper = above.values[cell] + share * (above.values[cell + 1] - above.values[cell]);
    const lower = below.values[cell] + share * (below.values[cell + 1] - below.values[cell]);
    target[i] = constant + x * (linear + x * c[4]) + c[5] * (upper + down * (lower - upper));
  }
  return target;
}

/**
 * Index of the burst with the same ESA burst ID or, where IDs are unknown, with the nearest center time; of StripMap, the image
 * where they overlap. −1 if none.
 */
function matchBurst(reference: Annotation, burst: number, secondary: Annotation, middle: number): number {
  if (isStripMap(secondary.swath)) return overlaps(reference, secondary, middle) ? 0 : -1;
  const { id } = reference.bursts[burst];
  return id === undefined || secondary.bursts.some((other) => other.id === undefined)
    ? nearestBurst(secondary, middle)
    : secondary.bursts.findIndex((other) => other.id === id);
}

function nearestBurst({ bursts, linesPerBurst, azimuthTimeInterval }: Annotation, middle: number): number {
  const half = (linesPerBurst * azimuthTimeInterval) / 2;
  return bursts.findIndex(({ time }) => Math.abs(time + half - middle) < half / 2);
}

/** @param middle Time (s) at which the secondary acquisition sees the middle of the reference. */
const overlaps = (reference: Annotation, secondary: Annotation, middle: number): boolean => {
  const [own, other] = [secondary, reference].map(
    ({ lines, azimuthTimeInterval }) => lines * azimuthTimeInterval,
  );
  return Math.abs(secondary.bursts[0].time + own / 2 - middle) < (own + other) / 2;
};

/** Least squares fit. */
function fit(rows: number[][], values: number[]): Float64Array {
  return Float64Array.from(solve(new Matrix(rows), Matrix.columnVector(values), true).to1DArray());
}
