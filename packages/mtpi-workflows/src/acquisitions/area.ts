import type { Window } from '@mtpi/polsar-priors';
import {
  crsOf,
  extentOf,
  footprint,
  type Gcp,
  type LonLat,
  nearestLongitude,
  projectionOf,
  withNearestLongitude,
} from '@mtpi/sar-io';
import { type Area, areaLines, densifyLine } from '@mtpi/sentinel1';
import { Matrix, solve } from 'ml-matrix';
import { WorkflowError } from '../errors';
import { clipRing, signedArea } from '../rings';

type Raster = Parameters<typeof footprint>[0] & { paths: readonly string[] };

/**
 * The smallest window of a raster that holds its part of an area of interest, also across the antimeridian.
 *
 * @throws WorkflowError `InvalidArgument` where the area lies outside, or nothing places the raster on Earth; SarIoError
 *   `UnsupportedFormat` for reference systems other than WGS 84, geographic or UTM.
 */
export function windowOfArea(raster: Raster, area: Area): Window {
  const window = findArea(raster, area);
  if (!window) throw outsideError(raster);
  return window;
}

/** The same; undefined where the area lies outside. */
export function findArea(raster: Raster, area: Area): Window | undefined {
  const { near, middle } = outlineOf(raster);
  const bounds = [0, 1].map((axis) => {
    const [least, most] = extentOf(near.map((corner) => corner[axis]));
    return [2 * least - most, 2 * most - least]; // the raster's extent again on either side
  });
  const toPixel = pixelOf(raster, middle);
  const windows = areaLines(area).flatMap((line) => {
    const pixels = densifyLine(unwrapLine(line, middle)).map((point) => {
      const clamped = point.map((value, axis) => Math.min(Math.max(value, bounds[axis][0]), bounds[axis][1]));
      return toPixel([clamped[0], clamped[1]]);
    });
    const range = (axis: 0 | 1, size: number) => {
      const [least, most] = extentOf(pixels.map((pixel) => pixel[axis]));
      return [Math.max(0, Math.floor(least + 1e-6)), Math.min(size, Math.ceil(most - 1e-6))];
    };
    const [[left, right], [top, bottom]] = [range(0, raster.width), range(1, raster.height)];
    return left < right && top < bottom ? [{ left, right, top, bottom }] : [];
  });
  if (windows.length === 0) return undefined;
  const [x, right] = extentOf(windows.flatMap((window) => [window.left, window.right]));
  const [y, bottom] = extentOf(windows.flatMap((window) => [window.top, window.bottom]));
  return { x, y, width: right - x, height: bottom - y };
}

/**
 * The share of an area of interest that lies in a raster, 0 … 1, by square degrees; 1 of what has no area, such as points.
 *
 * @throws as `windowOfArea`.
 */
export function coveredShare(raster: Raster, area: Area): number {
  const { near, middle } = outlineOf(raster);
  const turn = Math.sign(signedArea(near));
  const inside = (ring: LonLat[]) =>
    near.reduce((part, [x, y], i) => {
      const [endX, endY] = near[(i + 1) % near.length];
      return clipRing(part, ([lon, lat]) => turn * ((endX - x) * (lat - y) - (endY - y) * (lon - x)));
    }, ring);
  const sizeOf = (parts: LonLat[][]) => parts.reduce((sum, ring) => sum + Math.abs(signedArea(ring)), 0);
  const rings = areaLines(area).map((line) => unwrapLine(line, middle));
  const whole = sizeOf(rings);
  return whole > 0 ? sizeOf(rings.map(inside)) / whole : 1;
}

/** The corners of a raster and its middle, with continuous longitudes. @throws as `windowOfArea`. */
function outlineOf(raster: Raster): { near: LonLat[]; middle: number } {
  const corners = footprint(raster);
  if (!corners)
    throw new WorkflowError('InvalidArgument', {
      path: raster.paths[0],
      expected: 'a georeference, to find the area of interest',
      found: 'none',
      hint: 'Use --crop x,y,width,height.',
    });
  // Those of a map in degrees are, even around the Earth; others are wrapped at the antimeridian.
  const { crs, transform } = raster.georeference;
  const near =
    transform && crs?.geographic
      ? corners
      : corners.map((corner) => withNearestLongitude(corner, corners[0][0]));
  return { near, middle: (near[0][0] + near[2][0]) / 2 };
}

/** The error of an area of interest that lies outside a raster. */
export function outsideError(raster: Raster): WorkflowError {
  const [path] = raster.paths;
  const { near: corners } = outlineOf(raster);
  const bounds = [Math.min, Math.max].flatMap((bound) =>
    [0, 1].map((axis) => bound(...corners.map((corner) => corner[axis])).toFixed(3)),
  );
  return new WorkflowError('InvalidArgument', `${path}: the area of interest lies outside the image`, {
    path,
    hint: `The image covers ${bounds.join(',')} (west,south,east,north).`,
  });
}

/** A line with the longitude of its middle within half a turn of another; one wider than half a turn crosses the antimeridian. */
function unwrapLine(line: LonLat[], near: number): LonLat[] {
  const [first, last] = longitudesOf(line);
  const crosses = last - first > 180 && last - first < 360;
  const whole = crosses ? line.map(([lon, lat]): LonLat => [lon < 0 ? lon + 360 : lon, lat]) : line;
  const [west, east] = longitudesOf(whole);
  const center = (west + east) / 2;
  const turn = nearestLongitude(center, near) - center;
  return whole.map(([lon, lat]) => [lon + turn, lat]);
}

const longitudesOf = (points: LonLat[]) => extentOf(points.map(([longitude]) => longitude));

/** From degrees to columns and rows. */
function pixelOf({ georeference: { crs, transform, gcps } }: Raster, middle: number) {
  const { forward, inverse } = projectionOf(crs ?? crsOf(4326));
  if (!transform) {
    const points = gcps!.map((gcp) => ({
      ...gcp,
      place: withNearestLongitude(inverse([gcp.x, gcp.y]), middle),
    }));
    return fitted(points);
  }
  const [x0, xc, xr, y0, yc, yr] = transform;
  const determinant = xc * yr - xr * yc;
  return (point: LonLat): LonLat => {
    const [x, y] = forward(point);
    return [(yr * (x - x0) - xr * (y - y0)) / determinant, (xc * (y - y0) - yc * (x - x0)) / determinant];
  };
}

/** Columns and rows as polynomials of longitude and latitude, quadratic where there are points enough. */
function fitted(points: readonly (Gcp & { place: LonLat })[]): (point: LonLat) => LonLat {
  const [[lon0, lat0]] = points.map(({ place }) => place);
  const terms = ([lon, lat]: LonLat) => {
    const [u, v] = [lon - lon0, lat - lat0];
    return points.length >= 12 ? [1, u, v, u * v, u * u, v * v] : [1, u, v];
  };
  const targets = new Matrix(points.map(({ column, row }) => [column, row]));
  const coefficients = solve(new Matrix(points.map(({ place }) => terms(place))), targets, true);
  return (point) => {
    const [pixel] = new Matrix([terms(point)]).mmul(coefficients).to2DArray();
    return [pixel[0], pixel[1]];
  };
}
