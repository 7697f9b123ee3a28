import { rm } from 'node:fs/promises';
import type { JobOptions } from '@mtpi/jobs';
import { concatenateBands } from '@mtpi/polsar-priors';
import type { MapGrid } from '@mtpi/sar-io';
import { createGeoTiff, openGeoTiff } from '@mtpi/sar-io/node';
import type { Dem } from '../geocoding/dem';
import { type ElevationModel, radarElevation } from '../geocoding/elevation-model';
import { checkCoverage, openStackDem, type StackMapOptions, stackMapGrid } from '../geocoding/map-options';
import { terrainCorrect } from '../geocoding/terrain-correction';
import type { TerrainPool } from '../geocoding/terrain-worker';
import type { CovarianceRows, RowStream } from './row-stream';
import type { StackGeometry } from './stack-grid';

/** Default spacing of SLC on a map, meters: about that of a resolution cell along the track. */
const SPACING = 20;

/** A map grid and the heights of its cells. */
export interface StackMap {
  grid: MapGrid;
  geometry: StackGeometry;
  elevation: ElevationModel;
  flatten: boolean;
  /** The DEM, if there is one. */
  dem?: Dem;
}

/**
 * @param image Width and height of the image in radar geometry, and the path of its product.
 * @throws SarIoError as `mapGrid`, `openStackDem` and `checkCoverage`.
 */
export async function openStackMap(
  geometry: StackGeometry,
  { width, height, path }: { width: number; height: number; path: string },
  options: StackMapOptions,
  job: Pick<JobOptions, 'signal' | 'onWarning'>,
): Promise<StackMap> {
  const grid = await stackMapGrid(geometry.points, options, SPACING);
  const dem = await openStackDem(options, job);
  if (dem) {
    const isInside = (longitude: number, latitude: number) => {
      const [row, column] = geometry.backwardGeocode(longitude, latitude, 0);
      return row >= 0 && column >= 0 && row < height && column < width;
    };
    try {
      await checkCoverage(dem, grid, isInside, path, 'image in the map', job);
    } catch (error) {
      await dem.close();
      throw error;
    }
  }
  const elevation = dem ?? radarElevation(geometry, geometry.heightAt);
  return { grid, geometry, elevation, flatten: options.flatten ?? false, dem };
}

/**
 * Geocodes an image in radar geometry. A row of the map crosses many rows of the image, in another order, so these are
 * first written to a scratch file, which is removed at the end.
 *
 * @param radar Width, height and bands of the image, and number of its noise bands.
 * @param scratch Path of the scratch file.
 */
export async function* geocoded(
  stream: RowStream,
  radar: { width: number; height: number; bands: readonly string[]; noiseBands: number },
  { grid, geometry, elevation, flatten }: StackMap,
  scratch: string,
  pool: TerrainPool,
  signal?: AbortSignal,
): AsyncGenerator<CovarianceRows> {
  const { width, height, bands, noiseBands } = radar;
  const noiseNames = Array.from({ length: noiseBands }, (_, c) => `noise ${c + 1}`);
  const names = [...bands, ...noiseNames];
  const sink = await createGeoTiff(scratch, {
    ...{ width, height, bands: names, compression: 'none', overviews: false, signal },
  });
  try {
    for await (const { image, mask, noise } of stream)
      await sink.write(concatenateBands(noise ? [image, noise] : [image]), mask);
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  const source = await openGeoTiff(scratch);
  try {
    const scene = { bands: names.length, width, height, read: source.read.bind(source) };
    const options = { elevation, flatten, signal };
    for await (const { image, mask } of terrainCorrect(scene, geometry, grid, options, pool)) {
      yield {
        image: image.hi(bands.length),
        mask,
        ...(noiseBands > 0 && { noise: image.lo(bands.length) }),
      };
    }
  } finally {
    await source.close();
    await rm(scratch);
  }
}
