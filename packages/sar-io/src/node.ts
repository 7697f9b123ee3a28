/**
 * Radar rasters on disk: GeoTIFF/COG, PolSARpro, ENVI, BEAM-DIMAP, znap, NPY and PNG, acquisitions and folders of them,
 * and what readers of other products are built from: zip archives, XML, outputs that appear when they are complete.
 *
 * @module
 */
export type { Acquisition, AcquisitionOptions } from './acquisition/acquisition';
export { datingFolder, parseTimestamp } from './acquisition/acquisition-date';
export { bandAsPower } from './acquisition/band-as-power';
export { checkDifferentDates, checkTriplet } from './acquisition/check-triplet';
export { matchesDate, NETCDF_NAME, splitDatedPath, timeStamp } from './acquisition/dated-path';
export { isDespeckled } from './acquisition/is-despeckled';
export { openAcquisition } from './acquisition/open-acquisition';
export { openStackDates, type StackDatesOptions } from './acquisition/open-stack-dates';
export { polarizationOf } from './acquisition/polarization';
export {
  burstIdOf,
  modeOf,
  relativeOrbitNumber,
  relativeOrbitOf,
  sensorOf,
} from './acquisition/product-name';
export { fromNames, onSameOrbit, statedOrbit, statedPass } from './acquisition/relative-orbit';
export type { Scale } from './acquisition/scale';
export { listAcquisitions, pairPolarizations } from './acquisition/stack-folder';
export { statedLooks } from './acquisition/stated-looks';
export { formatUtc } from './acquisition/utc';
export type { InputWarning, WarningCode } from './acquisition/warning';
export { type FilePart, openFile } from './bytes/file-source';
export { isRemote } from './bytes/is-url';
export { openBytes } from './bytes/open-bytes';
export { openDimap, type SnapOptions } from './dimap/open';
export { lostInEnvi } from './envi/header';
export { openEnvi } from './envi/open';
export { isSarIoError, SarIoError, type SarIoErrorCode } from './errors';
export { listInputFiles } from './files/input-files';
export { isRunning } from './files/is-running';
export { type FolderEntry, listFolder } from './files/list-folder';
export { isRasterFile } from './files/raster-file';
export { Staging, writeFileAtomic } from './files/staging';
export { XmlElement } from './files/xml';
export { ZipArchive } from './files/zip-archive';
export type { ForeignFormat } from './foreign-format';
export { createGeoTiff } from './geotiff/create';
export { openGeoTiff } from './geotiff/open-file';
export { openNetcdf } from './netcdf/open';
export { createNpy, type NpyOptions, readNpy } from './npy';
export { openRaster } from './open-raster';
export { polsarproBands } from './polsarpro/band-files';
export { createPolsarpro, type PolsarproOptions } from './polsarpro/create';
export { otherMatrix } from './polsarpro/matrices';
export { openPolsarpro } from './polsarpro/open';
export { writePng } from './quicklook/write-png';
export { identifyZarr } from './zarr/identify-zarr';
export { openZnap } from './znap/open';
