import type { GroundPoints } from './ground-points';
import type { LineOfSight } from './line-of-sight';

/**
 * Angles (degrees) between the line of sight and the normal of the ground at points, from central differences of their
 * neighbors; NaN at the edges and beside unknown heights.
 *
 * @param cartesian Earth-fixed coordinates (m) of the points: x, y and z.
 */
export function localIncidenceAngles(
  { width, height, times }: GroundPoints,
  [xs, ys, zs]: readonly Float64Array[],
  { satellite: { time, position, velocity } }: LineOfSight,
): Float32Array {
  const angles = new Float32Array(times.length).fill(Number.NaN);
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const i = y * width + x;
      const [eastX, eastY, eastZ] = [xs[i + 1] - xs[i - 1], ys[i + 1] - ys[i - 1], zs[i + 1] - zs[i - 1]];
      const [north, south] = [i - width, i + width];
      const [northX, northY, northZ] = [xs[north] - xs[south], ys[north] - ys[south], zs[north] - zs[south]];
      const normalX = eastY * northZ - eastZ * northY;
      const normalY = eastZ * northX - eastX * northZ;
      const normalZ = eastX * northY - eastY * northX;
      const elapsed = times[i] - time;
      const lookX = xs[i] - position[0] - velocity[0] * elapsed;
      const lookY = ys[i] - position[1] - velocity[1] * elapsed;
      const lookZ = zs[i] - position[2] - velocity[2] * elapsed;
      const cosine =
        -(normalX * lookX + normalY * lookY + normalZ * lookZ) /
        (Math.hypot(normalX, normalY, normalZ) * Math.hypot(lookX, lookY, lookZ));
      angles[i] = (Math.acos(cosine) * 180) / Math.PI;
    }
  }
  return angles;
}
