import { SarIoError } from '../errors';
import { controlPointOffset } from './control-points';
import { areComparable, differingParameter } from './crs-parameters';
import type { Georeference } from './georeference';
import { nearestLongitude } from './map-grid';

interface Grid {
  readonly width: number;
  readonly height: number;
  readonly georeference: Georeference;
}

/** Control points of one place agree within this share of the image's extent, and within two pixels of a small one. */
const CONTROL_POINT_TOLERANCE = 0.01;

/**
 * How two grids differ: size, reference system, origin and pixel size, ground control points. A property that only one of
 * them has is not compared.
 */
export function gridDifferences(a: Grid, b: Grid): string[] {
  const differences: string[] = [];
  const compare = (what: string, first: unknown, second: unknown, same: boolean) => {
    if (!same) differences.push(`${what} ${first} and ${second}`);
  };
  compare(
    'size',
    `${a.width} × ${a.height}`,
    `${b.width} × ${b.height}`,
    a.width === b.width && a.height === b.height,
  );
  const crs = crsDifference(a.georeference, b.georeference);
  if (crs) differences.push(crs);
  const [s, t] = [a.georeference.transform, b.georeference.transform];
  if (s && t) {
    const pixel = Math.max(Math.hypot(s[1], s[4]), Math.hypot(s[2], s[5]));
    const shift = Math.hypot(firstColumn(b, a) - s[0], s[3] - t[3]);
    compare('origin', `(${s[0]}, ${s[3]})`, `(${t[0]}, ${t[3]})`, shift < 0.01 * pixel);
    // A hundredth of a pixel at the far corner.
    const tolerance = (0.01 * pixel) / Math.max(a.width, a.height);
    const steps = [1, 2, 4, 5].every((i) => Math.abs(s[i] - t[i]) < tolerance);
    compare('pixel size', `(${s[1]}, ${s[5]})`, `(${t[1]}, ${t[5]})`, steps);
  }
  const offset = gridOffset(a, b);
  if (offset !== undefined && offset > Math.max(2, CONTROL_POINT_TOLERANCE * Math.hypot(a.width, a.height))) {
    differences.push(`ground control points, by ${Number(offset.toPrecision(3))} pixels`);
  }
  return differences;
}

/** How the reference systems of two rasters differ, where both have one. */
function crsDifference({ crs: a }: Georeference, { crs: b }: Georeference): string | undefined {
  if (!a || !b) return undefined;
  if (a.epsg && b.epsg) return a.epsg === b.epsg ? undefined : `crs EPSG:${a.epsg} and EPSG:${b.epsg}`;
  const differing = differingParameter(a, b);
  return differing && `crs, in ${differing}`;
}

/** Whether the reference systems of two rasters are known well enough to be compared, as far as both have one. */
export const isCrsComparable = ({ crs: a }: Georeference, { crs: b }: Georeference): boolean =>
  !a || !b || Boolean(a.epsg && b.epsg) || areComparable(a, b);

/** Whether a reference system is the same for two rasters, as far as both have one. */
export const sameCrs = (a: Georeference, b: Georeference): boolean => crsDifference(a, b) === undefined;

/**
 * The column and row of a grid's first pixel in another grid, where they have one reference system and one lattice of
 * pixels: origins a whole number of pixels apart, to a hundredth of a pixel.
 *
 * @returns undefined where they do not, or have no transform.
 */
export function latticeOffset(base: Grid, grid: Grid): { x: number; y: number } | undefined {
  const [s, t] = [base.georeference.transform, grid.georeference.transform];
  if (!s || !t || !sameCrs(base.georeference, grid.georeference)) return undefined;
  const [dx, dy] = [firstColumn(grid, base) - s[0], t[3] - s[3]];
  const determinant = s[1] * s[5] - s[2] * s[4];
  const [x, y] = [(s[5] * dx - s[2] * dy) / determinant, (s[1] * dy - s[4] * dx) / determinant];
  const pixel = Math.max(Math.hypot(s[1], s[4]), Math.hypot(s[2], s[5]));
  const tolerance = (0.01 * pixel) / Math.max(base.width, base.height, grid.width, grid.height);
  const steps = [1, 2, 4, 5].every((i) => Math.abs(s[i] - t[i]) < tolerance);
  const offset = { x: Math.round(x), y: Math.round(y) };
  return steps && Math.hypot(x - offset.x, y - offset.y) < 0.01 ? offset : undefined;
}

/** Where a grid begins, easting or longitude; the latter moved by whole turns to beside another grid. */
function firstColumn(grid: Grid, beside: Grid): number {
  const [first, middle] = [grid, beside].map(({ georeference, width, height }) => {
    const [x, xc, xr] = georeference.transform!;
    return x + (xc * width + xr * height) / 2;
  });
  const turn = grid.georeference.crs?.geographic ? nearestLongitude(first, middle) - first : 0;
  return grid.georeference.transform![0] + turn;
}

/** How far apart the ground control points of two rasters place an image, in pixels; undefined where one has none. */
export function gridOffset(a: Grid, b: Grid): number | undefined {
  const [first, second] = [a.georeference.gcps, b.georeference.gcps];
  return first && second ? controlPointOffset(first, second, a) : undefined;
}

/**
 * @throws SarIoError `GridMismatch` unless all lie on the grid of the first, naming the differences: size, reference
 * system, origin, pixel size, ground control points. Origins may differ by a hundredth of a pixel, control points by a
 * hundredth of the image.
 */
export function assertSameGrid(
  rasters: readonly (Grid & { paths?: readonly string[]; path?: string })[],
): void {
  const name = (raster: (typeof rasters)[number]) => raster.path ?? raster.paths?.join(' + ') ?? 'raster';
  for (const raster of rasters.slice(1)) {
    const differences = gridDifferences(rasters[0], raster);
    if (differences.length > 0) {
      throw new SarIoError(
        'GridMismatch',
        `${name(rasters[0])} and ${name(raster)} are not on the same grid: ${differences.join('; ')}`,
        {
          path: name(raster),
          expected: `the grid of ${name(rasters[0])}`,
          found: differences.join('; '),
          hint: 'Co-register or resample the images to one grid first',
        },
      );
    }
  }
}
