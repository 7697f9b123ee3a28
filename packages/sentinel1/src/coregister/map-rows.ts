import { rm } from 'node:fs/promises';
import type { MaskedImage, RasterSource } from '@mtpi/sar-io';
import { type MapGrid, type MapGridOptions, mapGrid } from '@mtpi/sar-io';
import { createGeoTiff, openGeoTiff, openRaster } from '@mtpi/sar-io/node';
import { demHeights, type ElevationModel, radarHeights } from '../geocoding/elevation-model';
import { geocode } from '../geocoding/geocode';
import type { Strips } from './row-stream';
import type { StackGeometry } from './stack-geometry';

/** The map that a stack is laid on. */
export interface StackMapOptions extends MapGridOptions {
  /** Raster of heights (m) above the ellipsoid. Default: those of the geolocation grid, some kilometres apart. */
  dem?: string;
}

/** A map and the heights of its ground. */
export interface StackMap {
  grid: MapGrid;
  geometry: StackGeometry;
  heights: ElevationModel;
  /** Where there is an elevation model. */
  model?: RasterSource;
}

/** @throws SarIoError as `mapGrid`, `openRaster` and `demHeights`. */
export async function openStackMap(
  geometry: StackGeometry,
  { dem, ...options }: StackMapOptions,
): Promise<StackMap> {
  const grid = mapGrid(geometry.points, options);
  if (dem === undefined) return { grid, geometry, heights: radarHeights(geometry, geometry.heightAt) };
  const model = await openRaster(dem);
  try {
    return { grid, geometry, heights: demHeights(model), model };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** An image in radar geometry. */
export interface RadarStrips {
  strips: Strips;
  bands: number;
  width: number;
  height: number;
}

/**
 * An image in radar geometry on a map, which needs its rows in another order.
 *
 * @param path A file for all of it, removed at the end.
 */
export async function* mapRows(
  { strips, bands, width, height }: RadarStrips,
  { grid, geometry, heights }: StackMap,
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<MaskedImage> {
  const names = Array.from({ length: bands }, (_, b) => `band ${b + 1}`);
  const options = { width, height, bands: names, compression: 'none', overviews: false, signal } as const;
  const sink = await createGeoTiff(path, options);
  try {
    for await (const { image, mask } of strips) await sink.write(image, mask);
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  const source = await openGeoTiff(path);
  try {
    const read: RasterSource['read'] = (window, options) => source.read(window, options);
    yield* geocode({ bands, width, height, read }, geometry, grid, { heights, signal });
  } finally {
    await source.close();
    await rm(path);
  }
}
