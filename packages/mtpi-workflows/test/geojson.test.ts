import type { LonLat } from '@mtpi/sar-io';
import { expect, test } from 'vitest';
import { geoJsonOf } from '../src/result/geojson';

/** Corners in the order of `footprint`: north-west, north-east, south-east, south-west. */
const box = (west: number, south: number, east: number, north: number): LonLat[] => [
  [west, north],
  [east, north],
  [east, south],
  [west, south],
];

/** The same as a ring of GeoJSON: counterclockwise and closed. */
const ring = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
];

/** Rings from their most south-western corner on, without the closing point. */
function ringsOf({ geometry }: ReturnType<typeof geoJsonOf>): LonLat[][] {
  const coordinates = geometry.coordinates as LonLat[][] | LonLat[][][];
  const polygons = (geometry.type === 'Polygon' ? [coordinates] : coordinates) as LonLat[][][];
  return polygons.map(([points]) => {
    expect(points.at(-1)).toEqual(points[0]);
    const open = points.slice(0, -1);
    const start = open.reduce((best, [x, y], i) => (x + y < open[best][0] + open[best][1] ? i : best), 0);
    return [...open.slice(start), ...open.slice(0, start)];
  });
}

test.each([
  ['in the middle of the map', [10, 49, 12, 50]],
  ['that ends at the antimeridian', [178, 49, 180, 50]],
  ['that begins at the antimeridian', [-180, 49, -178, 50]],
] as const)('an image %s is one counterclockwise ring', (_, [west, south, east, north]) => {
  const place = geoJsonOf(box(west, south, east, north));
  expect(place.bbox).toEqual([west, south, east, north]);
  expect(ringsOf(place)).toEqual([ring(west, south, east, north)]);
});

test('longitudes from 0 to 360 degrees become those from -180 to 180', () => {
  expect(geoJsonOf(box(345, 49, 347, 50))).toEqual(geoJsonOf(box(-15, 49, -13, 50)));
});

test.each([
  [
    'as projections give them',
    [
      [179, 1],
      [-178, 1],
      [-178, 0],
      [179, 0],
    ],
  ],
  ['from 0 to 360 degrees', box(179, 0, 182, 1)],
  ['beyond -180 degrees', box(-181, 0, -178, 1)],
] as [string, LonLat[]][])(
  'an image across the antimeridian, with longitudes %s, is cut there',
  (_, corners) => {
    const place = geoJsonOf(corners);
    expect(place.geometry.type).toBe('MultiPolygon');
    expect(place.bbox).toEqual([179, 0, -178, 1]);
    expect(ringsOf(place)).toEqual([ring(179, 0, 180, 1), ring(-180, 0, -178, 1)]);
  },
);

test('a tilted image is cut where its edges cross', () => {
  const [west, east] = ringsOf(
    geoJsonOf([
      [179, 1],
      [181, 2],
      [181, 1],
      [179, 0],
    ]),
  );
  expect(west).toEqual([
    [179, 0],
    [180, 0.5],
    [180, 1.5],
    [179, 1],
  ]);
  expect(east).toEqual([
    [-180, 0.5],
    [-179, 1],
    [-179, 2],
    [-180, 1.5],
  ]);
});
