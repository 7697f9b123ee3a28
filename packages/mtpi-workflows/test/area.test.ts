import { crsOf, projectionOf } from '@mtpi/sar-io';
import { expect, test } from 'vitest';
import { coveredShare, windowOfArea } from '../src/acquisitions/area';

const box = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon' as const,
  coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]], // biome-ignore format: corners
});

const degrees = { crs: crsOf(4326), transform: [10, 0.01, 0, 50, 0, -0.01] as const };
const raster = (georeference: object) => ({ paths: ['a.tif'], width: 200, height: 100, georeference });

test('a box of degrees is a window of a map in degrees', () => {
  expect(windowOfArea(raster(degrees), box(10.5, 49.3, 10.8, 49.6))).toEqual({
    x: 50,
    y: 40,
    width: 30,
    height: 30,
  });
  expect(windowOfArea(raster(degrees), box(0, 0, 10.05, 80))).toEqual({ x: 0, y: 0, width: 5, height: 100 });
  expect(() => windowOfArea(raster(degrees), box(0, 0, 5, 5))).toThrow(/lies outside/);
  expect(() => windowOfArea(raster({}), box(0, 0, 5, 5))).toThrow(/expected a georeference/);
});

test('parts of an area outside the image do not count, and an error says where the image is', () => {
  const [inside, far] = [box(10.5, 49.3, 10.8, 49.6), box(100, 10, 101, 11)];
  const area = { type: 'GeometryCollection' as const, geometries: [inside, far] };
  expect(windowOfArea(raster(degrees), area)).toEqual({ x: 50, y: 40, width: 30, height: 30 });
  expect(windowOfArea(raster(degrees), { ...area, geometries: [inside, box(11, 49, 11.1, 49.2)] })).toEqual({
    x: 50,
    y: 40,
    width: 60,
    height: 60,
  });
  expect(() => windowOfArea(raster(degrees), far)).toThrow(
    expect.objectContaining({
      hint: 'The image covers 10.000,49.000,12.000,50.000 (west,south,east,north).',
    }),
  );
});

test('a boundary may have many points', () => {
  const ring = Array.from({ length: 20_001 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 20_000;
    return [11 + 0.5 * Math.cos(angle), 49.5 + 0.2 * Math.sin(angle)];
  });
  const area = { type: 'Polygon' as const, coordinates: [ring] };
  expect(windowOfArea(raster(degrees), area)).toEqual({ x: 50, y: 30, width: 100, height: 40 });
});

test('a window of UTM holds the corners of the area', () => {
  const utm = { crs: crsOf(32633), transform: [500_000, 10, 0, 4_500_000, 0, -10] as const };
  const { inverse } = projectionOf(utm.crs);
  const [west, north] = inverse([500_500, 4_499_800]);
  const [east, south] = inverse([501_000, 4_499_400]);
  const { x, y, width, height } = windowOfArea(raster(utm), box(west, south, east, north));
  // Meridians are not quite columns there.
  expect(Math.abs(x - 50)).toBeLessThanOrEqual(1);
  expect(Math.abs(y - 20)).toBeLessThanOrEqual(1);
  expect(Math.abs(x + width - 100)).toBeLessThanOrEqual(1);
  expect(Math.abs(y + height - 60)).toBeLessThanOrEqual(1);
});

test('areas may cross the antimeridian, as may rasters', () => {
  const fiji = raster({ crs: crsOf(4326), transform: [179, 0.01, 0, -16, 0, -0.01] as const });
  const expected = { x: 50, y: 20, width: 100, height: 30 };
  expect(windowOfArea(fiji, box(179.5, -16.5, 180.5, -16.2))).toEqual(expected);
  expect(windowOfArea(fiji, box(179.5, -16.5, -179.5, -16.2))).toEqual(expected);
});

test('control points of radar geometry place the area too', () => {
  const gcps = [0, 50, 100].flatMap((row) =>
    [0, 50, 100, 150, 200].map((column) => ({
      row,
      column,
      x: 10 + column / 100 + row / 1000,
      y: 50 - row / 100,
      z: 0,
    })),
  );
  const { x, y, width, height } = windowOfArea(raster({ gcps }), box(10.5, 49.3, 10.8, 49.6));
  // Rows from 40 to 70, which are shifted by 4 to 7 columns.
  expect([x, y, x + width, y + height]).toEqual([43, 40, 76, 70]);
});

test('control points across the antimeridian, whose longitudes are wrapped, place the area too', () => {
  const gcps = [0, 50, 100].flatMap((row) =>
    [0, 50, 100, 150, 200].map((column) => {
      const longitude = 179 + column / 100 + row / 1000;
      return { row, column, x: longitude > 180 ? longitude - 360 : longitude, y: -16 - row / 100, z: 0 };
    }),
  );
  const edges = (west: number, east: number) => {
    const { x, y, width, height } = windowOfArea(raster({ gcps }), box(west, -16.6, east, -16.4));
    return [x, y, x + width, y + height];
  };
  // Rows from 40 to 60, which are shifted by 4 to 6 columns.
  expect(edges(179.5, 179.7)).toEqual([44, 40, 66, 60]);
  expect(edges(-179.5, -179.3)).toEqual([144, 40, 166, 60]);
  expect(edges(179.5, -179.3)).toEqual([44, 40, 166, 60]);
});

test('a map around the Earth reaches to both its edges', () => {
  const globe = raster({ crs: crsOf(4326), transform: [-180, 1.8, 0, 90, 0, -1.8] as const });
  expect(windowOfArea(globe, box(-180, -90, 180, 90))).toEqual({ x: 0, y: 0, width: 200, height: 100 });
  expect(windowOfArea(globe, box(90, 0, 180, 90))).toEqual({ x: 150, y: 0, width: 50, height: 50 });
});

test('the share of an area that lies in the image is measured', () => {
  const image = raster(degrees); // 10 to 12° east, 49 to 50° north
  const share = (...boxes: ReturnType<typeof box>[]) =>
    coveredShare(image, { type: 'MultiPolygon', coordinates: boxes.map(({ coordinates }) => coordinates) });
  expect(share(box(10.5, 49.3, 10.8, 49.6))).toBe(1);
  expect(share(box(9, 49.2, 11, 49.6))).toBeCloseTo(0.5, 9);
  expect(share(box(9, 48, 13, 51))).toBeCloseTo(1 / 6, 9);
  expect(share(box(10, 49, 11, 50), box(100, 10, 102, 11.5))).toBeCloseTo(0.25, 9);
  expect(coveredShare(image, { type: 'Point', coordinates: [0, 0] })).toBe(1);
  const fiji = raster({ crs: crsOf(4326), transform: [179, 0.01, 0, -16, 0, -0.01] as const });
  expect(coveredShare(fiji, box(-179.5, -16.5, -178.5, -16.2))).toBeCloseTo(0.5, 9);
});
