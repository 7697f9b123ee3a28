import { createImage, type Image, type Mask, planes, type Window } from '@mtpi/polsar-priors';
import type { MapGrid } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import type { Progress } from '../progress';
import { bilinear, type RasterReader } from './bilinear';
import { interpolateFromCoarseGrid } from './coarse-grid';
import { cellLonLat, type ElevationModel } from './elevation-model';
import type { RadarGeometry } from './radar-geometry';

/** An image in radar geometry. */
export interface RadarImage extends RasterReader {
  /** Number of bands. */
  readonly bands: number;
}

export interface GeocodeOptions {
  elevation: ElevationModel;
  signal?: AbortSignal;
  /** Counts rows of the map. */
  onProgress?: (progress: Progress) => void;
}

/** Rows of a map, over its whole width. */
export interface RasterRows {
  /** Number of the first row. */
  y: number;
  /** [bands, rows, width] */
  image: Image;
  mask: Mask;
}

/** Edge of the map tiles; one window of the image is read for each. */
const TILE = 256;

/**
 * Geocodes an image in radar geometry, row by row from north to south: backward geocoding of each cell at its height, then
 * bilinear interpolation between four pixels. Cells outside the image, without a height or next to invalid pixels are
 * masked. Suited to quantities that may be averaged, such as covariances and intensities; compute entropy and alpha from
 * the geocoded covariance. Layover and shadow are not masked.
 */
export async function* geocode(
  source: RadarImage,
  geometry: RadarGeometry,
  grid: MapGrid,
  { elevation, signal, onProgress }: GeocodeOptions,
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
        await elevation.heightsAt(grid, part, { signal }),
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
    onProgress?.({ stage: 'geocode', done: y + height, total: grid.height, unit: 'rows' });
  }
}

/**
 * Row and column of the cells of a part of a map. Both are smooth over the map and nearly linear in height (to 0.1 m for
 * 1000 m of relief within a tile), so they are computed on a coarse grid at the lowest and the highest ground.
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
  const lonLat = cellLonLat(grid, part);
  const [lowRows, lowColumns, highRows, highColumns] = interpolateFromCoarseGrid(part, (x, y) => {
    const [longitude, latitude] = lonLat(x, y);
    return [
      ...geometry.backwardGeocode(longitude, latitude, low),
      ...geometry.backwardGeocode(longitude, latitude, high),
    ];
  });
  const between = (atLow: Float64Array, atHigh: Float64Array) =>
    heights.map((height, i) => atLow[i] + ((height - low) / (high - low)) * (atHigh[i] - atLow[i]));
  return [between(lowRows, highRows), between(lowColumns, highColumns)];
}
