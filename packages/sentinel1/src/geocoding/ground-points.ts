import type { Window } from '@mtpi/polsar-priors';
import type { MapGrid } from '@mtpi/sar-io';
import { interpolateFromCoarseGrid } from './coarse-grid';
import { cellLonLat } from './elevation-model';
import type { RadarGeometry } from './radar-geometry';
import { toCartesian, upward } from './vector';

/** The cell centers of a part of a map on the ground, row by row; NaN where the height is unknown. */
export interface GroundPoints {
  width: number;
  height: number;
  /** Meters above the ellipsoid. */
  heights: Float64Array;
  /** Zero-Doppler times and two-way slant range times (s). */
  times: Float64Array;
  slantRangeTimes: Float64Array;
}

/**
 * Sees cells from the satellite. Both times are smooth over the map and nearly linear in height (to 0.1 m for 1000 m of relief
 * within a tile), so they are computed on a coarse grid at the lowest and the highest ground.
 */
export function groundPoints(
  geometry: RadarGeometry,
  grid: MapGrid,
  part: Window,
  heights: Float64Array,
): GroundPoints {
  const { width, height } = part;
  const range = heightRange(heights);
  if (!range) return { width, height, heights, times: heights, slantRangeTimes: heights };
  const [low, high] = range.high - range.low < 1 ? [range.low, range.low + 1] : [range.low, range.high];
  const lonLat = cellLonLat(grid, part);
  const [lowTimes, lowRanges, highTimes, highRanges] = interpolateFromCoarseGrid(part, (x, y) => {
    const [longitude, latitude] = lonLat(x, y);
    const below = geometry.geolocate(longitude, latitude, low);
    const above = geometry.geolocate(longitude, latitude, high);
    return [below.time, below.slantRangeTime, above.time, above.slantRangeTime];
  });
  const between = (atLow: Float64Array, atHigh: Float64Array) => {
    for (let i = 0; i < heights.length; i++)
      atLow[i] += ((heights[i] - low) / (high - low)) * (atHigh[i] - atLow[i]);
    return atLow;
  };
  const times = between(lowTimes, highTimes);
  return { width, height, heights, times, slantRangeTimes: between(lowRanges, highRanges) };
}

/** Earth-fixed coordinates (m) of cell centers at their heights: x, y and z. */
export function cartesianPoints(grid: MapGrid, part: Window, heights: Float64Array): readonly Float64Array[] {
  const lonLat = cellLonLat(grid, part);
  const coarse = interpolateFromCoarseGrid(part, (x, y) => {
    const [longitude, latitude] = lonLat(x, y);
    return [...toCartesian(longitude, latitude, 0), ...upward(longitude, latitude)];
  });
  return [0, 1, 2].map((axis) => {
    const [base, up] = [coarse[axis], coarse[axis + 3]];
    for (let i = 0; i < base.length; i++) base[i] += heights[i] * up[i];
    return base;
  });
}

/** Lowest and highest known height. */
export function heightRange(heights: Float64Array): { low: number; high: number } | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const height of heights) {
    if (height < low) low = height;
    if (height > high) high = height;
  }
  return low <= high ? { low, high } : undefined;
}
