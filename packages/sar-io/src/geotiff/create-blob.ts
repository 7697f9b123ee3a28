import type { RasterSink } from '../raster/raster';
import { type GeoTiffOptions, startGeoTiff } from './geotiff-sink';
import { MemoryFile } from './temporary-file';
import { streamZlib } from './zlib';

/**
 * Starts a cloud-optimized GeoTIFF of float32 (or complex float32) samples, nodata NaN, in memory; `close` returns it as
 * a Blob.
 *
 * @throws SarIoError `InvalidArgument`.
 */
export async function createGeoTiffBlob(options: GeoTiffOptions): Promise<RasterSink<Blob>> {
  return startGeoTiff(options, async () => {
    let parts: BlobPart[] = [];
    return {
      ...{ path: 'GeoTIFF', zlib: streamZlib },
      temporaryFile: async () => new MemoryFile(),
      async append(bytes) {
        parts.push(bytes);
      },
      publish: async () => new Blob(parts, { type: 'image/tiff' }),
      async discard() {
        parts = [];
      },
    };
  });
}
