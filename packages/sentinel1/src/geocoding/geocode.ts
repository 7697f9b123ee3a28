import { createImage, type Image, type Mask, planes, type Window } from '@mtpi/polsar-priors';
import type { MapGrid } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import { bilinear, type RasterReader } from './bilinear';
import { type ElevationModel, lonLatOf } from './elevation-model';
import { interpolateFromCoarseGrid } from './lattice';

/** Where points of the ground are in an image in radar geometry. */
export interface RadarGeometry {
  /**
   * @param longitude Degrees, WGS 84. @param latitude Degrees.
   * @param height Metres above the ellipsoid.
   * @returns Row and column; centres of pixels have whole numbers. NaN where the orbit does not reach.
   */
  toRadar(longitude: number, latitude: number, height: number): readonly [row: number, column: number];
}

/** An image in radar geometry. */
export interface RadarImage extends RasterReader {
  /** Number of its planes. */
  readonly bands: number;
}

export interface GeocodeOptions {
  heights: ElevationModel;
  signal?: AbortSignal;
  /** Rows of the map. */
  onProgress?: (done: number, total: number) => void;
}

/** Rows of a map, over its whole width. */
export interface RasterRows {
  /** The first of them. */
  y: number;
  /** [bands, rows, width] */
  image: Image;
  mask: Mask;
}

/** Edge of the tiles that a map is made of: one window of the image is read for each. */
const TILE = 256;

/**
 * An image in radar geometry on a map, from north to south: each cell's place in the image follows from its height by the
 * zero-Doppler equations, its value is bilinear between four pixels. Cells that lie outside, that have no height, or near
 * invalid pixels are masked. Right for what may be averaged, such as a covariance or powers; entropy and alpha are to be
 * computed from a geocoded covariance. Layover and shadow are not told apart.
 */
export async function* geocode(
  source: RadarImage,
  geometry: RadarGeometry,
  grid: MapGrid,
  { heights, signal, onProgress }: GeocodeOptions,
): AsyncGenerator<RasterRows> {
  for (let y = 0; y < grid.height; y += TILE) {
    const height = Math.min(TILE, grid.height - y);
    const image = createImage(source.bands, height, grid.width);
    const mask = ndarray(new Uint8Array(height * grid.width), [height, grid.width]);
    for (let x = 0; x < grid.width; x += TILE) {
      signal?.throwIfAborted();
      const part = { x, y, width: Math.min(TILE, grid.width - x), height };
      const [rows, columns] = radarPositions(
        geometry,
        grid,
        part,
        await heights.heightsAt(grid, part, { signal }),
      );
      const tile = await bilinear(source, rows, columns, { signal });
      if (tile.values.length === 0) continue;
      const targets = [...planes(image), mask.data];
      [...tile.values, tile.mask].forEach((values, b) => {
        for (let r = 0; r < height; r++) {
          targets[b].set(values.subarray(r * part.width, (r + 1) * part.width), r * grid.width + x);
        }
      });
    }
    yield { y, image, mask };
    onProgress?.(y + height, grid.height);
  }
}

/**
 * Row and column of a part's cells. Both are smooth over the map and all but linear in the height (for 1000 m of relief
 * within a tile, within 0.1 m), so they are computed on a lattice at the lowest and the highest ground.
 */
function radarPositions(
  geometry: RadarGeometry,
  grid: MapGrid,
  part: Window,
  heights: Float64Array,
): [rows: Float64Array, columns: Float64Array] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const height of heights) {
    if (height < low) low = height;
    if (height > high) high = height;
  }
  if (low > high) return [heights, heights];
  if (high - low < 1) high = low + 1;
  const place = lonLatOf(grid, part);
  const [lowRows, lowColumns, highRows, highColumns] = interpolateFromCoarseGrid(part, (x, y) => {
    const [longitude, latitude] = place(x, y);
    return [...geometry.toRadar(longitude, latitude, low), ...geometry.toRadar(longitude, latitude, high)];
  });
  const between = (atLow: Float64Array, atHigh: Float64Array) =>
    heights.map((height, i) => atLow[i] + ((height - low) / (high - low)) * (atHigh[i] - atLow[i]));
  return [between(lowRows, highRows), between(lowColumns, highColumns)];
}
