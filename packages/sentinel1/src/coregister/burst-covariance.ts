import { createImage, type Image, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { StateVector } from '../geocoding/orbit';
import { type Annotation, isStripMap } from '../product/annotation';
import { type BackscatterConvention, CalibrationLut, type CalibrationVector } from '../product/calibration';
import { type BurstNoise, noisePower } from '../product/thermal-noise';
import { type BurstOffsets, lineOffset, sampleOffsets } from './burst-offsets';
import { DerampPhase } from './deramp';
import { type ComplexRows, resample } from './resample';
import type { Offset } from './residual-offset';
import type { CovarianceRows } from './row-stream';

/** Lines of one channel, with its calibration and thermal noise. */
export interface ChannelLines {
  /** DN as pairs I, Q: [lines, samples, 2]. */
  pairs: Int16Array;
  calibrationVectors: readonly CalibrationVector[];
  /** Where thermal noise is to be subtracted. */
  noise?: BurstNoise;
}

/** Lines of a burst with all that their covariance depends on: plain data, to be sent to a worker thread. */
export interface BurstLines {
  annotation: Annotation;
  orbit: readonly StateVector[];
  calibration: BackscatterConvention;
  /** Index of the burst in this acquisition, and its first line in `channels`. */
  burst: number;
  firstSourceLine: number;
  /** Co-polarized and cross-polarized, or one. */
  channels: readonly ChannelLines[];
  /** Lines to compute, of the reference's burst. */
  firstLine: number;
  lines: number;
  /** Offsets from the reference; none for the reference itself, which is not resampled. */
  coregistration?: Coregistration;
}

/** Where an acquisition images a burst of the reference. */
export interface Coregistration {
  /** From orbits. */
  offsets: BurstOffsets;
  /** From amplitude cross-correlation; 0 where it is not significant. */
  residualOffset: Offset;
}

/** Line of the secondary burst at a line and a sample of the reference's burst. */
export const secondaryLine = (
  { offsets, residualOffset }: Coregistration,
  line: number,
  sample: number,
): number => line + lineOffset(offsets, line, sample) + residualOffset.lines;

/**
 * Single-look covariance (of one channel, intensity) of lines of a burst on the reference's grid: calibration; for secondary acquisitions deramping,
 * demodulation and resampling; the products of both channels. The phase is not restored after resampling (no reramping):
 * it is common to both channels and cancels in C12.
 */
export function burstCovariance(source: BurstLines): CovarianceRows {
  const { annotation, burst, channels, firstSourceLine, firstLine, lines, coregistration } = source;
  const { linesPerBurst, samples } = annotation;
  const imageLine = burst * linesPerBurst;
  const luts = channels.map(
    ({ calibrationVectors }) => new CalibrationLut(calibrationVectors, source.calibration, 0, samples),
  );
  const noiseOf = (lineOf: (row: number) => number) =>
    calibratedNoise(source, luts, (row) => imageLine + lineOf(row));
  const calibrated = channels.map(({ pairs }, c) => calibrate(pairs, luts[c], source));
  if (!coregistration)
    return covariance(
      calibrated,
      noiseOf((row) => firstLine + row),
    );

  new DerampPhase(annotation, burst, source.orbit).apply(calibrated, firstSourceLine);
  const { offsets, residualOffset } = coregistration;
  const shifts = new Float64Array(samples);
  const samplesOf = (line: number) => {
    sampleOffsets(offsets, line - lineOffset(offsets, line, samples / 2), shifts);
    for (let x = 0; x < samples; x++) shifts[x] += residualOffset.samples;
    return shifts;
  };
  const lineOf = (row: number, sample: number) => secondaryLine(coregistration, firstLine + row, sample);
  const resampled = calibrated.map((channel) => resample(channel, firstSourceLine, lines, samplesOf, lineOf));
  return covariance(
    resampled,
    noiseOf((row) => Math.max(0, Math.min(linesPerBurst - 1, Math.round(lineOf(row, samples / 2))))),
  );
}

/** Calibrated samples S = DN / A of lines of a burst; 0 where invalid, as zeros at the ends of StripMap lines are. */
function calibrate(
  pairs: Int16Array,
  lut: CalibrationLut,
  { annotation, burst, firstSourceLine }: BurstLines,
): ComplexRows {
  const { bursts, linesPerBurst, samples: width } = annotation;
  const { firstValidSample, lastValidSample } = bursts[burst];
  const rows = pairs.length / (2 * width);
  const data = new Float32Array(pairs.length);
  const valid = new Uint8Array(rows * width);
  const scale = new Float64Array(width);
  const stripMap = isStripMap(annotation.swath);
  for (let row = 0; row < rows; row++) {
    const line = firstSourceLine + row;
    let [first, last] = [firstValidSample[line], lastValidSample[line]];
    if (stripMap) {
      const isZero = (x: number) => !(pairs[2 * (row * width + x)] || pairs[2 * (row * width + x) + 1]);
      while (first <= last && isZero(first)) first++;
      while (first <= last && isZero(last)) last--;
    }
    if (!(first >= 0)) continue;
    lut.interpolate(burst * linesPerBurst + line, scale);
    for (let x = first; x <= last; x++) {
      const i = row * width + x;
      data[2 * i] = pairs[2 * i] / scale[x];
      data[2 * i + 1] = pairs[2 * i + 1] / scale[x];
      valid[i] = 1;
    }
  }
  return { rows, width, data, valid };
}

/**
 * Noise power N / A² in each channel, [channels, lines, samples]; undefined where none is to be subtracted.
 *
 * @param lineOf Line of the measurement image that a row comes from.
 */
function calibratedNoise(
  { annotation, channels, lines }: BurstLines,
  luts: readonly CalibrationLut[],
  lineOf: (row: number) => number,
): Image | undefined {
  if (!channels.every(({ noise }) => noise)) return undefined;
  const image = createImage(channels.length, lines, annotation.samples);
  for (const [c, plane] of planes(image).entries()) {
    for (let row = 0; row < lines; row++) {
      const line = lineOf(row);
      const scale = luts[c].interpolate(line);
      const power = noisePower(channels[c].noise!, line);
      plane.set(
        power.map((value, x) => value / scale[x] ** 2),
        row * annotation.samples,
      );
    }
  }
  return image;
}

/** Single-look covariance of two channels, valid where both are; of one the intensity. */
function covariance([first, second]: readonly ComplexRows[], noise: Image | undefined): CovarianceRows {
  const { rows, width } = first;
  if (!second) {
    const image = createImage(1, rows, width);
    for (let i = 0; i < rows * width; i++)
      image.data[i] = first.data[2 * i] ** 2 + first.data[2 * i + 1] ** 2;
    return { image, mask: ndarray(first.valid, [rows, width]), ...(noise && { noise }) };
  }
  const image = createImage(4, rows, width);
  const [c11, c22, re, im] = planes(image);
  const mask = ndarray(new Uint8Array(rows * width), [rows, width]);
  const [a, b] = [first.data, second.data];
  for (let i = 0; i < rows * width; i++) {
    if (!first.valid[i] || !second.valid[i]) continue;
    mask.data[i] = 1;
    const [ar, ai, br, bi] = [a[2 * i], a[2 * i + 1], b[2 * i], b[2 * i + 1]];
    c11[i] = ar * ar + ai * ai;
    c22[i] = br * br + bi * bi;
    re[i] = ar * br + ai * bi;
    im[i] = ai * br - ar * bi;
  }
  return { image, mask, ...(noise && { noise }) };
}
