import { SPEED_OF_LIGHT } from './orbit';
import { bistaticDelay, type ImageTiming, toSlantRange } from './slant-range';

/** Polynomial from ground range to slant range at one time of an image in ground range. */
export interface GroundRangeRecord {
  /** Azimuth time (s). */
  time: number;
  /** Ground range (m) that `groundToSlant` counts from. */
  groundRangeOrigin: number;
  /** Slant range (m) = Σ gₖ (G − groundRangeOrigin)ᵏ. */
  groundToSlant: ArrayLike<number>;
}

/** Newton's method stops below this step (m). */
const CLOSE_ENOUGH = 1e-4;
const ITERATIONS = 20;

/**
 * Conversion between slant and ground range at a time: coefficients are interpolated linearly between the two records around
 * it, those of the first or last record hold beyond. Ground range is found by inverting `groundToSlant`: the annotated
 * inverse polynomials are less accurate, of processors before 2.9 by up to 40 m.
 *
 * @param records Two or more, in chronological order.
 */
export function groundRangeAt(
  records: readonly GroundRangeRecord[],
  time: number,
): { slantRange(groundRange: number): number; groundRange(slantRange: number): number } {
  let index = records.length - 2;
  while (index > 0 && records[index].time > time) index--;
  const [a, b] = [records[index], records[index + 1]];
  const share = Math.max(0, Math.min(1, (time - a.time) / (b.time - a.time)));
  const origin = (1 - share) * a.groundRangeOrigin + share * b.groundRangeOrigin;
  const [first, second] = [a.groundToSlant, b.groundToSlant];
  const coefficients: number[] = [];
  for (let k = 0; k < Math.max(first.length, second.length); k++)
    coefficients.push((1 - share) * (first[k] ?? 0) + share * (second[k] ?? 0));
  return {
    slantRange: (groundRange) => evaluatePolynomial(coefficients, groundRange - origin),
    groundRange(slantRange) {
      let x = (slantRange - coefficients[0]) / coefficients[1];
      for (let i = 0; i < ITERATIONS; i++) {
        let [value, slope] = [0, 0];
        for (let k = coefficients.length - 1; k >= 0; k--) {
          slope = slope * x + value;
          value = value * x + coefficients[k];
        }
        const step = (value - slantRange) / slope;
        x -= step;
        if (Math.abs(step) < CLOSE_ENOUGH) return origin + x;
      }
      return Number.NaN;
    },
  };
}

/** Azimuth times of the rows and ground ranges of the columns of an image. */
export interface GroundRangeParameters {
  /** Azimuth time (s) of the first row, and the interval between rows. */
  firstLineTime: number;
  azimuthTimeInterval: number;
  /** Ground range between columns (m). */
  rangePixelSpacing: number;
  groundRange: readonly GroundRangeRecord[];
  /** Seconds to add to the times of the records. Default 0. */
  recordShift?: number;
  /** As in `SlantRangeParameters`. */
  bistaticReference?: number;
}

/** The timing of an image with rows equally spaced in azimuth time and columns equally spaced in ground range. */
export function groundRangeTiming(parameters: GroundRangeParameters): ImageTiming {
  const { firstLineTime, azimuthTimeInterval, rangePixelSpacing, recordShift = 0 } = parameters;
  const records = parameters.groundRange.map((record) => ({ ...record, time: record.time + recordShift }));
  const delayAt = bistaticDelay(parameters.bistaticReference);
  return {
    pixelAt(time, slantRangeTime) {
      const lineTime = time - delayAt(slantRangeTime);
      const range = groundRangeAt(records, lineTime).groundRange(toSlantRange(slantRangeTime));
      return [(lineTime - firstLineTime) / azimuthTimeInterval, range / rangePixelSpacing];
    },
    timesAt(row, column) {
      const lineTime = firstLineTime + row * azimuthTimeInterval;
      const slantRange = groundRangeAt(records, lineTime).slantRange(column * rangePixelSpacing);
      const slantRangeTime = (2 * slantRange) / SPEED_OF_LIGHT;
      return [lineTime + delayAt(slantRangeTime), slantRangeTime];
    },
  };
}

/** Σ cₖ xᵏ by Horner's scheme. */
export function evaluatePolynomial(coefficients: ArrayLike<number>, x: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * x + coefficients[k];
  return sum;
}
