import { blobSource } from '../bytes/blob-source';
import type { ByteSource } from '../bytes/byte-source';
import { openUrl } from '../bytes/url-source';
import type { RasterSource } from '../raster/raster';
import { type GeoTiffReadOptions, readGeoTiff } from './geotiff-source';
import { streamZlib } from './zlib';

/**
 * Opens a GeoTIFF from a URL (by range requests), a Blob, a File or any other source of bytes: classic or BigTIFF, tiles
 * or strips, integer, float or complex samples, uncompressed or compressed by deflate, LZW, PackBits, ZSTD or LERC.
 *
 * Bands are named by their descriptions; else, where there is only one, by the polarization in the file name; else
 * `band1`, `band2`, …. Nodata, scale and offset, masks inside the file and its alpha band are applied.
 *
 * @throws SarIoError `ReadFailed`, `InvalidArgument` (not a URL), `UnsupportedFormat`, `CorruptFile` (not a TIFF, or
 *   truncated); the signal's reason when aborted.
 */
export async function openGeoTiff(
  input: string | URL | Blob | ByteSource,
  options: GeoTiffReadOptions = {},
): Promise<RasterSource> {
  return readGeoTiff(await sourceOf(input, options.signal), streamZlib, options);
}

async function sourceOf(input: string | URL | Blob | ByteSource, signal?: AbortSignal): Promise<ByteSource> {
  if (typeof input === 'string' || input instanceof URL) return openUrl(String(input), { signal });
  return input instanceof Blob ? blobSource(input) : input;
}
