import { SarIoError } from '@mtpi/sar-io';
import type { StateVector } from '../geocoding/orbit';
import type { Annotation, GeolocationGridPoint } from '../product/annotation';

/** Bursts that a slice contributes to a pass: those from `firstBurst` on, which are bursts `start` … of the pass. */
export interface SliceBursts {
  start: number;
  firstBurst: number;
}

/** Tolerated difference between the first samples of slices, in samples. */
const SAME_SAMPLE = 0.01;

/** Tolerated relative difference between line intervals and sampling rates of slices: a hundredth of a line over a pass. */
const SAME_SAMPLING = 1e-7;

/** Tolerated deviation (s) of state vectors from equal spacing. */
const SAME_STEP = 1e-3;

/**
 * The annotation of a swath of a pass, whose bursts are those of consecutive slices. A burst that two slices hold is taken from
 * the first.
 *
 * @param slices By time, with a common epoch.
 * @throws SarIoError `GridMismatch` where slices do not follow each other or are sampled differently.
 */
export function joinAnnotations(slices: readonly Annotation[]): {
  annotation: Annotation;
  bursts: SliceBursts[];
} {
  const [first, ...others] = slices;
  const bursts: SliceBursts[] = [{ start: 0, firstBurst: 0 }];
  if (others.length === 0) return { annotation: first, bursts };
  let count = first.bursts.length;
  for (const [i, slice] of others.entries()) {
    checkSampling(first, slice);
    const firstBurst = firstAfter(slices[i], slice);
    bursts.push({ start: count, firstBurst });
    count += slice.bursts.length - firstBurst;
  }
  const linesPerBurst = Math.max(...slices.map((slice) => slice.linesPerBurst));
  const padded = (valid: Int32Array) => {
    const lines = new Int32Array(linesPerBurst).fill(-1);
    lines.set(valid);
    return lines;
  };
  const annotation: Annotation = {
    ...first,
    linesPerBurst,
    lines: count * linesPerBurst,
    samples: Math.max(...slices.map(({ samples }) => samples)),
    bursts: slices.flatMap((slice, i) =>
      slice.bursts.slice(bursts[i].firstBurst).map((burst) => ({
        ...burst,
        firstValidSample: padded(burst.firstValidSample),
        lastValidSample: padded(burst.lastValidSample),
      })),
    ),
    orbit: joinOrbits(slices),
    azimuthFmRates: slices.flatMap(({ azimuthFmRates }) => azimuthFmRates),
    dopplerCentroids: slices.flatMap(({ dopplerCentroids }) => dopplerCentroids),
    grid: slices.flatMap((slice, i) => gridOfPass(slice, bursts[i], linesPerBurst, i === slices.length - 1)),
  };
  return { annotation, bursts };
}

function checkSampling(first: Annotation, slice: Annotation): void {
  const differs = (a: number, b: number) => Math.abs(a / b - 1) > SAME_SAMPLING;
  const shift = (slice.slantRangeTime - first.slantRangeTime) * first.rangeSamplingRate;
  if (
    !differs(slice.azimuthTimeInterval, first.azimuthTimeInterval) &&
    !differs(slice.rangeSamplingRate, first.rangeSamplingRate) &&
    Math.abs(shift) < SAME_SAMPLE
  )
    return;
  const sampling = ({ slantRangeTime, rangeSamplingRate, azimuthTimeInterval }: Annotation) =>
    `samples at ${rangeSamplingRate} Hz from ${slantRangeTime} s and lines every ${azimuthTimeInterval} s`;
  throw new SarIoError('GridMismatch', {
    path: slice.path,
    expected: `${sampling(first)} as ${first.path}`,
    found: sampling(slice),
    hint: 'prepare these slices one by one',
  });
}

/** Index of the first burst of a slice after those of the slice before it. */
function firstAfter(before: Annotation, slice: Annotation): number {
  const length = before.linesPerBurst * before.azimuthTimeInterval;
  const last = before.bursts[before.bursts.length - 1].time;
  const found = slice.bursts.findIndex(({ time }) => time > last + length / 2);
  if (found < 0) {
    throw new SarIoError('GridMismatch', {
      path: slice.path,
      expected: `bursts after those of ${before.path}`,
      found: 'none: the same slice',
    });
  }
  const gap = slice.bursts[found].time - last - length;
  if (gap > 0) {
    throw new SarIoError('GridMismatch', {
      path: slice.path,
      expected: `a slice that follows ${before.path}`,
      found: `a gap of ${gap.toFixed(2)} s`,
      hint: 'add the slices between them',
    });
  }
  return found;
}

/** The geolocation grid of a slice with lines of the pass. The row at its end is left to the next slice. */
function gridOfPass(
  { grid, bursts, linesPerBurst }: Annotation,
  { start, firstBurst }: SliceBursts,
  linesOfPass: number,
  isLast: boolean,
): GeolocationGridPoint[] {
  return grid.flatMap((point) => {
    const burst = Math.min(Math.floor(point.line / linesPerBurst), bursts.length - 1);
    const line = point.line - burst * linesPerBurst;
    const isEnd = burst === bursts.length - 1 && line > 0;
    if (burst < firstBurst || (isEnd && !isLast)) return [];
    return [{ ...point, line: (start + burst - firstBurst) * linesOfPass + line }];
  });
}

/** The state vectors of all slices or, where these are not equally spaced together, of the slice in the middle. */
function joinOrbits(slices: readonly Annotation[]): readonly StateVector[] {
  const all = slices.flatMap(({ orbit }) => orbit).sort((a, b) => a.time - b.time);
  const joined = all.filter(({ time }, i) => i === 0 || time - all[i - 1].time > SAME_STEP);
  const steps = joined.slice(1).map(({ time }, i) => time - joined[i].time);
  if (Math.max(...steps) - Math.min(...steps) < SAME_STEP) return joined;
  return slices[Math.floor(slices.length / 2)].orbit;
}
