import { SPEED_OF_LIGHT } from './orbit';

/** A row and a column; pixel centers have whole numbers. */
export type Pixel = readonly [row: number, column: number];

/** How rows and columns of an image relate to zero-Doppler and slant range time, in seconds. */
export interface ImageTiming {
  pixelAt(time: number, slantRangeTime: number): Pixel;
  timesAt(row: number, column: number): readonly [time: number, slantRangeTime: number];
}

/** Azimuth and slant range times of the rows and columns of an image, in seconds. */
export interface SlantRangeParameters {
  /** Azimuth time of the first row, and the interval between rows. */
  firstLineTime: number;
  azimuthTimeInterval: number;
  /** Two-way slant range time of the first column. */
  slantRangeTime: number;
  /** Columns per second (Hz). */
  rangeSamplingRate: number;
  /**
   * Slant range time at which the annotated line times are zero-Doppler times, for processors that correct the bistatic
   * delay for one range only. At another range the zero-Doppler time of a line is later by half the difference in slant
   * range time. Default: no such correction.
   */
  bistaticReference?: number;
}

/** The timing of an image with rows equally spaced in azimuth time and columns equally spaced in slant range. */
export function slantRangeTiming(parameters: SlantRangeParameters): ImageTiming {
  const { firstLineTime, azimuthTimeInterval, slantRangeTime, rangeSamplingRate } = parameters;
  const delayAt = bistaticDelay(parameters.bistaticReference);
  return {
    pixelAt: (time, range) => [
      (time - delayAt(range) - firstLineTime) / azimuthTimeInterval,
      (range - slantRangeTime) * rangeSamplingRate,
    ],
    timesAt(row, column) {
      const range = slantRangeTime + column / rangeSamplingRate;
      return [firstLineTime + row * azimuthTimeInterval + delayAt(range), range];
    },
  };
}

/** Zero-Doppler time less line time by slant range time, in seconds. */
export const bistaticDelay =
  (reference: number | undefined) =>
  (slantRangeTime: number): number =>
    reference === undefined ? 0 : (slantRangeTime - reference) / 2;

/** Slant range (m) of a two-way time (s). */
export const toSlantRange = (slantRangeTime: number) => (slantRangeTime * SPEED_OF_LIGHT) / 2;
