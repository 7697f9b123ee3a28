/**
 * Radar rasters read and written window by window.
 *
 * @module
 */
export { type Acquisition, type AcquisitionOptions, openAcquisition } from './acquisition/acquisition';
export type { Scale } from './acquisition/scale';
export { listAcquisitions } from './acquisition/stack-folder';
export { acquisitionDate, parseTimestamp } from './acquisition-date';
export { openDimap, type SnapOptions } from './dimap/open';
export { openEnvi } from './envi/open';
export { isSarIoError, SarIoError, type SarIoErrorCode } from './errors';
export { RandomAccessFile } from './files/random-access-file';
export { XmlElement } from './files/xml';
export { ZipArchive } from './files/zip-archive';
export { footprint } from './footprint';
export {
  assertSameGrid,
  type Crs,
  crsOf,
  type Gcp,
  type GeoKeys,
  type Georeference,
  type Transform,
} from './georeference';
export { Blocks } from './geotiff/blocks';
export { createGeoTiff, type GeoTiffOptions } from './geotiff/create';
export { fileSource } from './geotiff/file-source';
export { openGeoTiff } from './geotiff/open';
export { type LonLat, type MapGrid, type MapGridOptions, mapGrid, projectionOf, utmZone } from './map-grid';
export { createNpy, type NpyOptions, readNpy } from './npy';
export { openRaster } from './open-raster';
export { Overview, readOverview } from './overview';
export { encodePng, writePng } from './png';
export { isCoPolarized, type Polarization, polarizationOf } from './polarization';
export { createPolsarpro, type PolsarproOptions } from './polsarpro/create';
export { openPolsarpro } from './polsarpro/open';
export {
  type CompositeRanges,
  compositeRanges,
  type DecibelRange,
  decibelRange,
  toCompositeImage,
  toDecibelImage,
} from './quicklook';
export type { BandInfo, DataType, MaskedImage, RasterSink, RasterSource, ReadOptions } from './raster';
export { flatMask } from './raster';
export { Staging } from './staging';
export { formatUtc, parseUtc, utcDay } from './utc';
export { openZnap } from './znap/open';
