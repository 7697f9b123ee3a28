import type { Window } from '@mtpi/polsar-priors';
import {
  type Georeference,
  type LonLat,
  nearestLongitude,
  projectionOf,
  sameCrs,
  type Transform,
} from '@mtpi/sar-io';

/** A raster's grid on a map. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly georeference: Georeference & { transform: Transform };
}

/** From a column and row of one grid to those of another; pixel centers have halves. */
export type GridMapping = (column: number, row: number) => LonLat;

/** Pixels between nodes where a mapping through a map projection is evaluated; between them it is interpolated. */
const STEP = 16;

/**
 * Where points of a grid lie on another.
 *
 * @throws SarIoError `UnsupportedFormat` where their reference systems differ and one is neither WGS 84 nor its UTM.
 */
export function gridMapping(from: Grid, to: Grid): GridMapping {
  const [x0, xc, xr, y0, yc, yr] = from.georeference.transform;
  const [s0, sc, sr, t0, tc, tr] = to.georeference.transform;
  const determinant = sc * tr - sr * tc;
  const middle = s0 + (sc * to.width + sr * to.height) / 2;
  const toMap = mapMapping(from.georeference, to.georeference);
  return (column, row) => {
    const [easting, northing] = toMap([x0 + column * xc + row * xr, y0 + column * yc + row * yr]);
    // Longitudes on both sides of the antimeridian are neighbors.
    const near = to.georeference.crs?.geographic ? nearestLongitude(easting, middle) : easting;
    const [x, y] = [near - s0, northing - t0];
    return [(tr * x - sr * y) / determinant, (sc * y - tc * x) / determinant];
  };
}

function mapMapping(from: Georeference, to: Georeference): (point: LonLat) => LonLat {
  if (!from.crs || !to.crs || sameCrs(from, to)) return (point) => point;
  const [{ inverse }, { forward }] = [projectionOf(from.crs), projectionOf(to.crs)];
  return (point) => forward(inverse(point));
}

/** The part of a grid that another covers, from its outline: a box around it, inside the grid; empty where they are apart. */
export function coveredWindow(grid: Grid, other: Grid): Window {
  const toGrid = gridMapping(other, grid);
  const points: LonLat[] = [];
  for (let i = 0; i <= STEP; i++) {
    const [column, row] = [(i * other.width) / STEP, (i * other.height) / STEP];
    points.push(toGrid(column, 0), toGrid(column, other.height), toGrid(0, row), toGrid(other.width, row));
  }
  const range = (axis: 0 | 1, size: number) => {
    const values = points.map((point) => point[axis]);
    const first = Math.min(size, Math.max(0, Math.floor(Math.min(...values) + 0.01)));
    const end = Math.max(first, Math.min(size, Math.ceil(Math.max(...values) - 0.01)));
    return [first, end - first];
  };
  const [[x, width], [y, height]] = [range(0, grid.width), range(1, grid.height)];
  return { x, y, width, height };
}

/**
 * Where the pixel centers of a window lie on another grid. Nodes are multiples of 16 pixels of the grid, so that a pixel
 * has one place whatever the window.
 */
export function mapWindow(
  mapping: GridMapping,
  { x, y, width, height }: Window,
): { columns: Float64Array; rows: Float64Array } {
  const [columns, rows] = [new Float64Array(width * height), new Float64Array(width * height)];
  const node = (value: number) => STEP * Math.floor(value / STEP);
  for (let top = node(y); top < y + height; top += STEP) {
    for (let left = node(x); left < x + width; left += STEP) {
      const corners = [0, STEP].map((down) =>
        [0, STEP].map((right) => mapping(left + right + 0.5, top + down + 0.5)),
      );
      for (let r = Math.max(top, y); r < Math.min(top + STEP, y + height); r++) {
        const v = (r - top) / STEP;
        const [first, last] = [0, 1].map((side) =>
          [0, 1].map((axis) => corners[0][side][axis] * (1 - v) + corners[1][side][axis] * v),
        );
        for (let c = Math.max(left, x); c < Math.min(left + STEP, x + width); c++) {
          const [u, i] = [(c - left) / STEP, (r - y) * width + c - x];
          columns[i] = first[0] * (1 - u) + last[0] * u;
          rows[i] = first[1] * (1 - u) + last[1] * u;
        }
      }
    }
  }
  return { columns, rows };
}

/** Columns and rows of another grid that a pixel in the middle of a grid spans. */
export function pixelSpan(grid: Grid, mapping: GridMapping): { columns: number; rows: number } {
  const [column, row] = [grid.width / 2, grid.height / 2];
  const [center, right, below] = [mapping(column, row), mapping(column + 1, row), mapping(column, row + 1)];
  const span = (axis: 0 | 1) => Math.hypot(right[axis] - center[axis], below[axis] - center[axis]);
  return { columns: span(0), rows: span(1) };
}
