import type { JobOptions } from '@mtpi/jobs';
import { copyImage, createImage, flatMask, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import type { MapGrid, MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import type { RasterReader } from './bilinear';
import type { ElevationModel } from './elevation-model';
import type { RadarGeometry } from './radar-geometry';
import type { MapTile, TileValues } from './terrain-tile';
import { TerrainPool } from './terrain-worker';

/** An image in radar geometry. */
export interface RadarImage extends RasterReader {
  /** Number of bands. */
  readonly bands: number;
}

export interface TerrainOptions extends Pick<JobOptions, 'signal' | 'onProgress'> {
  elevation: ElevationModel;
}

export interface TerrainCorrectionOptions extends TerrainOptions {
  /**
   * Radiometric terrain flattening: turns beta0 into gamma0 of the sloping ground, and masks radar shadow. Needs a DEM about
   * as fine as the image. Default false.
   */
  flatten?: boolean;
}

/** Rows of a map, over its whole width. */
export interface RasterRows {
  /** Number of the first row. */
  y: number;
  /** [bands, rows, width] */
  image: Image;
  mask: Mask;
}

/** Computes on the calling thread. */
const NO_THREADS = new TerrainPool(0);

/**
 * Range-Doppler terrain correction of an image in radar geometry, row by row from north to south: each cell of the map is
 * found in the image at its height and takes the mean of the pixels inside it, or bilinear interpolation between pixels where
 * it is smaller than one. Cells without a height or of which more than half is outside the image or
 * invalid are masked. Suited to quantities that may be averaged, such as covariances and intensities; compute entropy and
 * alpha from the result.
 */
export async function* terrainCorrect(
  source: RadarImage,
  geometry: RadarGeometry,
  grid: MapGrid,
  { elevation, flatten = false, signal, onProgress }: TerrainCorrectionOptions,
  pool: TerrainPool = NO_THREADS,
): AsyncGenerator<RasterRows> {
  const { bands, width, height } = source;
  const image: RasterReader = {
    ...{ width, height },
    read: async (window, options) => rowMajor(await source.read(window, options)),
  };
  yield* mapTiles(grid, bands, pool.ahead, { signal, onProgress }, (tile) =>
    pool.compute(tile, { geometry, elevation, source: image, flatten }, signal),
  );
}

/** The pixels of any views, as they are sent to threads. */
function rowMajor({ image, mask }: MaskedImage): MaskedImage {
  return { image: copyImage(image), mask: ndarray(flatMask(mask), mask.shape) };
}

/** Bands of `terrainLayers`. */
export const TERRAIN_LAYERS = ['local incidence angle', 'layover and shadow'] as const;

/**
 * How a map is seen by the radar: local incidence angle in degrees, and layover and shadow (1 = shadow, 2 = layover, 3 = both,
 * 0 = neither).
 */
export async function* terrainLayers(
  geometry: RadarGeometry,
  grid: MapGrid,
  { elevation, signal, onProgress }: TerrainOptions,
  pool: TerrainPool = NO_THREADS,
): AsyncGenerator<RasterRows> {
  yield* mapTiles(grid, TERRAIN_LAYERS.length, pool.ahead, { signal, onProgress }, (tile) =>
    pool.compute(tile, { geometry, elevation }, signal),
  );
}

/** Edge of the map tiles; one window of the image is read for each. */
const TILE = 256;

/**
 * Computes a map tile by tile, and gives it row by row.
 *
 * @param ahead Number of tiles that are computed side by side.
 */
async function* mapTiles(
  grid: MapGrid,
  bands: number,
  ahead: number,
  { signal, onProgress }: Pick<JobOptions, 'signal' | 'onProgress'>,
  compute: (tile: MapTile) => Promise<TileValues | undefined>,
): AsyncGenerator<RasterRows> {
  const tiles = tilesOf(grid);
  const running: Promise<TileValues | undefined>[] = [];
  for (let y = 0; y < grid.height; y += TILE) {
    const height = Math.min(TILE, grid.height - y);
    const image = createImage(bands, height, grid.width);
    const mask = ndarray(new Uint8Array(height * grid.width), [height, grid.width]);
    const targets = planes(image);
    for (let x = 0; x < grid.width; x += TILE) {
      signal?.throwIfAborted();
      while (running.length < ahead) {
        const { value: tile } = tiles.next();
        if (!tile) break;
        const values = compute(tile);
        values.catch(() => {}); // rejection is handled where the tile is awaited
        running.push(values);
      }
      const tile = await running.shift();
      if (!tile) continue;
      const width = Math.min(TILE, grid.width - x);
      for (let i = 0; i < tile.mask.length; i++) {
        if (!tile.mask[i]) continue;
        const cell = Math.floor(i / width) * grid.width + x + (i % width);
        mask.data[cell] = 1;
        for (let b = 0; b < bands; b++) targets[b][cell] = tile.values[b][i];
      }
    }
    yield { y, image, mask };
    onProgress?.({ stage: 'terrain correction', done: y + height, total: grid.height, unit: 'rows' });
  }
}

/** From north to south, and from west to east in each row. */
function* tilesOf(grid: MapGrid): Generator<MapTile, undefined> {
  for (let y = 0; y < grid.height; y += TILE) {
    const height = Math.min(TILE, grid.height - y);
    for (let x = 0; x < grid.width; x += TILE)
      yield { grid, part: { x, y, width: Math.min(TILE, grid.width - x), height } };
  }
}
