import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Crs, crsOf, type MapGrid, projectionOf } from '@mtpi/sar-io';
import { createGeoTiff } from '@mtpi/sar-io/node';
import { describe, expect, it } from 'vitest';
import { imageOf, temporaryFolder } from '../../sar-io/test/support';
import { openDem, type Warning } from '../src/index';

const folder = temporaryFolder();

/** WGS 84 with a vertical reference system, as GeoTIFF keys. */
const withVertical = (code: number): Crs => ({
  ...crsOf(4326),
  geoKeys: { directory: [1, 1, 0, 4, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326, 4096, 0, 1, code] },
});

/** A linear surface, with pixel centers on multiples of the step, as in tiles of the Copernicus DEM. */
const surface = (longitude: number, latitude: number) => 100 + 500 * (longitude - 12) + 300 * (latitude - 42);

interface TileOptions {
  west?: number;
  north?: number;
  /** Rows, and columns unless `width` is given. */
  size?: number;
  width?: number;
  step?: number;
  bands?: string[];
  crs?: Crs;
  unit?: string;
}

async function writeTile(
  name: string,
  {
    west = 12,
    north = 42,
    size = 20,
    width = size,
    step = 0.01,
    bands = ['height'],
    crs = withVertical(4979),
    unit,
  }: TileOptions,
  height = surface,
): Promise<string> {
  const path = join(folder, name);
  const georeference = { crs, transform: [west - step / 2, step, 0, north + step / 2, 0, -step] as const };
  const sink = await createGeoTiff(path, {
    ...{ width, height: size, georeference },
    bands: bands.map((name) => ({ name, unit })),
    overviews: false,
  });
  const values = Array.from({ length: size * width }, (_, i) =>
    height(west + (i % width) * step, north - Math.floor(i / width) * step),
  );
  await sink.write(
    imageOf(
      bands.flatMap(() => values),
      bands.length,
      size,
      width,
    ),
  );
  await sink.close();
  return path;
}

/** A map across a tile border at 12.2° E. */
const grid: MapGrid = {
  width: 60,
  height: 8,
  crs: crsOf(4326),
  transform: [12.17, 0.001, 0, 41.9, 0, -0.001],
};
const part = { x: 0, y: 0, width: grid.width, height: grid.height };
const worst = (heights: Float64Array, expected: (longitude: number, latitude: number) => number) =>
  heights.reduce((most, height, i) => {
    const [x, y] = [12.1705 + (i % 60) * 0.001, 41.8995 - Math.floor(i / 60) * 0.001];
    return Math.max(most, Math.abs(height - expected(x, y)));
  }, 0);

async function heightsOf(paths: readonly string[], options: Parameters<typeof openDem>[1] = {}) {
  const dem = await openDem(paths, options);
  try {
    return { heights: await dem.heightsAt(grid, part), description: dem.description };
  } finally {
    await dem.close();
  }
}

it('tiles are interpolated across their border', async () => {
  const tiles = [await writeTile('west.tif', {}), await writeTile('east.tif', { west: 12.2 })];
  const { heights, description } = await heightsOf(tiles);
  expect(worst(heights, surface)).toBeLessThan(1e-3);
  expect(description).toBe('west.tif, east.tif (ellipsoidal heights)');
  expect((await heightsOf([tiles[0]])).heights.filter(Number.isNaN).length).toBeGreaterThan(200);
});

it('tiles of other spacing leave no gap', async () => {
  const tiles = [
    await writeTile('fine.tif', {}),
    await writeTile('coarse.tif', { west: 12.205, step: 0.02 }),
  ];
  const { heights } = await heightsOf(tiles);
  expect(heights.some(Number.isNaN)).toBe(false);
  // Beside the border heights are those of the outermost pixel centers, up to half a pixel away.
  expect(worst(heights, surface)).toBeLessThan(500 * 0.011);
});

it.each([
  ['ft', 0.3048],
  ['US survey foot', 1200 / 3937],
  ['cm', 0.01],
  ['metre', 1],
])('heights in %s are converted to meters', async (unit, meters) => {
  const tile = await writeTile(`${unit}.tif`, { size: 80, unit });
  const { heights } = await heightsOf([tile]);
  expect(worst(heights, (longitude, latitude) => meters * surface(longitude, latitude))).toBeLessThan(1e-3);
});

it('heights in an unknown unit are refused', async () => {
  const tile = await writeTile('fathom.tif', { unit: 'fathom' });
  await expect(openDem([tile])).rejects.toThrow(/fathom\.tif: expected heights in m, ft.*found fathom/);
});

const EGM96 = (text: string) => `COMPD_CS["WGS 84 + heights",${text}]`;
const GEOGRAPHIC =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]';

it.each([
  [
    'a code',
    EGM96(`${GEOGRAPHIC},VERT_CS["EGM96 height",VERT_DATUM["EGM96 geoid",2005],AUTHORITY["EPSG","5773"]]`),
    'EGM96',
  ],
  ['a name of ESRI', `${GEOGRAPHIC},VERTCS["EGM96_Geoid",VDATUM["EGM96_Geoid"],UNIT["Meter",1.0]]`, 'EGM96'],
  ['the ellipsoid', `${GEOGRAPHIC},VERTCS["WGS_1984",DATUM["D_WGS_1984"]]`, 'ellipsoidal'],
])('the vertical system of a text is known by %s', async (_, wkt, expected) => {
  const { heights } = await heightsOf([
    await asVrt(await writeTile('plain.tif', { size: 80, crs: crsOf(4326) }), wkt),
  ]);
  const undulation = expected === 'EGM96' ? heights[0] - surface(12.1705, 41.8995) : 0;
  expect(worst(heights, surface)).toBeLessThan(expected === 'EGM96' ? 60 : 1e-3);
  expect(Math.abs(undulation) > 30).toBe(expected === 'EGM96');
});

it('an unknown vertical system of a text is refused', async () => {
  const wkt = EGM96(
    `${GEOGRAPHIC},VERT_CS["NAVD88 height",VERT_DATUM["NAVD88",2005],AUTHORITY["EPSG","5703"]]`,
  );
  const tile = await asVrt(await writeTile('navd.tif', { size: 80, crs: crsOf(4326) }), wkt);
  await expect(openDem([tile])).rejects.toThrow(/found vertical reference system EPSG:5703/);
});

/** A GeoTIFF as a VRT with another reference system. */
async function asVrt(tile: string, wkt: string): Promise<string> {
  const path = `${tile}.vrt`;
  const text = wkt.replaceAll('"', '&quot;');
  await writeFile(
    path,
    `<VRTDataset rasterXSize="80" rasterYSize="80"><SRS>${text}</SRS><GeoTransform>11.995,0.01,0,42.005,0,-0.01</GeoTransform>
<VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename relativeToVRT="1">${basename(tile)}</SourceFilename>
<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>`,
  );
  return path;
}

/** A smooth surface around the Earth. */
const waves = (longitude: number, latitude: number) =>
  40 * Math.cos((longitude * Math.PI) / 180) + 30 * Math.sin((longitude * Math.PI) / 180) + latitude;

/** Deviation from a surface over a map, whose cells the projection itself places. */
async function deviation(paths: readonly string[], map: MapGrid, options: Parameters<typeof openDem>[1]) {
  const dem = await openDem(paths, options);
  const { inverse } = projectionOf(map.crs);
  const [x0, dx, , y0, , dy] = map.transform;
  try {
    const heights = await dem.heightsAt(map, { x: 0, y: 0, width: map.width, height: map.height });
    return heights.reduce((most, height, i) => {
      const [column, row] = [i % map.width, Math.floor(i / map.width)];
      const expected = waves(...inverse([x0 + (column + 0.5) * dx, y0 + (row + 0.5) * dy]));
      // NaN stays.
      return Number.isNaN(most) || Math.abs(height - expected) <= most ? most : Math.abs(height - expected);
    }, 0);
  } finally {
    await dem.close();
  }
}

/** Maps across the antimeridian: UTM zone 60 south, and degrees. */
const ACROSS: [string, MapGrid][] = [
  ['UTM', { width: 150, height: 20, crs: crsOf(32760), transform: [812_000, 200, 0, 8_110_000, 0, -200] }],
  ['degrees', { width: 150, height: 20, crs: crsOf(4326), transform: [179.87, 0.002, 0, -17, 0, -0.002] }],
  [
    'degrees west',
    { width: 150, height: 20, crs: crsOf(4326), transform: [-180.13, 0.002, 0, -17, 0, -0.002] },
  ],
];

describe.each(ACROSS)('across the antimeridian, on a map in %s', (_, map) => {
  it.each([
    ['from −180° to 180°', { west: -179.5, width: 360 }],
    ['from 0° to 360°', { west: 0.5, width: 360 }],
    ['from −180° to 180°, both with pixels', { west: -180, width: 361 }],
    ['that ends at its west', { west: 180.5, width: 360 }],
  ])('a raster around the Earth %s', async (_, extent) => {
    const path = await writeTile('around.tif', { north: 5, size: 30, step: 1, ...extent }, waves);
    // Between pixels 1° apart the surface deviates from a line by 50 m · (π/180)²/8 at most.
    expect(await deviation([path], map, {})).toBeLessThan(2.5e-3);
  });

  it.each([
    ['on both sides', 179, -180],
    ['on both sides, the eastern one first', -180, 179],
    ['on both sides, longitudes going on', 179, 180],
  ])('tiles %s', async (_, first, second) => {
    const tile = (west: number) =>
      writeTile(`tile${west}.tif`, { west, north: -16, size: 150, width: 100, step: 0.01 }, waves);
    // Stored as float32: 4e-6 m; cells between nodes 16 apart lie a millionth of a degree beside a line.
    expect(await deviation([await tile(first), await tile(second)], map, {})).toBeLessThan(1e-3);
  });
});

it.each([
  ['EGM96', 5773],
  ['EGM2008', 3855],
])('heights above %s are made ellipsoidal by EGM96', async (name, code) => {
  const tile = await writeTile(`${name}.tif`, { size: 40, crs: withVertical(code) });
  const { heights, description } = await heightsOf([tile]);
  // NGA's program F477 gives 48.61 m at 42° N 12.5° E; the geoid is smooth.
  const undulations = heights.map(
    (height, i) => height - surface(12.1705 + (i % 60) * 0.001, 41.8995 - Math.floor(i / 60) * 0.001),
  );
  expect(Math.min(...undulations)).toBeGreaterThan(47.5);
  expect(Math.max(...undulations)).toBeLessThan(49.5);
  expect(description).toBe(`${name}.tif (heights above the geoid, EGM96 added)`);
});

it('geoid heights can be given as a raster or as meters', async () => {
  const tile = await writeTile('plain.tif', { size: 40, crs: crsOf(4326) });
  const geoid = await writeTile(
    'geoid.tif',
    { west: 10, north: 45, step: 1, size: 6 },
    (longitude) => 40 + longitude / 2,
  );
  const expected = (longitude: number, latitude: number) => surface(longitude, latitude) + 40 + longitude / 2;
  const raster = await heightsOf([tile], { geoid });
  expect(worst(raster.heights, expected)).toBeLessThan(1e-3);
  expect(raster.description).toBe('plain.tif (heights above the geoid, geoid.tif added)');
  const constant = await heightsOf([tile], { geoid: 48.5 });
  expect(worst(constant.heights, (...place) => surface(...place) + 48.5)).toBeLessThan(1e-3);
  expect(worst((await heightsOf([tile], { heights: 'ellipsoid' })).heights, surface)).toBeLessThan(1e-3);
});

it('undeclared heights are taken as ellipsoidal, with a warning; those of the Copernicus DEM are known', async () => {
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning) => warnings.push(warning);
  const tile = await writeTile('unknown.tif', { size: 40, crs: crsOf(4326) });
  expect(worst((await heightsOf([tile], { onWarning })).heights, surface)).toBeLessThan(1e-3);
  expect(warnings).toMatchObject([{ code: 'HeightsAssumedEllipsoidal', input: tile }]);
  const known = await writeTile('Copernicus_DSM_COG_10_N41_00_E012_00_DEM.tif', {
    size: 40,
    crs: crsOf(4326),
  });
  expect((await heightsOf([known], { onWarning })).description).toMatch(/EGM96 added/);
  expect(warnings.length).toBe(1);
});

it.each<[string, () => Promise<[readonly string[], Parameters<typeof openDem>[1]?]>, string, RegExp]>([
  ['none', async () => [[]], 'InvalidArgument', /expected a DEM, found none/],
  ['a missing file', async () => [['nowhere.tif']], 'NotFound', /nowhere\.tif/],
  [
    'a tile of two bands beside one of one',
    async () => [
      [await writeTile('f.tif', {}), await writeTile('g.tif', { west: 12.2, bands: ['mask', 'height'] })],
    ],
    'UnsupportedFormat',
    /g\.tif: expected a DEM of one real band .*, found 2 bands/,
  ],
  [
    'heights above another datum',
    async () => [[await writeTile('national.tif', { crs: withVertical(5783) })]],
    'InvalidArgument',
    /national\.tif: expected heights above the ellipsoid, .*, found vertical reference system EPSG:5783/,
  ],
  [
    'tiles of different heights',
    async () => [
      [await writeTile('a.tif', {}), await writeTile('b.tif', { west: 12.2, crs: withVertical(5773) })],
    ],
    'GridMismatch',
    /b\.tif: expected heights above ellipsoid as .*a\.tif, found EGM96/,
  ],
  [
    'a geoid for ellipsoidal heights',
    async () => [[await writeTile('c.tif', {})], { heights: 'ellipsoid', geoid: 40 }],
    'InvalidArgument',
    /found ellipsoidal heights and a geoid/,
  ],
  [
    'a raster that is no geoid',
    async () => [[await writeTile('d.tif', {})], { geoid: await writeTile('e.tif', {}) }],
    'InvalidArgument',
    /e\.tif: expected geoid heights of -110 to 90 m, found \d+/,
  ],
])('refuses %s', async (_, input, code, message) => {
  const [paths, options] = await input();
  await expect(heightsOf(paths, options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});
