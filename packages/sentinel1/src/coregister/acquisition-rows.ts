import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import type { ReadOptions } from '@mtpi/sar-io';
import { checkOrbit, type StateVector } from '../geocoding/orbit';
import { type Annotation, isStripMap } from '../product/annotation';
import type { BackscatterConvention, Calibration } from '../product/calibration';
import type { Measurement } from '../product/measurement';
import type { ThermalNoise } from '../product/thermal-noise';
import { type BurstLines, type ChannelLines, secondaryLine } from './burst-covariance';
import type { BurstOffsets } from './burst-offsets';
import type { CovariancePool } from './covariance-worker';
import { joinAnnotations, type SliceBursts } from './join-annotations';
import type { Offset } from './residual-offset';
import { type CovarianceRows, invalidRows, ofWidth } from './row-stream';
import type { SlcPass } from './slc-passes';
import type { SwathGrid } from './stack-grid';

/** Lines per task of a worker thread: little memory, and few lines read twice by neighboring tasks. */
const LINES_PER_TASK = 256;

/** Lines that the resampling kernel reaches to each side. */
const REACH = 6;

/** One polarization of a swath. */
interface Channel {
  measurement: Measurement;
  calibration: Calibration;
  /** Where thermal noise is to be subtracted. */
  noise?: ThermalNoise;
}

/** A slice of a swath: its bursts from `firstBurst` on are bursts `start` … of the acquisition. */
interface SwathSlice extends SliceBursts {
  /** Annotation of the co-polarized channel; times, valid samples and Doppler are the same in both. */
  annotation: Annotation;
  /** Co-polarized and cross-polarized, or one. */
  channels: readonly Channel[];
}

/** One acquisition of a swath, to be brought onto the reference's grid. */
export interface SwathAcquisition {
  /** Of all slices together. */
  annotation: Annotation;
  orbit: readonly StateVector[];
  calibration: BackscatterConvention;
  /** By time. */
  slices: readonly SwathSlice[];
  /** Samples of a line of the reference. */
  width: number;
  /** By burst of the reference; none for the reference itself. */
  offsets?: ReadonlyMap<number, BurstOffsets>;
  /** Residual offset to correct. */
  residualOffset: Offset;
}

/** Opens the measurements and tables of one swath of an acquisition. */
export async function openSwathAcquisition(
  { slices: products, polarizations }: SlcPass,
  swath: string,
  orbit: readonly StateVector[] | undefined,
  { calibration, denoise, signal }: ReadOptions & { calibration: BackscatterConvention; denoise: boolean },
): Promise<SwathAcquisition> {
  const annotations: Annotation[] = [];
  for (const product of products) annotations.push(await product.annotation(swath, polarizations[0]));
  const { annotation, bursts } = joinAnnotations(annotations);
  const stateVectors = orbit ?? annotation.orbit;
  checkOrbit(stateVectors, annotation.path);
  const slices: SwathSlice[] = [];
  for (const [i, product] of products.entries()) {
    const channels: Channel[] = [];
    for (const polarization of polarizations) {
      channels.push({
        measurement: await product.measurement(swath, polarization, signal),
        calibration: await product.calibration(swath, polarization),
        ...(denoise && { noise: await product.noise(swath, polarization) }),
      });
    }
    slices.push({ annotation: annotations[i], channels, ...bursts[i] });
  }
  return {
    annotation,
    orbit: stateVectors,
    calibration,
    slices,
    width: annotation.samples,
    residualOffset: { lines: 0, samples: 0 },
  };
}

/**
 * The covariance of an acquisition on the reference's grid, debursted: each burst contributes its segment.
 *
 * @param ahead Tasks in progress while the consumer processes rows.
 */
export async function* debursted(
  acquisition: SwathAcquisition,
  grid: SwathGrid,
  pool: CovariancePool,
  ahead: number,
  options: ReadOptions,
): AsyncGenerator<CovarianceRows> {
  const running: Promise<CovarianceRows>[] = [];
  for (const { burst, firstLine, lines } of grid.burstSegments) {
    for (let line = firstLine; line < firstLine + lines; line += LINES_PER_TASK) {
      options.signal?.throwIfAborted();
      const count = Math.min(LINES_PER_TASK, firstLine + lines - line);
      const next = burstRows(acquisition, burst, line, count, pool, options);
      next.catch(() => {}); // A rejection is handled by the consumer.
      running.push(next);
      if (running.length > ahead) yield await running.shift()!;
    }
  }
  yield* running;
}

/** The covariance of lines of one of the reference's bursts; invalid where the acquisition lacks the burst. */
export async function burstRows(
  acquisition: SwathAcquisition,
  burst: number,
  firstLine: number,
  lines: number,
  pool: CovariancePool,
  options: ReadOptions,
): Promise<CovarianceRows> {
  const source = await readBurstLines(acquisition, burst, firstLine, lines, options);
  const { slices, width } = acquisition;
  if (source) return ofWidth(await pool.run(source), width);
  const [{ channels }] = slices;
  const noiseBands = channels.filter(({ noise }) => noise).length;
  const bands = channels.length === 1 ? 1 : COVARIANCE_BANDS.length;
  return invalidRows(bands, lines, width, noiseBands);
}

/** The lines that contribute to lines of one of the reference's bursts; undefined if there are none. */
async function readBurstLines(
  acquisition: SwathAcquisition,
  burst: number,
  firstLine: number,
  lines: number,
  options: ReadOptions,
): Promise<BurstLines | undefined> {
  const { orbit, calibration, residualOffset } = acquisition;
  const offsets = acquisition.offsets?.get(burst);
  if (acquisition.offsets && !offsets) return undefined;
  const ownBurst = offsets?.secondaryBurst ?? burst;
  const slice = acquisition.slices.findLast(({ start }) => start <= ownBurst)!;
  const { annotation } = slice;
  const sliceBurst = slice.firstBurst + ownBurst - slice.start;
  const common = { annotation, orbit, calibration, burst: sliceBurst, firstLine, lines };
  if (!offsets) {
    const channels = await readChannels(slice, sliceBurst, firstLine, lines, options);
    return { ...common, firstSourceLine: firstLine, channels };
  }
  const coregistration = { offsets, residualOffset };
  const corners = [firstLine, firstLine + lines - 1].flatMap((line) =>
    [0, annotation.samples].map((sample) => secondaryLine(coregistration, line, sample)),
  );
  const top = Math.max(0, Math.floor(Math.min(...corners)) - REACH);
  const bottom = Math.min(annotation.linesPerBurst, Math.ceil(Math.max(...corners)) + REACH + 1);
  if (bottom <= top) return undefined;
  const channels = await readChannels(slice, sliceBurst, top, bottom - top, options);
  return { ...common, firstSourceLine: top, channels, coregistration };
}

/** Lines beyond the bursts of a slice, which may be a few lines shorter than those of others, are read as zeros. */
async function readChannels(
  { annotation, channels }: SwathSlice,
  burst: number,
  firstLine: number,
  lines: number,
  { signal }: ReadOptions,
): Promise<ChannelLines[]> {
  const { bursts, samples, swath, linesPerBurst, azimuthTimeInterval } = annotation;
  const inside = Math.max(0, Math.min(lines, linesPerBurst - firstLine));
  const middle = bursts[burst].time + (firstLine + lines / 2) * azimuthTimeInterval;
  const read: ChannelLines[] = [];
  for (const { measurement, calibration, noise } of channels) {
    const found =
      inside > 0
        ? await measurement.readBurst(burst, { firstLine, lines: inside, signal })
        : new Int16Array();
    const pairs = inside === lines ? found : new Int16Array(2 * lines * samples);
    if (pairs !== found) pairs.set(found);
    read.push({
      pairs,
      calibrationVectors: calibration.vectors,
      ...(noise && {
        noise: isStripMap(swath) ? noise.atTime(middle, 0, samples) : noise.burst(bursts[burst], 0, samples),
      }),
    });
  }
  return read;
}
