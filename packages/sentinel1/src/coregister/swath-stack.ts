import type { ReadOptions } from '@mtpi/sar-io';
import { SarIoError } from '@mtpi/sar-io';
import type { Annotation, StateVector } from '../product/annotation';
import type { BackscatterConvention } from '../product/calibration';
import { type Alignment, align } from './alignment';
import { BurstSource } from './burst-source';
import type { CovariancePool } from './covariance-pool';
import { dateLines, type SecondarySwath } from './date-rows';
import { OffsetEstimator, type ResidualOffset } from './offset-estimator';
import type { Products } from './products';
import { type Selection, selectBursts } from './selection';
import { type StackGrid, stackGrid } from './stack-grid';

/** All dates of one swath on the grid of the reference. */
export interface SwathStack {
  swath: string;
  annotation: Annotation;
  grid: StackGrid;
  /** In order of the products. */
  dates: SecondarySwath[];
  residuals: (ResidualOffset | undefined)[];
  applied: boolean[];
}

export interface SwathStackOptions extends ReadOptions, Selection {
  calibration: BackscatterConvention;
  denoise: boolean;
  pool: CovariancePool;
  onProgress?: (done: number, total: number) => void;
}

/** Rows and columns of the patches that amplitudes are correlated in. */
const PATCH = 128;
/** Blocks of patches that are looked at, evenly over the bursts. */
const BLOCKS = 3;
/** Fewer patches do not correct what orbits tell. */
const ENOUGH_PATCHES = 30;
/** A residual below this (pixels) is left alone. */
const NEGLIGIBLE = 0.1;

/**
 * Pairs the bursts of all dates with those of the reference, aligns them by orbits and checks that by amplitudes.
 *
 * @param orbits State vectors of each product, in seconds of its own epoch.
 * @returns Nothing where the area touches no burst of the swath.
 * @throws SarIoError `GridMismatch` where a date has none of the bursts, or not all that were asked for.
 */
export async function openSwathStack(
  { all, reference }: Products,
  swath: string,
  orbits: readonly (readonly StateVector[] | undefined)[],
  options: SwathStackOptions,
): Promise<SwathStack | undefined> {
  const sources: BurstSource[] = [];
  for (const product of all) sources.push(await BurstSource.open(product, swath, options));
  const { annotation } = sources[reference];
  const range = selectBursts(annotation, options);
  if (!range) return undefined;
  const tracked = sources.map((source, d) => ({
    annotation: source.annotation,
    orbit: orbits[d] ?? source.annotation.orbit,
  }));
  const wanted = Array.from({ length: range[1] - range[0] + 1 }, (_, i) => range[0] + i);
  const alignments = tracked.map((date, d) => {
    if (d === reference) return undefined;
    const found = wanted.map((burst) => [burst, align(tracked[reference], burst, date)] as const);
    return new Map(found.filter((pair): pair is [number, Alignment] => pair[1] !== undefined));
  });
  const common = wanted.filter((burst) => alignments.every((map) => !map || map.has(burst)));
  const missing = alignments.findIndex((map) => map && !wanted.every((burst) => map.has(burst)));
  if (common.length === 0 || (options.bursts && missing >= 0)) {
    const lacking = wanted.filter((burst) => alignments[missing] && !alignments[missing].has(burst));
    throw new SarIoError(
      'GridMismatch',
      `${all[missing]?.path}: expected bursts ${lacking.map((burst) => burst + 1).join(', ')} of ` +
        `${annotation.path}, found them not`,
    );
  }
  const stack: SwathStack = {
    swath,
    annotation,
    grid: stackGrid(annotation, common[0], common[common.length - 1]),
    dates: sources.map((source, d) => ({
      source,
      orbit: tracked[d].orbit,
      ...(alignments[d] && { alignments: alignments[d] }),
      correction: { lines: 0, samples: 0 },
    })),
    residuals: [],
    applied: [],
  };
  await checkResiduals(stack, reference, options);
  return stack;
}

async function checkResiduals(
  stack: SwathStack,
  reference: number,
  options: SwathStackOptions,
): Promise<void> {
  const { grid, dates, annotation } = stack;
  const patch = Math.min(PATCH, 2 ** Math.floor(Math.log2(annotation.linesPerBurst / 2)));
  const checks = dates.map(() => new OffsetEstimator(patch));
  const every = Math.max(1, Math.floor(grid.segments.length / BLOCKS));
  const looked = grid.segments.filter((_, i) => i % every === 0);
  let done = 0;
  const read = (date: SecondarySwath, burst: number, line: number, height: number) => {
    options.onProgress?.(done++, looked.length * dates.length);
    return dateLines(date, burst, line, height, options.pool, options);
  };
  for (const { burst, firstLine, lines } of looked) {
    const height = Math.min(patch, lines);
    const line = firstLine + Math.floor((lines - height) / 2);
    const first = await read(dates[reference], burst, line, height);
    for (const [d, date] of dates.entries()) {
      if (d === reference) continue;
      checks[d].add(first, await read(date, burst, line, height));
    }
  }
  options.onProgress?.(done, done);
  for (const [d, date] of dates.entries()) {
    const residual = d === reference ? undefined : checks[d].result();
    const significant = residual !== undefined && isSignificant(residual);
    if (significant) date.correction = { lines: residual.lines, samples: residual.samples };
    stack.residuals.push(residual);
    stack.applied.push(significant);
  }
}

/** Found by enough patches, larger than a tenth of a pixel and than three times its own uncertainty. */
function isSignificant({ lines, samples, deviation, patches }: ResidualOffset): boolean {
  const exceeds = (value: number, spread: number) =>
    Math.abs(value) > Math.max(NEGLIGIBLE, (3 * spread) / Math.sqrt(patches));
  if (patches < ENOUGH_PATCHES) return false;
  return exceeds(lines, deviation.lines) || exceeds(samples, deviation.samples);
}
