import type { MaskedImage } from '@mtpi/sar-io';
import type { Annotation, StateVector } from '../product/annotation';
import { type BackscatterConvention, CalibrationLut, type CalibrationVector } from '../product/calibration';
import { NoiseRows, type NoiseTable } from '../product/noise';
import { type Alignment, linesAt, samplesAlong } from './alignment';
import { calibrate } from './calibrate';
import { covarianceRows } from './covariance-rows';
import { DerampPhase } from './deramp';
import { resample } from './resample';

/** A constant that alignments are corrected by. */
export interface Offset {
  lines: number;
  samples: number;
}

/** Lines of one channel as its product has them, and its tables. */
export interface ChannelRows {
  /** [lines, samples, 2] */
  pairs: Int16Array;
  calibrationLut: readonly CalibrationVector[];
  /** Where noise is to be subtracted. */
  noise?: NoiseTable;
}

/** Lines of a date's burst and what makes covariances of them: plain data, as threads take it. */
export interface Block {
  annotation: Annotation;
  orbit: readonly StateVector[];
  calibration: BackscatterConvention;
  /** Index of the date's burst, and its first line among the channels'. */
  burst: number;
  top: number;
  channels: readonly ChannelRows[];
  /** The lines wanted, of the reference's burst. */
  firstLine: number;
  lines: number;
  /** None for the reference itself: its lines are those of the channels. */
  placement?: { alignment: Alignment; correction: Offset };
}

/** Line of a date's burst at a line and a sample of the reference's. */
export const secondaryLine = (
  { alignment, correction }: NonNullable<Block['placement']>,
  line: number,
  sample: number,
): number => line + linesAt(alignment, line, sample) + correction.lines;

/** Calibrates lines, lays them on the reference's and makes their covariance; two bands of noise may follow. */
export function covarianceBlock(block: Block): MaskedImage {
  const { annotation, burst, top, channels, firstLine, lines, placement } = block;
  const { bursts, linesPerBurst, samples } = annotation;
  const { firstValidSample, lastValidSample } = bursts[burst];
  const stacked = burst * linesPerBurst;
  const tables = channels.map(
    ({ calibrationLut }) => new CalibrationLut(calibrationLut, block.calibration, 0, samples),
  );
  const calibrated = channels.map(({ pairs }, c) => {
    const end = top + pairs.length / (2 * samples);
    const valid = [firstValidSample, lastValidSample].map((list) => list.subarray(top, end));
    return calibrate(pairs, tables[c], stacked + top, valid[0], valid[1]);
  });
  /** N / A² of a line in each channel. */
  const noiseAt = (line: number) =>
    channels.flatMap(({ noise }, c) => {
      if (!noise) return [];
      const scale = tables[c].at(stacked + line);
      const powers = new NoiseRows(noise.range, noise.azimuth).at(stacked + line);
      return [powers.map((power, x) => power / scale[x] ** 2)];
    });
  if (!placement) return covarianceRows(calibrated, (row) => noiseAt(firstLine + row));
  const { alignment, correction } = placement;
  new DerampPhase(annotation, burst, block.orbit).remove(calibrated, top);
  const shifts = new Float64Array(samples);
  const samplesOf = (line: number) => {
    samplesAlong(alignment, line - linesAt(alignment, line, samples / 2), shifts);
    for (let x = 0; x < samples; x++) shifts[x] += correction.samples;
    return shifts;
  };
  const resampled = calibrated.map((channel) =>
    resample(channel, top, lines, samplesOf, (row, sample) =>
      secondaryLine(placement, firstLine + row, sample),
    ),
  );
  return covarianceRows(resampled, (row) => {
    const line = Math.round(secondaryLine(placement, firstLine + row, samples / 2));
    return noiseAt(Math.max(0, Math.min(linesPerBurst - 1, line)));
  });
}
