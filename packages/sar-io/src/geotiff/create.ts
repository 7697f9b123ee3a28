import { DiskFile } from '../files/disk-file';
import { Staging } from '../files/staging';
import type { RasterSink } from '../raster/raster';
import { type GeoTiffOptions, startGeoTiff } from './geotiff-sink';
import { nodeZlib } from './node-zlib';

/**
 * Starts a cloud-optimized GeoTIFF of float32 (or complex float32) samples, nodata NaN. A few tiles are kept
 * in memory, everything else in a hidden folder beside the file until it is closed.
 *
 * @throws SarIoError `InvalidArgument`, `NotFound` if there is no folder to write to.
 */
export async function createGeoTiff(path: string, options: GeoTiffOptions): Promise<RasterSink> {
  return startGeoTiff(options, async () => {
    const staging = await Staging.open(path);
    let file: DiskFile | undefined;
    return {
      ...{ path, zlib: nodeZlib },
      temporaryFile: (name) => DiskFile.create(staging.path(name)),
      async append(bytes) {
        file ??= await DiskFile.create(staging.path('cog'));
        await file.write(file.length, bytes);
      },
      async publish() {
        await file?.close();
        await staging.publishFile('cog');
      },
      async discard() {
        await file?.close();
        await staging.discard();
      },
    };
  });
}
