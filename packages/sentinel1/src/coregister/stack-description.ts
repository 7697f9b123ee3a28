import type { Looks } from '@mtpi/polsar-priors';
import type { Transform } from '@mtpi/sar-io';
import { formatUtc } from '@mtpi/sar-io';
import { type Alignment, linesAt, samplesAlong } from './alignment';
import { validColumns } from './merge';
import type { SwathStack } from './swath-stack';

/** What is known of a prepared stack: the content of its `stack.json`. Times are UTC, lines and samples count from 0. */
export interface StackDescription {
  software: string;
  /** Bands of the covariance files, linear power. */
  channels: readonly string[];
  calibration: string;
  /** Whether noise was subtracted from what is averaged. */
  denoised: boolean;
  looks: Looks;
  /** Rows and columns that H, A (0 … 1) and alpha (degrees) are averaged over. */
  haAlphaWindow?: number;
  width: number;
  height: number;
  /** Where the stack is on a map. Swaths and offsets still tell of the radar geometry before. */
  map?: {
    crs: string;
    transform: Transform;
    /** The elevation model's file, or `geolocation grid`. */
    heights: string;
  };
  reference: string;
  swaths: readonly SwathDescription[];
  dates: readonly DateDescription[];
}

/** The grid of a swath: that of the reference, deburst. Rows and columns are single-look. */
export interface SwathDescription {
  name: string;
  /** Bursts of the reference, counted from 1. */
  firstBurst: number;
  lastBurst: number;
  burstIds?: readonly number[];
  /** Row of each burst's first line. */
  startRows: readonly number[];
  /** Last row of each burst but the last. */
  cutRows: readonly number[];
  /** Columns that are valid in all lines of all bursts, and rows that are valid at all; last ones included. */
  validColumns: readonly [number, number];
  validRows: readonly [number, number];
  /** Time of the first row, seconds between rows; two-way time of the first sample (s), samples per second. */
  firstLineTime: string;
  lineInterval: number;
  slantRangeTime: number;
  samplingRate: number;
}

export interface DateDescription {
  name: string;
  product: string;
  acquired: string;
  processorVersion?: number;
  /** The orbit file, or `annotation`. */
  orbit: string;
  files: readonly string[];
  /** How the date was laid on the reference, swath by swath; none for the reference itself. */
  swaths?: readonly SwathOffsets[];
}

export interface SwathOffsets {
  name: string;
  bursts: readonly BurstOffset[];
  /** What amplitude correlation finds left over, in lines and samples, and how sure it is. */
  residual?: ResidualDescription;
}

/** Lines and samples of the date's burst less those of the reference's. Bursts count from 1. */
export interface BurstOffset {
  burst: number;
  datesBurst: number;
  /** In the middle of the burst. */
  lines: number;
  samples: number;
  /**
   * With y and x the line and sample as shares of the burst's: lines c₀ + c₁·y + c₂·x, samples
   * c₀ + c₁·y + c₂·x + c₃·xy + c₄·x² + c₅·height (km).
   */
  linesPolynomial: readonly number[];
  samplesPolynomial: readonly number[];
}

export interface ResidualDescription {
  lines: number;
  samples: number;
  /** Of a single patch. */
  deviation: { lines: number; samples: number };
  patches: number;
  /** Whether it was corrected. */
  applied: boolean;
}

export function describeSwath({ swath, annotation, grid }: SwathStack): SwathDescription {
  const bursts = grid.segments.map(({ burst }) => annotation.bursts[burst]);
  const { linesPerBurst } = annotation;
  const valid = (lines: Int32Array) => [lines.findIndex((x) => x >= 0), lines.findLastIndex((x) => x >= 0)];
  return {
    name: swath,
    firstBurst: grid.segments[0].burst + 1,
    lastBurst: grid.segments[grid.segments.length - 1].burst + 1,
    ...(bursts.every(({ id }) => id !== undefined) && { burstIds: bursts.map(({ id }) => id!) }),
    startRows: grid.startRows,
    cutRows: grid.cutRows,
    validColumns: validColumns({ ...annotation, bursts }),
    validRows: [
      valid(bursts[0].firstValidSample)[0],
      grid.rows - linesPerBurst + valid(bursts[bursts.length - 1].firstValidSample)[1],
    ],
    firstLineTime: formatUtc(bursts[0].time, annotation.epoch),
    lineInterval: annotation.azimuthTimeInterval,
    slantRangeTime: annotation.slantRangeTime,
    samplingRate: annotation.rangeSamplingRate,
  };
}

/** @param index Of the date. */
export function describeOffsets(
  { swath, grid, dates, residuals, applied }: SwathStack,
  index: number,
): SwathOffsets {
  const residual = residuals[index];
  const { alignments } = dates[index];
  return {
    name: swath,
    bursts: grid.segments.flatMap(({ burst }) => {
      const alignment = alignments?.get(burst);
      return alignment ? [describeBurst(burst, alignment)] : [];
    }),
    ...(residual && { residual: { ...residual, applied: applied[index] } }),
  };
}

function describeBurst(burst: number, alignment: Alignment): BurstOffset {
  const { lineScale, sampleScale, lines, samples } = alignment;
  const along = samplesAlong(alignment, lineScale / 2, new Float64Array(sampleScale));
  return {
    burst: burst + 1,
    datesBurst: alignment.burst + 1,
    lines: linesAt(alignment, lineScale / 2, sampleScale / 2),
    samples: along[sampleScale >> 1],
    linesPolynomial: [...lines],
    samplesPolynomial: [...samples],
  };
}
