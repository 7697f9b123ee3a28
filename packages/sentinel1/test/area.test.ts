import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapGrid, projectionOf } from '@mtpi/sar-io';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Area, areaLines, densifyLine, readArea } from '../src/index';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-area-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: unknown) {
  const path = join(folder, 'area.geojson');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readArea(path);
}

const ring = [[15, 46], [16, 46], [16, 47], [15, 46]]; // biome-ignore format: corners
const polygon = { type: 'Polygon', coordinates: [ring] };
const feature = { type: 'Feature', properties: {}, geometry: polygon };
const nested = (depth: number): object =>
  depth === 0 ? polygon : { type: 'GeometryCollection', geometries: [nested(depth - 1)] };

test.each([
  polygon,
  feature,
  { type: 'FeatureCollection', features: [feature, { ...feature, geometry: null }] },
  { type: 'GeometryCollection', geometries: [polygon] },
  { type: 'MultiPolygon', coordinates: [[ring], [ring]] },
])('%j is an area', async (area) => {
  expect(await read(area)).toEqual(area);
});

test.each([
  ['no JSON', 'x'],
  ['no object', '"Polygon"'],
  ['nothing', 'null'],
  ['no features', { type: 'FeatureCollection' }],
  ['a feature without a place', { ...feature, geometry: null }],
  ['another type', { ...polygon, type: 'Circle' }],
  ['a name of JavaScript', { ...polygon, type: 'constructor' }],
  ['no coordinates', { type: 'Polygon' }],
  ['too few brackets', { type: 'Polygon', coordinates: ring }],
  ['a ring without positions', { type: 'Polygon', coordinates: [[]] }],
  ['texts', { type: 'Point', coordinates: ['15', '46'] }],
  ['collections without end', nested(2000)],
])('%s is refused', async (_, content) => {
  await expect(read(content)).rejects.toMatchObject({
    code: 'InvalidArgument',
    found: 'none',
    hint: expect.stringContaining('polygon in degrees'),
  });
});

test('the lines of an area are those of all its parts, points as lines of one, collections no deeper than eight', () => {
  const [point, line] = [
    { type: 'Point', coordinates: ring[0] },
    { type: 'MultiPoint', coordinates: ring },
  ];
  const hole = { type: 'MultiPolygon', coordinates: [[ring, ring], [ring]] };
  const all = { type: 'GeometryCollection', geometries: [point, line, polygon, hole] };
  expect(areaLines(all as Area)).toEqual([[ring[0]], ring, ring, ring, ring, ring]);
  expect(areaLines(nested(8) as Area)).toEqual([ring]);
  expect(areaLines(nested(9) as Area)).toEqual([]);
});

test('meters are refused', async () => {
  const meters = { type: 'Polygon', coordinates: [ring.map(([x, y]) => [x * 1e4, y * 1e5])] };
  await expect(read(meters)).rejects.toThrow(
    /expected longitudes and latitudes in degrees, found 150000, 4600000/,
  );
});

test('west and east exchanged is no area across the antimeridian', async () => {
  await expect(readArea('16,46,15,47')).rejects.toMatchObject({
    code: 'InvalidArgument',
    found: '359.0° from 16 to 15',
    hint: 'Exchange west and east',
  });
  expect(await readArea('10,46,-170,47')).toMatchObject({ type: 'Polygon' });
});

test.each([
  'nan,1,2,3',
  '1 2 3 4',
  'POLYGON((15 46,16 46,16 47,15 46))',
  'SRID=4326;Polygon Z ((15 46 0',
  '{"type":',
])('%s is no name of a file', async (text) => {
  await expect(readArea(text)).rejects.toMatchObject({
    code: 'InvalidArgument',
    message: expect.stringContaining('neither west,south,east,north nor a readable file'),
    hint: expect.stringContaining('Use a GeoJSON polygon'),
  });
});

test.each(['area (1).geojson', 'areas/1,2,3,4', 'point.shp'])('%s may be one', async (text) => {
  await expect(readArea(text)).rejects.toMatchObject({ code: 'NotFound', hint: undefined });
});

test('a shapefile is to be converted', async () => {
  const path = join(folder, 'area.shp');
  await writeFile(path, Buffer.from([0, 0, 0x27, 0x0a]));
  await expect(readArea(path)).rejects.toMatchObject({
    code: 'InvalidArgument',
    found: 'a shapefile',
    hint: `Convert it: ogr2ogr -t_srs EPSG:4326 area.geojson ${path}`,
  });
});

test('a byte order mark before GeoJSON is left out', async () => {
  expect(await read(`\uFEFF${JSON.stringify(polygon)}`)).toEqual(polygon);
});

test('a map around points along the edges of a box holds the arc of a parallel', () => {
  const ring = [[8, 45], [10, 45], [10, 46], [8, 46], [8, 45]]; // biome-ignore format: corners
  const lines = areaLines({ type: 'Polygon', coordinates: [ring] });
  const { width, height, crs, transform } = mapGrid(lines.flatMap(densifyLine), { epsg: 32632, spacing: 10 });
  const { forward } = projectionOf(crs);
  for (const place of [
    [9, 45],
    [8.5, 45],
    [9, 46],
    [8, 45.5],
  ] as const) {
    const [x, y] = forward([place[0], place[1]]);
    const [column, row] = [(x - transform[0]) / 10, (transform[3] - y) / 10];
    expect([column >= 0, column <= width, row >= 0, row <= height]).toEqual([true, true, true, true]);
  }
});
