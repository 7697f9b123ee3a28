import { type GroundPoints, heightRange } from './ground-points';
import type { LineOfSight } from './line-of-sight';

/** Values of a layover and shadow mask; both: their sum. */
export const SHADOW = 1;
export const LAYOVER = 2;

/**
 * Layover and shadow of points of the ground, by lines of sight along the ground in steps of a cell: in shadow where the
 * ground toward the satellite rises above the line of sight, in layover where other ground has the same slant range.
 * Distances are short, so the line of sight is straight over a plane.
 *
 * @returns `SHADOW`, `LAYOVER`, their sum, or 0 where there is neither or the height is unknown. Ground outside the points
 *   casts neither.
 */
export function layoverShadow(points: GroundPoints, sight: LineOfSight): Uint8Array {
  const { width, height, heights, slantRangeTimes } = points;
  const result = new Uint8Array(heights.length);
  const range = heightRange(heights);
  if (!range) return result;
  const { outward, stepLength } = sight;
  const [dx, dy] = outward;
  if (!hasSteepSlopes(points, sight)) return result;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const [here, slantRangeTime] = [heights[i], slantRangeTimes[i]];
      if (Number.isNaN(here)) continue;
      const slope = Math.tan(sight.incidenceAt(slantRangeTime));
      const [above, below] = [range.high - here, here - range.low];
      let found = 0;
      for (let step = 1; step * stepLength <= above * slope; step++) {
        const ground = bilinear(heights, width, height, x - step * dx, y - step * dy);
        if (ground > here + (step * stepLength) / slope) {
          found |= SHADOW;
          break;
        }
      }
      for (let step = 1; step * stepLength <= above / slope; step++) {
        if (bilinear(slantRangeTimes, width, height, x + step * dx, y + step * dy) <= slantRangeTime) {
          found |= LAYOVER;
          break;
        }
      }
      for (let step = 1; !(found & LAYOVER) && step * stepLength <= below / slope; step++) {
        if (bilinear(slantRangeTimes, width, height, x - step * dx, y - step * dy) >= slantRangeTime)
          found |= LAYOVER;
      }
      result[i] = found;
    }
  }
  return result;
}

/** Whether ranges decrease outward or ground turns away from the satellite anywhere: layover and shadow begin there. */
function hasSteepSlopes(
  { width, height, heights, slantRangeTimes }: GroundPoints,
  sight: LineOfSight,
): boolean {
  const [dx, dy] = sight.outward;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const range = bilinear(slantRangeTimes, width, height, x + dx, y + dy);
      const fall = heights[i] - bilinear(heights, width, height, x + dx, y + dy);
      if (range <= slantRangeTimes[i]) return true;
      if (fall * Math.tan(sight.incidenceAt(range)) > sight.stepLength) return true;
    }
  }
  return false;
}

/** NaN outside. */
function bilinear(values: Float64Array, width: number, height: number, x: number, y: number): number {
  if (!(x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1)) return Number.NaN;
  const [left, top] = [Math.min(Math.floor(x), width - 2), Math.min(Math.floor(y), height - 2)];
  const [u, v] = [x - left, y - top];
  const corner = top * width + left;
  return (
    (1 - v) * ((1 - u) * values[corner] + u * values[corner + 1]) +
    v * ((1 - u) * values[corner + width] + u * values[corner + width + 1])
  );
}
