import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  crsOf,
  defineCrs,
  footprint,
  type LonLat,
  mapGrid,
  nearestLongitude,
  projectionOf,
} from '../src/index';
import { createGeoTiff, openGeoTiff } from '../src/node';
import { gdalInfo, imageOf, temporaryFolder, withoutGdal, writeInStrips } from './support';

const folder = temporaryFolder();

/** Meters: datums that are tied by seven parameters are as good as these. */
const SEVEN_PARAMETERS = 5;
const SYSTEMS: readonly [name: string, epsg: number, point: LonLat, tolerance: number][] = [
  ['Web Mercator', 3857, [11.3, 46.5], 1e-3],
  ['Lambert azimuthal of Europe', 3035, [11.3, 46.5], 1e-3],
  ['Arctic polar stereographic', 3413, [-40, 75], 1e-3],
  ['Antarctic polar stereographic', 3031, [100, -75], 1e-3],
  ['EASE-Grid 2.0', 6933, [100, 20], 1e-3],
  ['ETRS89 UTM', 25832, [9.5, 52], 1e-3],
  ['Lambert-93 of France', 2154, [2.5, 47], 1e-3],
  ['New Zealand', 2193, [172, -42], 1e-3],
  ['Switzerland', 2056, [8, 47], SEVEN_PARAMETERS],
  ['Great Britain', 27700, [-2, 53], SEVEN_PARAMETERS],
];

describe.each(SYSTEMS)('%s, EPSG:%i', (_, epsg, point, tolerance) => {
  it('is projected there and back', async () => {
    await defineCrs(crsOf(epsg));
    const { forward, inverse } = projectionOf(crsOf(epsg));
    const back = inverse(forward(point));
    expect(Math.max(...back.map((value, i) => Math.abs(value - point[i])))).toBeLessThan(1e-7);
  });

  it.skipIf(withoutGdal)('agrees with PROJ', async () => {
    await defineCrs(crsOf(epsg));
    const input = point.join(' ');
    const output = execFileSync('gdaltransform', ['-s_srs', 'OGC:CRS84', '-t_srs', `EPSG:${epsg}`], {
      input,
    });
    const [x, y] = output.toString().split(' ').map(Number);
    const found = projectionOf(crsOf(epsg)).forward(point);
    expect(Math.hypot(found[0] - x, found[1] - y)).toBeLessThan(tolerance);
  });
});

it.skipIf(withoutGdal)('GDAL finds a grid in such a system where it lies, and it is read back', async () => {
  const crs = crsOf(3413, false);
  await defineCrs(crs);
  const grid = mapGrid(
    [
      [-40, 75],
      [-39.9, 75.02],
    ],
    { epsg: 3413, spacing: 40 },
  );
  const path = join(folder, 'polar.tif');
  const sink = await createGeoTiff(path, { ...grid, georeference: grid, bands: ['VV'] });
  await writeInStrips(sink, imageOf(Array(grid.width * grid.height).fill(1), 1, grid.height, grid.width));
  const { coordinateSystem, wgs84Extent } = gdalInfo(path);
  expect(coordinateSystem.wkt).toMatch(/ID\["EPSG",3413\]\]$/);
  const raster = await openGeoTiff(path);
  const corners = footprint(raster)!;
  await raster.close();
  const [ring] = wgs84Extent.coordinates as LonLat[][];
  for (const corner of corners) {
    const distances = ring.map((other) => Math.hypot(other[0] - corner[0], other[1] - corner[1]));
    expect(Math.min(...distances)).toBeLessThan(1e-6);
  }
});

it.each([
  ['unknown here', 99999, /with an EPSG code.*found EPSG:99999/],
  [
    'of a datum that differs by a grid',
    26713,
    /a datum whose transformation to WGS 84 is known, found EPSG:26713/,
  ],
])('a system %s is refused', async (_, epsg, message) => {
  await defineCrs(crsOf(epsg));
  expect(() => projectionOf(crsOf(epsg))).toThrow(message);
});

it.each([
  ['feet', 2229, /in meters or degrees, found EPSG:2229, whose unit is us-ft/],
  ['geocentric coordinates', 4978, /found EPSG:4978, whose unit is that of geocentric/],
])('a grid in %s is refused', async (_, epsg, message) => {
  await defineCrs(crsOf(epsg));
  const points: LonLat[] = [
    [-118, 34],
    [-117.9, 34.1],
  ];
  expect(() => mapGrid(points, { epsg })).toThrow(message);
});

it('codes alone tell map projections from geographic systems', async () => {
  const { default: list } = await import('proj4-list');
  for (let epsg = 4000; epsg < 5000; epsg++) {
    const [, definition = ''] = list[`EPSG:${epsg}`] ?? [];
    const [, projection = 'geocent'] = /\+proj=(\w+)/.exec(definition) ?? [];
    if (projection !== 'geocent')
      expect([epsg, crsOf(epsg).geographic]).toEqual([epsg, projection === 'longlat']);
  }
  expect([2056, 3857, 32633].map((epsg) => crsOf(epsg).geographic)).toEqual([false, false, false]);
});

it('a map projection with a code among those of geographic systems is written as one', async () => {
  // ETRS89 / UTM zone 32N with the zone before the easting.
  const path = join(folder, 'zone.tif');
  const georeference = { crs: crsOf(4647), transform: [32_500_000, 20, 0, 5e6, 0, -20] as const };
  const sink = await createGeoTiff(path, { width: 1, height: 1, bands: ['VV'], georeference });
  await writeInStrips(sink, imageOf([1], 1, 1, 1));
  const source = await openGeoTiff(path);
  expect(source.georeference.crs).toMatchObject({ epsg: 4647, geographic: false });
  const [longitude, latitude] = projectionOf(source.georeference.crs!).inverse([32_500_000, 5e6]);
  expect(longitude).toBeCloseTo(9, 9);
  expect(latitude).toBeGreaterThan(45);
  await source.close();
});

it('a geographic system other than WGS 84 has cells in degrees', async () => {
  await defineCrs(crsOf(4258));
  const points: LonLat[] = [
    [10.0001, 46.0001],
    [10.0099, 46.0099],
  ];
  const { transform, width, height, crs } = mapGrid(points, { epsg: 4258 });
  expect([transform[1], transform[5], width, height, crs.geographic]).toEqual([2e-4, -2e-4, 50, 50, true]);
});

it.each([
  [-179.5, 179.5, 180.5],
  [179.5, -179.5, -180.5],
  [725, 0, 5],
  [10, 11, 10],
])('longitude %d near %d is %d', (longitude, near, expected) => {
  expect(nearestLongitude(longitude, near)).toBe(expected);
});
