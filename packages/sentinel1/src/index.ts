/**
 * Sentinel-1 SAFE products: annotation, calibration, noise, orbits, co-registration and geocoding.
 *
 * @module
 */

export { type Area, boxArea, readArea } from './coregister/area';
export { type CoregisterOptions, coregisterStack } from './coregister/coregister-stack';
export type { StackMapOptions } from './coregister/map-rows';
export type { StackDescription } from './coregister/stack-description';
export { bistaticReferenceSlantRangeTime } from './coregister/stack-geometry';
export type { StackFormat } from './coregister/write-acquisition';
export { stateAt, zeroDoppler } from './coregister/zero-doppler';
export {
  analyticElevation,
  constantElevation,
  demHeights,
  type ElevationModel,
  radarHeights,
} from './geocoding/elevation-model';
export {
  type GeocodeOptions,
  geocode,
  type RadarGeometry,
  type RadarImage,
  type RasterRows,
} from './geocoding/geocode';
export { type BackwardGeolocation, type RadarTiming, radarGeometry } from './geocoding/radar-timing';
export type {
  Annotation,
  Burst,
  GeolocationGridPoint,
  RangePolynomial,
  StateVector,
} from './product/annotation';
export type { BackscatterConvention, Calibration, CalibrationLut } from './product/calibration';
export { type BurstWindow, type Measurement, splitComplex } from './product/measurement';
export type { Noise, NoiseRows } from './product/noise';
export { isSafe, openSafe, type SafeProduct } from './product/open-safe';
export {
  findOrbit,
  type OrbitFile,
  type OrbitRequest,
  type OrbitType,
  parseOrbitFile,
} from './product/orbit-file';
export { parseAnnotation } from './product/parse-annotation';
export { nearestPolynomial, rangePolynomialAt } from './product/range-polynomial';
