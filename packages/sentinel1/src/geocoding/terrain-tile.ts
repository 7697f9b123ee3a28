import { createImage, planes, type Window } from '@mtpi/polsar-priors';
import type { MapGrid, MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import type { RasterReader } from './bilinear';
import { cellMeans, windowAround } from './cell-means';
import { cellSize } from './cell-size';
import { interpolateFromCoarseGrid } from './coarse-grid';
import type { ElevationModel } from './elevation-model';
import { cartesianPoints, type GroundPoints, groundPoints, heightRange } from './ground-points';
import { layoverShadow, SHADOW } from './layover-shadow';
import { type LineOfSight, lineOfSight, reachedPart } from './line-of-sight';
import { localIncidenceAngles } from './local-incidence';
import type { RadarGeometry } from './radar-geometry';
import { toSlantRange } from './slant-range';
import { type FlatteningFactors, flatteningFactors, type RadarCells } from './terrain-flattening';

/** A tile of a map. */
export interface MapTile {
  grid: MapGrid;
  part: Window;
}

/** Values of the cells of a tile, one array per band. */
export interface TileValues {
  values: readonly Float32Array[];
  mask: Uint8Array;
}

/** Inputs of the tiles of a map. */
export interface TileInputs {
  geometry: RadarGeometry;
  elevation: ElevationModel;
  /** The image; without one the terrain layers are computed. */
  source?: RasterReader;
  /** Turns beta0 into gamma0, and masks radar shadow. */
  flatten?: boolean;
}

/** A tile with what it is computed from. */
interface Tile extends MapTile, Pick<TileInputs, 'geometry' | 'elevation'> {
  /** The part that the orbit reaches. */
  reached: Window;
  signal: AbortSignal | undefined;
}

/** The terrain-corrected image, or the terrain layers, in a tile of a map; undefined where there is none. */
export async function computeTile(
  { grid, part }: MapTile,
  { geometry, elevation, source, flatten }: TileInputs,
  signal?: AbortSignal,
): Promise<TileValues | undefined> {
  const reached = reachedPart(geometry, grid, part);
  if (!reached) return undefined;
  const tile: Tile = { grid, part, reached, geometry, elevation, signal };
  return source ? correctTile(tile, source, flatten) : terrainLayersTile(tile);
}

async function correctTile(
  tile: Tile,
  source: RasterReader,
  flatten: boolean | undefined,
): Promise<TileValues | undefined> {
  const { grid, part, reached, geometry, elevation, signal } = tile;
  // 1. Rows and columns of the cells at their heights, and the window of the image around them.
  const heights = await elevation.heightsAt(grid, part, { signal });
  const [rows, columns] = radarPositions(geometry, groundPoints(geometry, grid, part, heights));
  const size = cellSize(geometry, grid, reached);
  const window = windowAround(source, rows, columns, size);
  if (!window) return undefined;
  const image = await source.read(window, { signal });
  if (!flatten) return cellMeans(image, window, rows, columns, size);

  // 2. Flattening in radar geometry, with all ground that is seen in the radar cells of the tile; then means.
  const seen = await seenGround(tile);
  const factors = await areaFactors(seen);
  const means = cellMeans(divided(image, window, geometry, factors), window, rows, columns, size);

  // 3. Shadow holds noise only.
  const shadow = innerPart(layoverShadow(seen.ground, seen.sight), seen.around, part);
  for (let i = 0; i < shadow.length; i++) if (shadow[i] & SHADOW) means.mask[i] = 0;
  return means;
}

/** Local incidence angle, and layover and shadow. */
async function terrainLayersTile(tile: Tile): Promise<TileValues> {
  const { grid, part } = tile;
  const { around, ground, sight } = await seenGround(tile);
  const cartesian = cartesianPoints(grid, around, ground.heights);
  const angles = innerPart(localIncidenceAngles(ground, cartesian, sight), around, part);
  const codes = innerPart(layoverShadow(ground, sight), around, part);
  return {
    values: [angles, Float32Array.from(codes)],
    mask: Uint8Array.from(angles, (angle) => Number(Number.isFinite(angle))),
  };
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

/** The ground of a tile and around it, as the radar sees it. */
interface SeenGround extends Tile {
  sight: LineOfSight;
  cells: RadarCells;
  /** The tile and the ground around it that is seen in the same radar cells, or that casts shadow. */
  around: Window;
  /** The points of this part. */
  ground: GroundPoints;
}

async function seenGround(tile: Tile): Promise<SeenGround> {
  const { grid, reached, geometry } = tile;
  const sight = lineOfSight(geometry, grid, reached);
  const cells = radarCells(geometry, sight);
  const { around, heights } = await surroundings(tile, sight, cells);
  const ground = groundPoints(geometry, grid, around, heights);
  return { ...tile, sight, cells, around, ground };
}

/** Radar cells of ground beyond those of a tile that contribute by interpolation. */
const MARGIN_CELLS = 4;

/** Heights of a tile and of the ground around it: farther away, the more relief there is. */
async function surroundings(
  { grid, part, elevation, signal }: Tile,
  { incidenceAt, nearest, outward, stepLength }: LineOfSight,
  cells: RadarCells,
): Promise<{ around: Window; heights: Float64Array }> {
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
    if (wantedAcross <= across && wantedDown <= down) return { around, heights };
    [across, down] = [Math.max(across, wantedAcross), Math.max(down, wantedDown)];
  }
}

/** Facets along the edge of a radar cell. */
const FACETS = 4;

/** Flattening factors of the ground, by facets that are finer than the cells of the map and radar cells. */
async function areaFactors({
  geometry,
  elevation,
  grid,
  around,
  sight,
  cells,
  signal,
}: SeenGround): Promise<FlatteningFactors> {
  const fine = Math.ceil((FACETS * sight.cellLength) / cells.slantRange);
  const [x, a, b, y, d, e] = grid.transform;
  const fineGrid: MapGrid = {
    ...{ crs: grid.crs, width: grid.width * fine, height: grid.height * fine },
    transform: [x, a / fine, b / fine, y, d / fine, e / fine],
  };
  const finePart = {
    ...{ x: around.x * fine, y: around.y * fine },
    ...{ width: around.width * fine, height: around.height * fine },
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
