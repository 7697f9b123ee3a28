import type { Window } from '@mtpi/polsar-priors';
import type { MapGrid } from '@mtpi/sar-io';
import { cellLonLat } from './elevation-model';
import { reachedPart } from './line-of-sight';
import type { RadarGeometry } from './radar-geometry';

/** Size of a map cell in an image, in pixels; smaller cells count as one pixel. */
export interface CellSize {
  rows: number;
  columns: number;
}

/** Rows and columns of the image in a cell of a map. */
export function cellSize(geometry: RadarGeometry, grid: MapGrid, part: Window): CellSize {
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
