import { extentOf } from './extent';
import type { Gcp } from './georeference';

/** From image to map coordinates: x = x₀ + x₁ · column + x₂ · row, and y likewise. */
type Affine = [x: Solution, y: Solution];
type Solution = [number, number, number];

/**
 * How far apart two sets of ground control points place an image: the largest distance in pixels, at the points
 * themselves where both have the same ones, else at the corners as affine fits place them.
 *
 * @returns undefined where a set has too few points, or all on one line.
 */
export function controlPointOffset(
  a: readonly Gcp[],
  b: readonly Gcp[],
  { width, height }: { width: number; height: number },
): number | undefined {
  const [first, second] = [fitAffine(a), fitAffine(b)];
  if (!first || !second) return undefined;
  const [[, xc, xr], [, yc, yr]] = first;
  const pixel = Math.sqrt(Math.abs(xc * yr - xr * yc));
  const isSamePoint = (p: Gcp, q: Gcp) => Math.hypot(p.column - q.column, p.row - q.row) < 0.01;
  const sameLattice = a.length === b.length && a.every((point, i) => isSamePoint(point, b[i]));
  const offsets = sameLattice
    ? a.map(({ x, y }, i) => Math.hypot(b[i].x - x, b[i].y - y))
    : [
        [0, 0],
        [width, 0],
        [0, height],
        [width, height],
      ].map((corner) => {
        const [p, q] = [first, second].map((fit) => fit.map((of) => evaluate(of, corner)));
        return Math.hypot(q[0] - p[0], q[1] - p[1]);
      });
  return extentOf(offsets)[1] / pixel;
}

const evaluate = ([constant, perColumn, perRow]: Solution, [column, row]: readonly number[]) =>
  constant + perColumn * column + perRow * row;

/** The least-squares fit; undefined where the points don't determine it. */
function fitAffine(points: readonly Gcp[]): Affine | undefined {
  const mean = (of: (point: Gcp) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [column, row, x, y] = [mean((p) => p.column), mean((p) => p.row), mean((p) => p.x), mean((p) => p.y)];
  const cc = mean((p) => (p.column - column) ** 2);
  const rr = mean((p) => (p.row - row) ** 2);
  const cr = mean((p) => (p.column - column) * (p.row - row));
  const determinant = cc * rr - cr * cr;
  if (!(determinant > 1e-9 * cc * rr)) return undefined;
  const solve = (value: (point: Gcp) => number, center: number): Solution => {
    const c = mean((p) => (p.column - column) * (value(p) - center));
    const r = mean((p) => (p.row - row) * (value(p) - center));
    const perColumn = (c * rr - r * cr) / determinant;
    const perRow = (r * cc - c * cr) / determinant;
    return [center - perColumn * column - perRow * row, perColumn, perRow];
  };
  return [solve((p) => p.x, x), solve((p) => p.y, y)];
}
