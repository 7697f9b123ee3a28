import { blobSource } from '../bytes/blob-source';
import type { ByteSource } from '../bytes/byte-source';
import { openBytes } from '../bytes/open-bytes';
import { openMaskSidecar, readAuxXml, readWorldFile } from '../gdal/gdal-sidecars';
import type { RasterSource } from '../raster/raster';
import { type GeoTiffReadOptions, readGeoTiff, type Sidecars } from './geotiff-source';
import { nodeZlib } from './node-zlib';

/**
 * Opens a GeoTIFF from disk, from a URL by range requests (`https://…`, public `s3://bucket/key`), or from what the
 * browser's `openGeoTiff` takes: classic or BigTIFF, tiles or strips, integer, float or complex samples, uncompressed or
 * compressed by deflate, LZW, PackBits, ZSTD or LERC.
 *
 * Bands are named by their descriptions; else, where there is only one, by the polarization in the file name; else
 * `band1`, `band2`, …. Nodata, scale and offset, masks (inside the file, its alpha band, or `.msk` beside it) and what
 * `.aux.xml` beside it says are applied, and a world file where nothing else places it.
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat`, `CorruptFile` (not a TIFF, or truncated); the
 *   signal's reason when aborted.
 */
export async function openGeoTiff(
  input: string | URL | Blob | ByteSource,
  options: GeoTiffReadOptions = {},
): Promise<RasterSource> {
  if (typeof input !== 'string' && !(input instanceof URL)) {
    return readGeoTiff(input instanceof Blob ? blobSource(input) : input, nodeZlib, options);
  }
  const raster = String(input);
  const file = await openBytes(raster, options);
  const [metadata, transform] = await Promise.all([readAuxXml(raster, options), readWorldFile(raster)]).catch(
    async (error) => {
      await file.close();
      throw error;
    },
  );
  const openMask: Sidecars['openMask'] = (size) =>
    openMaskSidecar({ ...size, path: raster }, openGeoTiff, options);
  return readGeoTiff(file, nodeZlib, options, { metadata, transform, openMask });
}
