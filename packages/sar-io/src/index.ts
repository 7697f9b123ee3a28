/**
 * Radar rasters read and written window by window.
 *
 * @module
 */
export { type Acquisition, type AcquisitionOptions, openAcquisition } from './acquisition/acquisition';
export type { Scale } from './acquisition/scale';
export { acquisitionDate } from './acquisition-date';
export { isSarIoError, SarIoError, type SarIoErrorCode } from './errors';
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
export { writePng } from './png';
export { type Polarization, polarizationOf } from './polarization';
export { createPolsarpro, type PolsarproOptions } from './polsarpro/create';
export { openPolsarpro } from './polsarpro/open';
export { type DecibelRange, decibelRange, toDecibelImage } from './quicklook';
export type { BandInfo, DataType, MaskedImage, RasterSink, RasterSource, ReadOptions } from './raster';
