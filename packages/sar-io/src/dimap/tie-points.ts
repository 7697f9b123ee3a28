import type { Gcp } from '../georeference/georeference';

/** A coarse grid of numbers over an image, as SNAP keeps latitudes and longitudes. */
export interface TiePointGrid {
  columns: number;
  rows: number;
  /** Image coordinates of the first point, and from one point to the next, in pixels. */
  offset: readonly [x: number, y: number];
  step: readonly [x: number, y: number];
  /** Row by row. */
  values: Float32Array;
}

/** The points of two grids of one shape as ground control points, at height 0. */
export function tiePointGcps(latitude: TiePointGrid, longitude: TiePointGrid): Gcp[] {
  const { columns, offset, step, values } = latitude;
  return Array.from(values, (y, i) => ({
    column: offset[0] + (i % columns) * step[0],
    row: offset[1] + Math.floor(i / columns) * step[1],
    x: longitude.values[i],
    y,
    z: 0,
  }));
}
