import type { JobOptions } from '@mtpi/jobs';
import type { MapGrid } from '@mtpi/sar-io';
import { createGeoTiff } from '@mtpi/sar-io/node';
import type { ElevationModel } from './elevation-model';
import type { RadarGeometry } from './radar-geometry';
import { TERRAIN_LAYERS, terrainLayers } from './terrain-correction';
import type { TerrainPool } from './terrain-worker';

/** File of the terrain layers in a stack. */
export const TERRAIN_FILE = 'terrain.tif';

/** Writes the local incidence angle, and layover and shadow, of a map as a GeoTIFF; on failure nothing is left. */
export async function writeTerrainLayers(
  path: string,
  geometry: RadarGeometry,
  grid: MapGrid,
  elevation: ElevationModel,
  pool: TerrainPool,
  { signal, onProgress }: Pick<JobOptions, 'signal' | 'onProgress'>,
): Promise<void> {
  const [angle, code] = TERRAIN_LAYERS;
  const sink = await createGeoTiff(path, {
    ...{ width: grid.width, height: grid.height, georeference: grid, overviews: false, signal },
    bands: [{ name: angle, unit: 'degree' }, code],
  });
  try {
    const options = { elevation, signal, onProgress };
    for await (const { image, mask } of terrainLayers(geometry, grid, options, pool))
      await sink.write(image, mask);
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
