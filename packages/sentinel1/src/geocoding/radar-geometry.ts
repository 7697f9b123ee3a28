import { type GroundRangeParameters, groundRangeTiming } from './ground-range';
import { type BackwardGeolocation, type StateVector, zeroDoppler } from './orbit';
import { type ImageTiming, type Pixel, type SlantRangeParameters, slantRangeTiming } from './slant-range';

/** Relates points on the ground to pixels of an image in radar geometry. */
export interface RadarGeometry extends ImageTiming {
  /** Eight state vectors or more, on the time scale of the image. */
  readonly orbit: readonly StateVector[];
  /** Numbers that `radarGeometry` has made it of, with the orbit; worker threads need them. */
  readonly parameters?: SlantRangeParameters | GroundRangeParameters;
  /** Zero-Doppler and slant range time of a point. */
  geolocate: BackwardGeolocation;
  /**
   * @param longitude Degrees, WGS 84. @param latitude Degrees.
   * @param height Meters above the ellipsoid.
   * @returns Row and column; NaN where the orbit does not reach, and left of the track.
   */
  backwardGeocode(longitude: number, latitude: number, height: number): Pixel;
}

/** The geometry of an image taken from an orbit, with columns equally spaced in slant range or in ground range. */
export function radarGeometry(
  orbit: readonly StateVector[],
  parameters: SlantRangeParameters | GroundRangeParameters,
  geolocate = zeroDoppler(orbit),
): RadarGeometry {
  const timing = 'groundRange' in parameters ? groundRangeTiming(parameters) : slantRangeTiming(parameters);
  return {
    ...timing,
    orbit,
    parameters,
    geolocate,
    backwardGeocode(longitude, latitude, height) {
      const { time, slantRangeTime } = geolocate(longitude, latitude, height);
      return Number.isNaN(time) ? [Number.NaN, Number.NaN] : timing.pixelAt(time, slantRangeTime);
    },
  };
}
