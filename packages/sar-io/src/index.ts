/**
 * Radar rasters read and written window by window.
 *
 * @module
 */
export { type Acquisition, type AcquisitionOptions, openAcquisition } from './acquisition/acquisition';
export type { Scale } from './acquisition/scale';
export { acquisitionsIn } from './acquisition/stack-folder';
export { acquisitionDate } from './acquisition-date';
export {
  type CompleteRegion,
  completeRegions,
  type Dataset,
  type DatasetAcquisition,
  type DatasetOptions,
  type OpenedAcquisition,
  openDataset,
  type Region,
} from './dataset/dataset';
export { patchWindows } from './dataset/patches';
export { type SplitOptions, splitRegions } from './dataset/split';
export { openDimap, type SnapOptions } from './dimap/open';
export { openEnvi } from './envi/open';
export { isSarIoError, SarIoError, type SarIoErrorCode } from './errors';
export { footprint } from './footprint';
export {
  type GeocodeOptions,
  geocode,
  type MapRows,
  type RadarGeometry,
  type RadarImage,
} from './geocoding/geocode';
export { constantHeight, demHeights, type Heights, radarHeights, surfaceHeights } from './geocoding/heights';
export { type LonLat, type MapGrid, type MapGridOptions, mapGrid, utmZone } from './geocoding/map-grid';
export { type RadarTiming, radarGeometry, type ZeroDoppler } from './geocoding/radar-timing';
export {
  assertSameGrid,
  type Crs,
  crsOf,
  type Gcp,
  type GeoKeys,
  type Georeference,
  type Transform,
} from './georeference';
export { createGeoTiff, type GeoTiffOptions } from './geotiff/create';
export { openGeoTiff } from './geotiff/open';
export { createNpy, type NpyOptions, readNpy } from './npy';
export { openRaster } from './open-raster';
export { Overview, readOverview } from './overview';
export { encodePng, writePng } from './png';
export { type Polarization, polarizationOf } from './polarization';
export { createPolsarpro, type PolsarproOptions } from './polsarpro/create';
export { openPolsarpro } from './polsarpro/open';
export { type Area, boxArea, readArea } from './prepare/area';
export type { StackMapOptions } from './prepare/map-rows';
export { type PrepareOptions, prepareStack } from './prepare/prepare-stack';
export type { StackDescription } from './prepare/stack-description';
export { bistaticReference } from './prepare/stack-geometry';
export type { StackFormat } from './prepare/write-date';
export { stateAt, zeroDoppler } from './prepare/zero-doppler';
export {
  type CompositeRanges,
  compositeRanges,
  type DecibelRange,
  decibelRange,
  toCompositeImage,
  toDecibelImage,
} from './quicklook';
export type { BandInfo, DataType, MaskedImage, RasterSink, RasterSource, ReadOptions } from './raster';
export type {
  Annotation,
  Burst,
  GridPoint,
  RangePolynomial,
  StateVector,
} from './sentinel1/annotation';
export type { Calibration, CalibrationKind, CalibrationRows } from './sentinel1/calibration';
export { type BurstWindow, type Measurement, splitComplex } from './sentinel1/measurement';
export type { Noise, NoiseRows } from './sentinel1/noise';
export { isSafe, openSafe, type SafeProduct } from './sentinel1/open-safe';
export {
  findOrbit,
  type OrbitFile,
  type OrbitRequest,
  type OrbitType,
  parseOrbitFile,
} from './sentinel1/orbit-file';
export { parseAnnotation } from './sentinel1/parse-annotation';
export { nearestPolynomial, rangePolynomialAt } from './sentinel1/range-polynomial';
export { formatUtc, parseUtc } from './sentinel1/utc';
export { openZnap } from './znap/open';
