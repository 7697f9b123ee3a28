import type { JobOptions } from '@mtpi/jobs';
import { createImage, type Image, type Mask, planes, type Window } from '@mtpi/polsar-priors';
import type { MapGrid, MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import type { RasterReader } from './bilinear';
import { type CellSize, cellMeans, windowAround } from './cell-means';
import { interpolateFromCoarseGrid } from './coarse-grid';
import { cellLonLat, type ElevationModel } from './elevation-model';
import { cartesianPoints, type GroundPoints, groundPoints, heightRange } from './ground-points';
import { layoverShadow, SHADOW } from './layover-shadow';
import { type LineOfSight, lineOfSight, reachedPart } from './line-of-sight';
import { localIncidenceAngles } from './local-incidence';
import { type RadarGeometry, toSlantRange } from './radar-geometry';
import { type FlatteningFactors, flatteningFactors, type RadarCells } from './terrain-flattening';

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

/** Edge of the map tiles; one window of the image is read for each. */
const TILE = 256;

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
): AsyncGenerator<RasterRows> {
  yield* mapTiles(grid, source.bands, { signal, onProgress }, async (part) => {
    const reached = reachedPart(geometry, grid, part);
    if (!reached) return undefined;
    // 1. Rows and columns of the cells at their heights, and the window of the image around them.
    const heights = await elevation.heightsAt(grid, part, { signal });
    const [rows, columns] = radarPositions(geometry, groundPoints(geometry, grid, part, heights));
    const size = cellSize(geometry, grid, reached);
    const window = windowAround(source, rows, columns, size);
    if (!window) return undefined;
    const image = await source.read(window, { signal });
    if (!flatten) return cellMeans(image, window, rows, columns, size);

    // 2. Flattening in radar geometry, with all ground that is seen in the radar cells of the tile; then means.
    const sight = lineOfSight(geometry, grid, reached);
    const cells = radarCells(geometry, sight);
    const around = await surroundings(elevation, grid, part, sight, cells, signal);
    const factors = await areaFactors(elevation, geometry, grid, around.part, sight, cells, signal);
    const means = cellMeans(divided(image, window, geometry, factors), window, rows, columns, size);

    // 3. Shadow holds noise only.
    const ground = groundPoints(geometry, grid, around.part, around.heights);
    const shadow = innerPart(layoverShadow(ground, sight), around.part, part);
    for (let i = 0; i < shadow.length; i++) if (shadow[i] & SHADOW) means.mask[i] = 0;
    return means;
  });
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
): AsyncGenerator<RasterRows> {
  yield* mapTiles(grid, TERRAIN_LAYERS.length, { signal, onProgress }, async (part) => {
    const reached = reachedPart(geometry, grid, part);
    if (!reached) return undefined;
    const sight = lineOfSight(geometry, grid, reached);
    const around = await surroundings(elevation, grid, part, sight, radarCells(geometry, sight), signal);
    const ground = groundPoints(geometry, grid, around.part, around.heights);
    const cartesian = cartesianPoints(grid, around.part, around.heights);
    const angles = innerPart(localIncidenceAngles(ground, cartesian, sight), around.part, part);
    const codes = innerPart(layoverShadow(ground, sight), around.part, part);
    return {
      values: [angles, Float32Array.from(codes)],
      mask: Uint8Array.from(angles, (angle) => Number(Number.isFinite(angle))),
    };
  });
}

/** Values of the cells of a map tile, one array per band. */
interface TileValues {
  values: readonly Float32Array[];
  mask: Uint8Array;
}

/** Computes a map tile by tile, and gives it row by row. */
async function* mapTiles(
  grid: MapGrid,
  bands: number,
  { signal, onProgress }: Pick<JobOptions, 'signal' | 'onProgress'>,
  compute: (part: Window) => Promise<TileValues | undefined>,
): AsyncGenerator<RasterRows> {
  for (let y = 0; y < grid.height; y += TILE) {
    const height = Math.min(TILE, grid.height - y);
    const image = createImage(bands, height, grid.width);
    const mask = ndarray(new Uint8Array(height * grid.width), [height, grid.width]);
    const targets = planes(image);
    for (let x = 0; x < grid.width; x += TILE) {
      signal?.throwIfAborted();
      const width = Math.min(TILE, grid.width - x);
      const tile = await compute({ x, y, width, height });
      if (!tile) continue;
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

/** Rows and columns of ground points in the image; NaN where there are none. */
function radarPositions(
  geometry: RadarGeometry,
  { times, slantRangeTimes }: GroundPoints,
): [rows: Float64Array, columns: Float64Array] {
  const [rows, columns] = [new Float64Array(times.length), new Float64Array(times.length)];
  for (let i = 0; i < times.length; i++) {
    [rows[i], columns[i]] = Number.isNaN(times[i])
      ? [Number.NaN, Number.NaN]
      : geometry.pixelAt(times[i], slantRangeTimes[i]);
  }
  return [rows, columns];
}

/** Rows and columns of the image in a cell of a map. */
function cellSize(geometry: RadarGeometry, grid: MapGrid, part: Window): CellSize {
  const lonLat = cellLonLat(grid, part);
  const [right, below] = [Math.max(1, part.width - 1), Math.max(1, part.height - 1)];
  const pixelOf = (x: number, y: number) => geometry.backwardGeocode(...lonLat(x, y), 0);
  const [corner, east, south] = [pixelOf(0, 0), pixelOf(right, 0), pixelOf(0, below)];
  const pixels = (axis: 0 | 1) =>
    Math.hypot((east[axis] - corner[axis]) / right, (south[axis] - corner[axis]) / below);
  return { rows: pixels(0), columns: pixels(1) };
}

/** Rows and columns of the image in a cell, over the whole map or the part that the orbit reaches. */
export function meanCellSize(geometry: RadarGeometry, grid: MapGrid): CellSize | undefined {
  const reached = reachedPart(geometry, grid, { x: 0, y: 0, width: grid.width, height: grid.height });
  return reached && cellSize(geometry, grid, reached);
}

/** Least edge (m) of the radar cells in which areas are summed: about that of common DEMs. */
const LEAST_RADAR_CELL = 30;

/** Speed (m/s) of the satellites' beam on the ground, of all modes to a percent. */
const GROUND_SPEED = 6800;

/** Radar cells about as large as those of the map, on one lattice for the whole image. */
function radarCells(geometry: RadarGeometry, { cellLength }: LineOfSight): RadarCells {
  // Powers of two: the edges of cells differ a little between tiles of a map in degrees.
  const size = Math.max(LEAST_RADAR_CELL, 2 ** Math.round(Math.log2(cellLength)));
  const [firstTime, slantRangeTime] = geometry.timesAt(0, 0);
  return {
    ...{ firstTime, firstSlantRange: toSlantRange(slantRangeTime) },
    ...{ time: size / GROUND_SPEED, slantRange: size },
  };
}

/** Radar cells of ground beyond those of a tile that contribute by interpolation. */
const MARGIN_CELLS = 4;

/**
 * Heights of a tile and of the ground around it that is seen in the same radar cells, or that casts shadow: farther away, the
 * more relief there is.
 */
async function surroundings(
  elevation: ElevationModel,
  grid: MapGrid,
  part: Window,
  { incidenceAt, nearest, outward, stepLength }: LineOfSight,
  cells: RadarCells,
  signal: AbortSignal | undefined,
): Promise<{ part: Window; heights: Float64Array }> {
  const tangent = Math.tan(incidenceAt(nearest));
  const least = Math.ceil((MARGIN_CELLS * cells.slantRange) / Math.min(1, tangent) / stepLength) + 2;
  let [across, down] = [least, least];
  for (;;) {
    const around = {
      ...{ x: part.x - across, y: part.y - down },
      ...{ width: part.width + 2 * across, height: part.height + 2 * down },
    };
    const heights = await elevation.heightsAt(grid, around, { signal });
    const range = heightRange(heights);
    const reach = range ? ((range.high - range.low) * Math.max(tangent, 1 / tangent)) / stepLength : 0;
    const [wantedAcross, wantedDown] = outward.map((step) => least + Math.ceil(reach * Math.abs(step)));
    if (wantedAcross <= across && wantedDown <= down) return { part: around, heights };
    [across, down] = [Math.max(across, wantedAcross), Math.max(down, wantedDown)];
  }
}

/** Facets along the edge of a radar cell. */
const FACETS = 4;

/** Flattening factors of the ground in a part of a map, by facets that are finer than its cells and radar cells. */
async function areaFactors(
  elevation: ElevationModel,
  geometry: RadarGeometry,
  grid: MapGrid,
  part: Window,
  sight: LineOfSight,
  cells: RadarCells,
  signal: AbortSignal | undefined,
): Promise<FlatteningFactors> {
  const fine = Math.ceil((FACETS * sight.cellLength) / cells.slantRange);
  const [x, a, b, y, d, e] = grid.transform;
  const fineGrid: MapGrid = {
    ...{ crs: grid.crs, width: grid.width * fine, height: grid.height * fine },
    transform: [x, a / fine, b / fine, y, d / fine, e / fine],
  };
  const finePart = {
    ...{ x: part.x * fine, y: part.y * fine },
    ...{ width: part.width * fine, height: part.height * fine },
  };
  const heights = await elevation.heightsAt(fineGrid, finePart, { signal });
  const known = new Uint8Array(heights.length);
  const { low, high } = heightRange(heights) ?? { low: 0, high: 0 };
  for (let i = 0; i < heights.length; i++) {
    if (Number.isNaN(heights[i])) heights[i] = (low + high) / 2;
    else known[i] = 1;
  }
  const posts = groundPoints(geometry, fineGrid, finePart, heights);
  return flatteningFactors(posts, cartesianPoints(fineGrid, finePart, heights), known, sight, cells);
}

/** A window of an image divided by flattening factors; invalid where there is none. */
function divided(
  { image, mask }: MaskedImage,
  window: Window,
  geometry: RadarGeometry,
  factorAt: FlatteningFactors,
): MaskedImage {
  const [times, slantRangeTimes] = interpolateFromCoarseGrid(window, (x, y) =>
    geometry.timesAt(window.y + y, window.x + x),
  );
  const result = createImage(image.shape[0], window.height, window.width);
  const valid = ndarray(new Uint8Array(times.length), [window.height, window.width]);
  const [from, to] = [planes(image), planes(result)];
  for (let i = 0; i < times.length; i++) {
    if (!mask.data[i]) continue;
    const factor = factorAt(times[i], slantRangeTimes[i]);
    if (Number.isNaN(factor)) continue;
    valid.data[i] = 1;
    for (let b = 0; b < from.length; b++) to[b][i] = from[b][i] / factor;
  }
  return { image: result, mask: valid };
}

/** The values of a part within those of a larger one. */
function innerPart<T extends Float32Array | Uint8Array>(values: T, outer: Window, inner: Window): T {
  const result = values.slice(0, inner.width * inner.height) as T;
  for (let r = 0; r < inner.height; r++) {
    const start = (inner.y - outer.y + r) * outer.width + inner.x - outer.x;
    result.set(values.subarray(start, start + inner.width), r * inner.width);
  }
  return result;
}
