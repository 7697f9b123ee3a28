import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openRaster } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GrdScene, writeMiniGrd } from '../../sentinel1/test/mini-safe/mini-grd';
import { runMtpi } from './support';

let folder: string;
/** Products in chronological order. */
let paths: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  const scene: GrdScene = {
    height: () => 0,
    gamma0: (_, latitude) => (latitude % 0.01 < 0.005 ? [0.2, 0.05] : [0.1, 0.02]),
  };
  const dates = ['2024-02-22', '2024-03-05', '2024-03-17'].map((day, i) => ({
    ...{ origin: `${day}T21:46:32`, absoluteOrbit: 52677 + 175 * i, shift: 60 * i, lines: 100 },
  }));
  paths = await writeMiniGrd(folder, dates, scene, { looks: 4, zip: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sizeOf = async (name: string) => {
  const raster = await openRaster(join(folder, name));
  await raster.close();
  const { width, height, georeference, bands } = raster;
  return { width, height, transform: georeference.transform, bands: bands.map((band) => band.name) };
};

test('mtpi info says what a GRD product is', async () => {
  const { code, stdout } = await runMtpi(folder, ['info', paths[1], '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    type: 'IW GRD',
    mission: 'S1A',
    polarizations: ['VV', 'VH'],
    ...{ width: 300, height: 100 },
  });
});

test('GRD products are prepared on one grid, and despeckled as their stack', async () => {
  const prepared = await runMtpi(folder, ['prepare', ...paths, '-o', 'stack']);
  expect([prepared.code, prepared.stderr]).toEqual([0, '']);
  expect(prepared.stdout).toMatch(
    /^date +orbit file +size +looks\n(2024\S+ +\S+ +\d+ × \d+ +[\d.]*\n){3}stack: 3 dates, /,
  );
  const names = ['20240222T214631_S1A', '20240305T214631_S1A', '20240317T214631_S1A'].map(
    (name) => `stack/${name}.tif`,
  );
  const sizes = await Promise.all(names.map(sizeOf));
  expect(sizes[0]).toMatchObject({
    bands: ['VV', 'VH'],
    transform: [expect.anything(), 10, 0, expect.anything(), 0, -10],
  });
  expect(sizes).toEqual([sizes[0], sizes[0], sizes[0]]);
  const roles = (files: string[]) => ['--target', files[1], '--previous', files[0], '--next', files[2]];
  const direct = await runMtpi(folder, ['despeckle', '--tile', '32', ...roles(paths), '-o', 'direct.tif']);
  expect(direct.code, direct.stderr).toBe(0);
  const result = await sizeOf('direct.tif');
  expect(result).toMatchObject({
    width: sizes[1].width,
    height: sizes[1].height,
    transform: sizes[1].transform,
  });
});

test('GRD products are despeckled directly on the grid asked for, also from their folder', async () => {
  const [previous, target, next] = paths;
  const roles = ['--target', target, '--previous', previous, '--next', next];
  const map = ['--geocode', 'EPSG:3035', '--spacing', '40', '--tile', '32'];
  const direct = await runMtpi(folder, ['despeckle', ...roles, ...map, '-o', 'europe.tif']);
  expect(direct.code, direct.stderr).toBe(0);
  const { transform } = await sizeOf('europe.tif');
  expect(transform).toMatchObject([expect.anything(), 40, 0, expect.anything(), 0, -40]);
  await mkdir(join(folder, 'products'));
  for (const path of paths) await symlink(path, join(folder, 'products', basename(path)));
  const all = await runMtpi(folder, [
    'despeckle',
    'products',
    ...map,
    '-o',
    'all',
    '--target-date',
    '20240305',
  ]);
  expect(all.code, all.stderr).toBe(0);
  const [name] = await readdir(join(folder, 'all'));
  expect((await sizeOf(join('all', name))).transform).toEqual(transform);
});

test('a map grid is refused for rasters', async () => {
  const roles = ['target', 'previous', 'next'].flatMap((role) => [`--${role}`, 'europe.tif']);
  const { code, stderr } = await runMtpi(folder, ['despeckle', ...roles, '--spacing', '20', '-o', 'no.tif']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/a map grid or DEM applies only to Sentinel-1 products/),
  ]);
});

test.each([
  [
    'options of SLC products',
    () => ['--multilook', '2x2'],
    /expected GRD products without options of SLC products, found --multilook/,
  ],
  ['flattening without a DEM', () => ['--flatten'], /expected a DEM for flattening, found none/],
])('refuses %s', async (_, flags, message) => {
  const { code, stderr } = await runMtpi(folder, ['prepare', ...paths, ...flags(), '-o', 'refused']);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});
