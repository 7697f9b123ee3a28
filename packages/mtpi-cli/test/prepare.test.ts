import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRaster } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MiniSafe, writeMiniSafe } from '../../sentinel1/test/mini-safe/mini-safe';
import { runMtpi } from './support';

let folder: string;
let mini: MiniSafe;

const prepare = (...args: string[]) => runMtpi(folder, ['prepare', ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  mini = await writeMiniSafe(folder, { samples: 128 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('prepares bursts of three products, averaged', async () => {
  const paths = mini.products.map(({ path }) => path);
  const options = [
    '--swath',
    'iw1',
    '--bursts',
    '2-3',
    '--multilook',
    '2x1',
    '--ha-alpha',
    '--orbit',
    mini.orbits,
  ];
  const { code, stdout, stderr } = await prepare(...paths, ...options, '-o', 'stack');
  expect(code).toBe(0);
  // So few lines are too little structure to verify the co-registration.
  expect(stderr).toMatch(/^(warning: .* too little structure .*\n){2}$/);
  expect(stdout).toMatch(/20240222T214631_S1A +S1A_OPER_AUX_POEORB\S+ +IW1 2 +-1\.37 +19\.\d\d/);
  expect(stdout).toContain('stack: 3 dates, 64 × 172');
  expect((await readdir(join(folder, 'stack'))).sort()).toEqual([
    '20240222T214631_S1A.tif',
    '20240222T214631_S1A_HAAlpha.tif',
    '20240305T214632_S1A.tif',
    '20240305T214632_S1A_HAAlpha.tif',
    '20240317T214632_S1C.tif',
    '20240317T214632_S1C_HAAlpha.tif',
    'stack.json',
  ]);
  const stack = JSON.parse(await readFile(join(folder, 'stack/stack.json'), 'utf8'));
  expect(stack).toMatchObject({
    looks: { range: 2, azimuth: 1 },
    haAlphaWindow: 5,
    reference: '20240305T214632_S1A',
  });
});

test('lays them on a map', async () => {
  const [{ path }] = mini.products;
  const map = ['--geocode', 'EPSG:4326', '--spacing', '0.0001'];
  const { code, stderr, stdout } = await prepare(path, ...map, '-o', 'map');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^date +orbit file +burst [\s\S]*map: 1 date, /);
  const source = await openRaster(join(folder, 'map/20240222T214631_S1A.tif'));
  await source.close();
  expect(source.georeference.crs?.epsg).toBe(4326);
  expect(source.georeference.transform?.[1]).toBe(0.0001);
});

test.each([
  [['--geocode', 'mars'], /Expected utm or a reference system such as EPSG:32633/, 2],
  [
    ['--geocode', 'EPSG:26713'],
    /expected a reference .*found EPSG:26713\. Use utm or the EPSG code of a projection/,
    1,
  ],
  [['--denoise'], /expected multilooking or H\/A\/alpha.*--multilook/, 2],
  [['--bursts', '3-2'], /expected the first and the last of bursts/, 2],
  [['--flatten'], /expected a DEM for flattening, found none/, 2],
  [['--threads', '0'], /Expected an integer of at least 1/, 2],
  [['--bursts', 'x'], /Expected bursts such as 3-5/, 2],
  [['--multilook', '4'], /Expected range x azimuth looks such as 4x1/, 2],
  [['--aoi', '1,2,3'], /1,2,3 is neither west,south,east,north nor a readable file/, 2],
  [['--swath', 'IW3'], /error: .*expected IW3, found IW1/, 2],
])('says what is wrong with %j', async (options, message, expected) => {
  const { code, stderr } = await prepare(mini.products[0].path, ...options, '-o', 'wrong');
  expect(code).toBe(expected);
  expect(stderr).toMatch(message);
});
