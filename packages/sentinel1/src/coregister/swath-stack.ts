import type { JobOptions } from '@mtpi/jobs';
import { type ReadOptions, SarIoError } from '@mtpi/sar-io';
import type { StateVector } from '../geocoding/orbit';
import { type Annotation, isStripMap } from '../product/annotation';
import type { BackscatterConvention } from '../product/calibration';
import { burstRows, openSwathAcquisition, type SwathAcquisition } from './acquisition-rows';
import { type BurstOffsets, burstOffsets } from './burst-offsets';
import type { CovariancePool } from './covariance-worker';
import { isSignificant, OffsetEstimator, type ResidualOffset } from './residual-offset';
import { type Selection, selectBursts, selectLines } from './selection';
import type { SlcPasses } from './slc-passes';
import { deburst, type SwathGrid, type SwathOnGrid, stripMapGrid } from './stack-grid';

/** All acquisitions of one swath, and how they are brought onto the grid of the reference. */
export interface SwathStack extends SwathOnGrid {
  swath: string;
  /** Annotation of the reference. */
  annotation: Annotation;
  grid: SwathGrid;
  /** In the order of the products. */
  acquisitions: SwathAcquisition[];
  /** Estimated residual offsets; none for the reference and where there is too little structure. */
  residuals: (ResidualOffset | undefined)[];
}

export interface SwathStackOptions extends JobOptions, Pick<Selection, 'bursts' | 'area'> {
  calibration: BackscatterConvention;
  denoise: boolean;
}

/**
 * Opens a swath of all products, matches their bursts with those of the reference and computes the offsets between them from
 * orbits. Bursts at the ends that one of the products lacks are left out, unless they were asked for; of one in between, the
 * pixels of this product are invalid. A StripMap image counts as one burst.
 *
 * @param orbits State vectors of each product; undefined: those of its annotation.
 * @returns Undefined where no burst of the swath intersects the area.
 * @throws SarIoError `GridMismatch` where a product has none of the bursts, or not all that were asked for.
 */
export async function openSwathStack(
  { all, reference }: SlcPasses,
  swath: string,
  orbits: readonly (readonly StateVector[] | undefined)[],
  options: SwathStackOptions,
): Promise<SwathStack | undefined> {
  const acquisitions: SwathAcquisition[] = [];
  for (const [i, product] of all.entries())
    acquisitions.push(await openSwathAcquisition(product, swath, orbits[i], options));
  const { annotation } = acquisitions[reference];
  const stripMap = isStripMap(swath);
  const range = selectBursts(annotation, options);
  const lines = stripMap ? selectLines(annotation, options.area) : undefined;
  if (!range || (stripMap && !lines)) return undefined;
  const selected = Array.from({ length: range[1] - range[0] + 1 }, (_, i) => range[0] + i);
  let common = selected;
  for (const [i, acquisition] of acquisitions.entries()) {
    acquisition.width = annotation.samples;
    if (i === reference) continue;
    const offsets = new Map<number, BurstOffsets>();
    for (const burst of selected) {
      const found = burstOffsets(acquisitions[reference], burst, acquisition);
      if (found) offsets.set(burst, found);
    }
    acquisition.offsets = offsets;
    const missing = selected.filter((burst) => !offsets.has(burst));
    common = common.filter((burst) => offsets.has(burst));
    if (missing.length === 0) continue;
    if (stripMap) {
      const { path } = all[i];
      throw new SarIoError('GridMismatch', `${path} does not overlap ${all[reference].path}`, { path });
    }
    const message = `bursts ${missing.map((burst) => burst + 1).join(', ')} of ${annotation.path} are missing in ${all[i].path}`;
    if (common.length === 0 || options.bursts)
      throw new SarIoError('GridMismatch', message, {
        path: all[i].path,
        hint: 'select bursts that all products contain, or add the neighboring slice',
      });
    options.onWarning?.({ code: 'MissingBursts', message, input: all[i].path });
  }
  const grid = lines
    ? stripMapGrid(annotation, lines)
    : deburst(annotation, common[0], common[common.length - 1]);
  return { swath, annotation, grid, acquisitions, residuals: [] };
}

/** Rows and columns of the patches for amplitude cross-correlation. */
const PATCH = 128;
/** Number of places along the swath where patches are taken. */
const PLACES = 3;
/** No burst has as many lines; a StripMap image is taken to have several places. */
const MOST_LINES_PER_PLACE = 4096;

/**
 * Estimates the residual offset of each acquisition by amplitude cross-correlation with the reference, in patches over the
 * width of the swath, and corrects it where it is significant.
 */
export async function correctResidualOffsets(
  stack: SwathStack,
  { all, reference }: SlcPasses,
  pool: CovariancePool,
  { signal, onProgress, onWarning }: JobOptions & ReadOptions,
): Promise<void> {
  const { swath, grid, acquisitions, annotation } = stack;
  if (acquisitions.length === 1) return;
  const patch = Math.min(PATCH, 2 ** Math.floor(Math.log2(annotation.linesPerBurst / 2)));
  const estimators = acquisitions.map(() => new OffsetEstimator(patch));
  const every = Math.max(1, Math.floor(grid.burstSegments.length / PLACES));
  const places = grid.burstSegments
    .filter((_, i) => i % every === 0)
    .flatMap(({ burst, firstLine, lines }) => {
      const count = Math.min(PLACES, Math.ceil(lines / MOST_LINES_PER_PLACE));
      const part = Math.floor(lines / count);
      return Array.from({ length: count }, (_, k) => ({
        burst,
        firstLine: firstLine + k * part,
        lines: part,
      }));
    });
  const total = places.length * acquisitions.length;
  let done = 0;
  const report = () => onProgress?.({ stage: `co-registering ${swath}`, done, total, unit: 'blocks' });
  for (const { burst, firstLine, lines } of places) {
    const height = Math.min(patch, lines);
    const line = firstLine + Math.floor((lines - height) / 2);
    const read = async (acquisition: SwathAcquisition) => {
      report();
      const rows = await burstRows(acquisition, burst, line, height, pool, { signal });
      done++;
      return rows;
    };
    const first = await read(acquisitions[reference]);
    for (const [i, acquisition] of acquisitions.entries()) {
      if (i !== reference) estimators[i].add(first, await read(acquisition));
    }
  }
  report();
  for (const [i, acquisition] of acquisitions.entries()) {
    const residual = i === reference ? undefined : estimators[i].result();
    stack.residuals.push(residual);
    if (residual && isSignificant(residual))
      acquisition.residualOffset = { lines: residual.lines, samples: residual.samples };
    if (i !== reference && !residual)
      onWarning?.({
        code: 'NoResidualOffset',
        message: `${swath} of ${all[i].path} has too little structure to verify its co-registration`,
        input: all[i].path,
      });
  }
}
