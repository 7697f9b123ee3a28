export { isSarIoError, SarIoError, type SarIoErrorCode } from './errors';
export { createGeoTiff, type GeoTiffOptions } from './geotiff/create';
export { openGeoTiff } from './geotiff/open';
