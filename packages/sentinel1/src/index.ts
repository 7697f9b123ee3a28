/**
 * Sentinel-1 SAFE products: annotation, calibration, noise, orbits, co-registration and geocoding.
 *
 * @module
 */

export { type Area, boxArea, readArea } from './coregister/area';
export type { StackMapOptions } from './coregister/map-rows';
export { type PrepareOptions, prepareStack } from './coregister/prepare-stack';
export type { StackDescription } from './coregister/stack-description';
export { bistaticReference } from './coregister/stack-geometry';
export type { StackFormat } from './coregister/write-date';
export { stateAt, zeroDoppler } from './coregister/zero-doppler';
export {
  type GeocodeOptions,
  geocode,
  type MapRows,
  type RadarGeometry,
  type RadarImage,
} from './geocoding/geocode';
export { constantHeight, demHeights, type Heights, radarHeights, surfaceHeights } from './geocoding/heights';
export { type RadarTiming, radarGeometry, type ZeroDoppler } from './geocoding/radar-timing';
export type {
  Annotation,
  Burst,
  GridPoint,
  RangePolynomial,
  StateVector,
} from './product/annotation';
export type { Calibration, CalibrationKind, CalibrationRows } from './product/calibration';
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
