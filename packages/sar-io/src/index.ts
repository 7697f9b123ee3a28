/**
 * Radar rasters read and written window by window, in browsers and Node: GeoTIFF from URLs, Blobs and other bytes,
 * georeference, map grids, quicklooks. Files and the other formats are in `@mtpi/sar-io/node`.
 *
 * @module
 */

export { redactUrl } from '@mtpi/errors';
export type { Acquisition, AcquisitionOptions } from './acquisition/acquisition';
export { parseTimestamp } from './acquisition/acquisition-date';
export { acquisitionOf } from './acquisition/acquisition-of';
export { checkDifferentDates, checkTriplet } from './acquisition/check-triplet';
export { isCoPolarized, type Polarization, polarizationOf } from './acquisition/polarization';
export { onSameOrbit } from './acquisition/relative-orbit';
export { formatUtc, parseUtc } from './acquisition/utc';
export type { InputWarning, WarningCode } from './acquisition/warning';
export type { ByteSource } from './bytes/byte-source';
export { hasScheme, isRemote } from './bytes/is-url';
export { openUrl, type UrlOptions } from './bytes/url-source';
export { isSarIoError, SarIoError, type SarIoErrorCode } from './errors';
export { extentOf } from './georeference/extent';
export { footprint } from './georeference/footprint';
export {
  type Crs,
  crsOf,
  type Gcp,
  type GeoKeys,
  type Georeference,
  type Transform,
} from './georeference/georeference';
export {
  gridCrs,
  type LonLat,
  type MapGrid,
  type MapGridOptions,
  mapGrid,
  nearestLongitude,
  type Projection,
  projectionOf,
  utmZone,
  withNearestLongitude,
} from './georeference/map-grid';
export { defineCrs } from './georeference/reference-systems';
export { assertSameGrid, isCrsComparable, latticeOffset, sameCrs } from './georeference/same-grid';
export { createGeoTiffBlob } from './geotiff/create-blob';
export type { Compression } from './geotiff/encode-tile';
export { geoKey } from './geotiff/geo-tags';
export type { GeoTiffOptions } from './geotiff/geotiff-sink';
export type { GeoTiffReadOptions } from './geotiff/geotiff-source';
export { openGeoTiff } from './geotiff/open';
export { encodePng } from './quicklook/png';
export {
  type CompositeRanges,
  compositeRanges,
  type DecibelRange,
  decibelRange,
  toCompositeImage,
  toDecibelImage,
} from './quicklook/quicklook';
export { Overview, readOverview } from './raster/overview';
export type {
  BandEncoding,
  BandInfo,
  DataType,
  MaskedImage,
  RasterSink,
  RasterSource,
  ReadOptions,
} from './raster/raster';
