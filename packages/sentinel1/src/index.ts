/**
 * Sentinel-1 SAFE products: annotation, calibration, thermal noise, orbits, co-registration and geocoding.
 *
 * @module
 */

export type { JobOptions, Progress, Warning } from '@mtpi/jobs';
export { type CoregisterOptions, coregisterStack } from './coregister/coregister';
export {
  isSignificant,
  type Offset,
  OffsetEstimator,
  type ResidualOffset,
} from './coregister/residual-offset';
export type { Selection } from './coregister/selection';
export type { StackFormat } from './coregister/write-acquisition';
export type { RasterReader } from './geocoding/bilinear';
export { type Dem, type DemOptions, openDem } from './geocoding/dem';
export {
  analyticElevation,
  constantElevation,
  demElevation,
  type ElevationModel,
  radarElevation,
} from './geocoding/elevation-model';
export { type GroundRangeParameters, type GroundRangeRecord, groundRangeAt } from './geocoding/ground-range';
export type { StackMapOptions } from './geocoding/map-options';
export { type BackwardGeolocation, type StateVector, stateAt, zeroDoppler } from './geocoding/orbit';
export { type RadarGeometry, radarGeometry } from './geocoding/radar-geometry';
export type { ImageTiming, Pixel, SlantRangeParameters } from './geocoding/slant-range';
export {
  type RadarImage,
  type RasterRows,
  TERRAIN_LAYERS,
  type TerrainCorrectionOptions,
  type TerrainOptions,
  terrainCorrect,
  terrainLayers,
} from './geocoding/terrain-correction';
export type { Vector } from './geocoding/vector';
export type { Annotation, Burst, GeolocationGridPoint } from './product/annotation';
export {
  BACKSCATTER_CONVENTIONS,
  type BackscatterConvention,
  type Calibration,
  type CalibrationLut,
} from './product/calibration';
export { bistaticReferenceSlantRangeTime } from './product/geolocation-grid';
export type { GrdAnnotation, SwathBounds } from './product/grd-annotation';
export { type GrdBackscatterOptions, grdBackscatter } from './product/grd-backscatter';
export type { GrdBorder } from './product/grd-border';
export { type GrdGeometryOptions, grdGeometry } from './product/grd-geometry';
export type { GrdNoise } from './product/grd-noise';
export type { GrdProduct } from './product/grd-product';
export type { GrdSpeckle } from './product/grd-speckle';
export type { Manifest } from './product/manifest';
export type { BurstWindow, Measurement } from './product/measurement';
export {
  isSafe,
  type OpenSafeOptions,
  openGrd,
  openSafe,
  openSlc,
  type SafeProduct,
} from './product/open-safe';
export { findOrbit, type OrbitFile, type OrbitRequest, type OrbitType } from './product/orbit-file';
export { type RangePolynomial, rangePolynomialAt } from './product/range-polynomial';
export type { SlcProduct } from './product/slc-product';
export { type BurstNoise, noisePower, type ThermalNoise } from './product/thermal-noise';
export { type Area, areaLines, densifyLine, readArea } from './stack/area';
export {
  type AcquisitionDescription,
  STACK_FILE,
  type StackDescription,
  type SwathDescription,
  type SwathOffsets,
} from './stack/stack-description';
export {
  type TerrainStackOptions,
  terrainCorrectStack,
} from './terrain-stack/terrain-correct-stack';
