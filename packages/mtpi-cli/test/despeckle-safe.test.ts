import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openRaster } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TRIPLET, writeMiniSafe } from '../../sentinel1/test/mini-safe/mini-safe';
import { runMtpi } from './support';

let folder: string;
/** Products in chronological order. */
let paths: string[];

const despeckle = (...args: string[]) => runMtpi(folder, ['despeckle', '--tile', '32', ...args]);
/** These products are too small to verify their co-registration, and their orbit numbers are made up. */
const withoutWarnings = (text: string) =>
  text.replace(/^warning: .*(too little structure|[Rr]elative orbit).*\n/gm, '');
const triplet = () => ['--target', paths[1], '--previous', paths[0], '--next', paths[2]];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  const mini = await writeMiniSafe(folder, { samples: 64, zip: true });
  paths = mini.products.map(({ path }) => path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readAll(path: string) {
  const source = await openRaster(join(folder, path));
  const { width, height } = source;
  const { image } = await source.read({ x: 0, y: 0, width, height });
  await source.close();
  return { image, georeference: source.georeference };
}

test('mtpi info shows date, polarizations and bursts of a product', async () => {
  const { code, stdout } = await runMtpi(folder, ['info', paths[1], '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    mission: 'S1A',
    acquired: expect.stringMatching(/^2024-03-05T21:46:3[\d.]+Z$/),
    polarizations: ['VV', 'VH'],
    bursts: { IW1: expect.any(Number) },
  });
});

test('takes Sentinel-1 products, as their prepared stack', async () => {
  const before = await readdir(folder);
  const written = ['-o', 'products.tif', '--report', 'products.html'];
  const products = await despeckle(...triplet(), '--bursts', '2', ...written);
  expect([products.code, withoutWarnings(products.stderr)]).toEqual([0, '']);
  expect(products.stderr).not.toContain('.coregistered');
  expect((await readdir(folder)).sort()).toEqual([...before, 'products.tif', 'products.html'].sort());
  expect(await readFile(join(folder, 'products.html'), 'utf8')).toContain(
    `<th>target</th><td>${basename(paths[1])} (2024-03-05)</td>`,
  );
  await runMtpi(folder, ['prepare', ...paths, '--bursts', '2', '-o', 'stack']);
  const [p, t, n] = ['20240222T214631_S1A', '20240305T214632_S1A', '20240317T214632_S1C'].map(
    (name) => `stack/${name}.tif`,
  );
  await despeckle('--target', t, '--previous', p, '--next', n, '-o', 'files.tif');
  const [ours, theirs] = await Promise.all(['products.tif', 'files.tif'].map(readAll));
  expect(ours.georeference.gcps?.length).toBeGreaterThan(20);
  expect(ours.georeference).toEqual(theirs.georeference);
  expect(ours.image.data).toEqual(theirs.image.data);
});

test('takes every one of some products', async () => {
  const { code, stderr } = await despeckle('--stack', ...paths, '--bursts', '2', '-o', 'all');
  expect([code, withoutWarnings(stderr)]).toEqual([0, '']);
  expect(await readdir(join(folder, 'all'))).toEqual([
    '20240222T214631.tif',
    '20240305T214632.tif',
    '20240317T214632.tif',
  ]);
});

test('takes StripMap products; a single polarization can be prepared, not despeckled', async () => {
  const size = { mode: 'SM', samples: 64, linesPerBurst: 100 } as const;
  const dates = TRIPLET.map((date) => ({ ...date, firstBurst: 0, bursts: 1 }));
  const { products } = await writeMiniSafe(join(folder, 'stripmap'), { ...size, dates });
  const [previous, target, next] = products.map(({ path }) => path);
  const info = await runMtpi(folder, ['info', target, '--json']);
  expect(JSON.parse(info.stdout)).toMatchObject({ type: 'SM SLC', width: 64, height: 100 });
  const roles = ['--target', target, '--previous', previous, '--next', next];
  const { code, stderr } = await despeckle(...roles, '-o', 'stripmap.tif');
  expect([code, withoutWarnings(stderr)]).toEqual([0, '']);
  expect((await readAll('stripmap.tif')).image.shape.slice(1)).toEqual([100, 64]);

  const single = await writeMiniSafe(join(folder, 'single'), { ...size, dates, polarizations: ['VV'] });
  const paths = single.products.map(({ path }) => path);
  expect((await runMtpi(folder, ['prepare', ...paths, '-o', 'single-stack'])).code).toBe(0);
  const refused = await despeckle('--stack', ...paths, '-o', 'single-despeckled');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/^error: .*expected two polarizations to despeckle, found VV/);
});

test('takes folders of the slices of each date', async () => {
  const place = join(folder, 'sliced');
  const days = ['a', 'b', 'c'];
  const slices = [[0, 2], [1, 3]] as const; // biome-ignore format: slices
  for (const [i, day] of days.entries())
    await writeMiniSafe(join(place, day), { samples: 64, dates: [{ ...TRIPLET[i], bursts: 4, slices }] });
  await Promise.all(days.map((day) => rm(join(place, day, 'orbits'), { recursive: true })));
  const { stdout } = await runMtpi(place, ['info', '.', '--json']);
  const { series } = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(
    series.map(({ acquisitions }: { acquisitions: { paths: string[] }[] }) =>
      acquisitions.map(({ paths }) => paths.length),
    ),
  ).toEqual([[2, 2, 2]]);
  const prepared = await runMtpi(place, ['prepare', ...days, '--bursts', '2-3', '-o', 'stack']);
  expect([prepared.code, withoutWarnings(prepared.stderr)]).toEqual([0, '']);
  expect(prepared.stdout).toContain('stack: 3 dates, 64 × 172');
  const [previous, target, next] = days;
  const roles = ['--target', target, '--previous', previous, '--next', next];
  const options = ['--bursts', '2', '--tile', '32', '--report', 'one.html', '-o'];
  const one = await runMtpi(place, ['despeckle', ...roles, ...options, 'one.tif']);
  expect([one.code, withoutWarnings(one.stderr)]).toEqual([0, '']);
  const [first, second] = (await readdir(join(place, 'b'))).sort();
  expect(await readFile(join(place, 'one.html'), 'utf8')).toContain(
    `<th>target</th><td>${first} + ${second} (2024-03-05)</td>`,
  );
  await Promise.all(
    ['stack', 'one.tif', 'one.html'].map((name) => rm(join(place, name), { recursive: true })),
  );
  const all = await runMtpi(place, [
    'despeckle',
    '.',
    '--bursts',
    '2',
    '--tile',
    '32',
    '--target-date',
    '20240305',
    '-o',
    '../of-slices',
  ]);
  expect(all.code).toBe(0);
  expect(all.stderr).toContain('all dates: 2 slices');
  expect(await readdir(join(folder, 'of-slices'))).toEqual(['20240305T214632.tif']);
});

test.each([
  [
    'a file among products',
    () => ['--stack', ...paths, 'other.tif'],
    /All inputs must be Sentinel-1 products; other\.tif is not/,
    2,
  ],
  ['two targets', () => [...triplet(), '--target', ...paths], /expected one product for each of target/, 2],
  ['no next', () => triplet().slice(0, 4), /expected --next as well/, 2],
  [
    'other bursts',
    () => [...triplet(), '--bursts', '7'],
    /expected the first and the last of bursts 1 to 3, found 7-7/,
    2,
  ],
])('refuses %s and leaves nothing', async (_, args, message, expected) => {
  const before = await readdir(folder);
  const output = args().includes('--stack') ? 'wrong' : 'wrong.tif';
  const { code, stderr } = await despeckle(...args(), '-o', output);
  expect(code).toBe(expected);
  expect(stderr).toMatch(message);
  expect(await readdir(folder)).toEqual(before);
});
