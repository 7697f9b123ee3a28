import type { RadarGeometry } from './geocode';

/** Which times the rows and columns of an image stand for, all in seconds. */
export interface RadarTiming {
  /** Of the first row, and from row to row. */
  firstLineTime: number;
  azimuthTimeInterval: number;
  /** Two-way slant range time of the first column. */
  slantRangeTime: number;
  /** Columns per second, in Hz. */
  rangeSamplingRate: number;
  /**
   * Slant range time at which the times of Sentinel-1's rows are exact: that of the middle of IW2. Elsewhere a row's
   * zero-Doppler time is later by half the difference, up to 0.13 rows. Default: no such correction.
   */
  bistaticReference?: number;
}

/**
 * When, in zero-Doppler time, and at which two-way slant range time a point is seen; NaN where the orbit does not reach.
 * Longitude and latitude in degrees, height in metres above the ellipsoid.
 */
export type BackwardGeolocation = (
  longitude: number,
  latitude: number,
  height: number,
) => { time: number; slantRangeTime: number };

/** The geometry of an image whose rows are equally spaced in time, such as a debursted swath. */
export function radarGeometry(locate: BackwardGeolocation, timing: RadarTiming): RadarGeometry {
  const { firstLineTime, azimuthTimeInterval, slantRangeTime, rangeSamplingRate, bistaticReference } = timing;
  return {
    toRadar(longitude, latitude, height) {
      const seen = locate(longitude, latitude, height);
      const delay = bistaticReference === undefined ? 0 : (seen.slantRangeTime - bistaticReference) / 2;
      return [
        (seen.time - delay - firstLineTime) / azimuthTimeInterval,
        (seen.slantRangeTime - slantRangeTime) * rangeSamplingRate,
      ];
    },
  };
}
