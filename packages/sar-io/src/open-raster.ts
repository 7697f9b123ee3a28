import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NETCDF_NAME, splitDatedPath } from './acquisition/dated-path';
import { isRemote } from './bytes/is-url';
import { httpsOfS3 } from './bytes/s3';
import { openDimap } from './dimap/open';
import { findEnviHeader } from './envi/find-header';
import { openEnvi } from './envi/open';
import { SarIoError } from './errors';
import { defineCrs } from './georeference/reference-systems';
import { openGeoTiff } from './geotiff/open-file';
import { openNetcdf } from './netcdf/open';
import { openPolsarpro } from './polsarpro/open';
import type { RasterSource, ReadOptions } from './raster/raster';
import { isVrt, openVrt } from './vrt/open';
import { identifyZarr } from './zarr/identify-zarr';
import { openZnap } from './znap/open';

/**
 * Opens what the path names: a folder as PolSARpro's covariance or SNAP's znap, `.dim` (or its `.data` folder) as
 * BEAM-DIMAP, `.nc` (and `.h5`) as netCDF, with the date after `#` where it has several, `.vrt` as a virtual raster of GDAL,
 * a file with an ENVI header beside it (or that header) as ENVI, any other file or URL as GeoTIFF.
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat`, `CorruptFile`.
 */
export async function openRaster(name: string, options: ReadOptions = {}): Promise<RasterSource> {
  const raster = await openAny(name, options);
  await defineCrs(raster.georeference.crs);
  return raster;
}

async function openAny(name: string, options: ReadOptions): Promise<RasterSource> {
  const path = httpsOfS3(name);
  if (isVrt(path)) return openVrt(path, openVrtSource, options);
  await refuseZarr(path);
  if (isRemote(path)) return openGeoTiff(path, options);
  if (NETCDF_NAME.test(splitDatedPath(path).file)) return openNetcdf(path);
  const file = basename(path);
  if (/\.znap(?:\.zip)?$/i.test(file)) return openZnap(path);
  if (/\.dim$/i.test(file)) return openDimap(path);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    if (/\.data$/i.test(file)) return openDimap(join(dirname(path), file.replace(/data$/i, 'dim')));
    return openPolsarpro(path);
  }
  const isEnvi = !/\.tiff?$/i.test(file) && (/\.hdr$/i.test(file) || (await findEnviHeader(path)));
  return isEnvi ? openEnvi(path) : openGeoTiff(path, options);
}

/** SNAP's znap, a Zarr store too, is known by its name. @throws SarIoError `UnsupportedFormat` */
async function refuseZarr(path: string): Promise<void> {
  const zarr = /\.znap$/i.test(path) ? undefined : await identifyZarr(path);
  if (!zarr) return;
  throw new SarIoError('UnsupportedFormat', {
    path,
    expected: 'a raster',
    found: zarr.name,
    hint: zarr.hint,
  });
}

/** Sources of a virtual raster: GeoTIFFs and the like, not another virtual raster. */
async function openVrtSource(path: string, options: ReadOptions): Promise<RasterSource> {
  if (!isVrt(path)) return openRaster(path, options);
  throw new SarIoError('UnsupportedFormat', {
    path,
    expected: 'a raster',
    found: 'a VRT inside another VRT',
    hint: 'Make a GeoTIFF of it with gdal_translate FILE.vrt FILE.tif',
  });
}
