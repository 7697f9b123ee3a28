import { interpolateState, SPEED_OF_LIGHT, type StateVector } from '../geocoding/orbit';
import type { Annotation } from '../product/annotation';
import { nearestPolynomial, rangePolynomialAt } from '../product/range-polynomial';
import type { ComplexRows } from './resample';

/** Lines after which the recurrence restarts, to limit rounding errors. */
const RESTART = 64;

/**
 * The deramping and demodulation phase of a TOPS burst: for each sample a quadratic polynomial of the line. Of StripMap, whose
 * beam is not steered, demodulation alone.
 */
export class DerampPhase {
  /** φ(η) = a·η² + b·η + c, with η in lines from the center of the burst. */
  private readonly square: Float64Array;
  private readonly linear: Float64Array;
  private readonly constant: Float64Array;
  private readonly middle: number;

  /**
   * φ = −π·k_t·(η − η_ref)² − 2π·f_dc·η, with FM rate and Doppler centroid nearest in time. ESA's
   * COPE-GSEG-EOPG-TN-14-0025 demodulates with η − η_ref instead of η: a phase 2π·f_dc·η_ref that is the same in all lines and
   * both channels, so that it cancels in powers and C12. From sample to sample it changes by less than a thousandth of a radian,
   * which does not matter to resampling.
   */
  constructor(annotation: Annotation, burst: number, orbit: readonly StateVector[]) {
    const { azimuthTimeInterval: dt, linesPerBurst, samples } = annotation;
    this.middle = (linesPerBurst - 1) / 2;
    const time = annotation.bursts[burst].time + this.middle * dt;
    const speed = Math.hypot(...interpolateState(orbit, time).velocity);
    const steering =
      (2 * speed * annotation.radarFrequency * annotation.azimuthSteeringRate * Math.PI) /
      180 /
      SPEED_OF_LIGHT;
    const [rate, centroid] = [annotation.azimuthFmRates, annotation.dopplerCentroids].map((polynomials) =>
      nearestPolynomial(polynomials, time),
    );
    const delay = (x: number) => annotation.slantRangeTime + x / annotation.rangeSamplingRate;
    const crossing = (x: number) =>
      -rangePolynomialAt(centroid, delay(x)) / rangePolynomialAt(rate, delay(x));
    const reference = crossing(samples / 2);
    this.square = new Float64Array(samples);
    this.linear = new Float64Array(samples);
    this.constant = new Float64Array(samples);
    for (let x = 0; x < samples; x++) {
      const [ka, fdc] = [rangePolynomialAt(rate, delay(x)), rangePolynomialAt(centroid, delay(x))];
      const kt = (ka * steering) / (ka - steering);
      const offset = crossing(x) - reference;
      this.square[x] = -Math.PI * kt * dt * dt;
      this.linear[x] = 2 * Math.PI * dt * (kt * offset - fdc);
      this.constant[x] = -Math.PI * kt * offset * offset;
    }
  }

  /**
   * Deramps and demodulates lines of the burst in place: multiplies by exp(jφ).
   *
   * @param channels Channels of the same lines, starting at `firstLine`.
   */
  apply(channels: readonly ComplexRows[], firstLine: number): void {
    const { square, linear, constant } = this;
    const [{ rows, width }] = channels;
    const [re, im, stepRe, stepIm, turnRe, turnIm] = Array.from({ length: 6 }, () => new Float64Array(width));
    for (let x = 0; x < width; x++) {
      turnRe[x] = Math.cos(2 * square[x]);
      turnIm[x] = Math.sin(2 * square[x]);
    }
    for (let row = 0; row < rows; row++) {
      if (row % RESTART === 0) {
        const eta = firstLine + row - this.middle;
        for (let x = 0; x < width; x++) {
          const phase = (square[x] * eta + linear[x]) * eta + constant[x];
          const step = square[x] * (2 * eta + 1) + linear[x];
          re[x] = Math.cos(phase);
          im[x] = Math.sin(phase);
          stepRe[x] = Math.cos(step);
          stepIm[x] = Math.sin(step);
        }
      }
      for (const { data } of channels) {
        for (let x = 0, i = 2 * row * width; x < width; x++, i += 2) {
          const [a, b] = [data[i], data[i + 1]];
          data[i] = a * re[x] - b * im[x];
          data[i + 1] = a * im[x] + b * re[x];
        }
      }
      for (let x = 0; x < width; x++) {
        const a = re[x];
        re[x] = a * stepRe[x] - im[x] * stepIm[x];
        im[x] = a * stepIm[x] + im[x] * stepRe[x];
        const b = stepRe[x];
        stepRe[x] = b * turnRe[x] - stepIm[x] * turnIm[x];
        stepIm[x] = b * turnIm[x] + stepIm[x] * turnRe[x];
      }
    }
  }
}
