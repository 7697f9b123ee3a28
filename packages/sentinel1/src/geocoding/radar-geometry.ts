import type { BackwardGeolocation } from './orbit';

/** Relates points on the ground to pixels of an image in radar geometry. */
export interface RadarGeometry {
  /**
   * @param longitude Degrees, WGS 84. @param latitude Degrees.
   * @param height Meters above the ellipsoid.
   * @returns Row and column; pixel centers have whole numbers. NaN where the orbit does not reach.
   */
  backwardGeocode(
    longitude: number,
    latitude: number,
    height: number,
  ): readonly [row: number, column: number];
}

/** Azimuth and slant range times of the rows and columns of an image, in seconds. */
export interface RadarTiming {
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

/** The geometry of an image with rows equally spaced in azimuth time and columns equally spaced in slant range. */
export function radarGeometry(geolocate: BackwardGeolocation, timing: RadarTiming): RadarGeometry {
  const { firstLineTime, azimuthTimeInterval, slantRangeTime, rangeSamplingRate, bistaticReference } = timing;
  return {
    backwardGeocode(longitude, latitude, height) {
      const point = geolocate(longitude, latitude, height);
      const delay = bistaticReference === undefined ? 0 : (point.slantRangeTime - bistaticReference) / 2;
      return [
        (point.time - delay - firstLineTime) / azimuthTimeInterval,
        (point.slantRangeTime - slantRangeTime) * rangeSamplingRate,
      ];
    },
  };
}
