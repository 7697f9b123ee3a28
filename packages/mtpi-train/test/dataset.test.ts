import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGeoTiff, createPolsarpro, openAcquisition } from '@mtpi/sar-io/node';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { imageOf, temporaryFolder, testImage, writeInStrips } from '../../sar-io/test/support';
import {
  completeRegions,
  formatDataset,
  openDataset,
  patchWindows,
  splitRegions,
  summarizeDataset,
} from '../src/index';

const folder = temporaryFolder();
const path = join(folder, 'Sentinel-1 time-series data');
const [ROWS, COLS] = [24, 40];
const c2 = (rows: number, cols: number) =>
  imageOf(
    [4, 1, 0.5, -0.25].flatMap((scale) => Array.from(testImage(1, rows, cols).data, (v) => v * scale)),
    4,
    rows,
    cols,
  );

async function writeC2(region: string, name: string, rows = ROWS, cols = COLS) {
  const to = join(path, region, name);
  mkdirSync(join(path, region), { recursive: true });
  await writeInStrips(await createPolsarpro(to, { width: cols, height: rows }), c2(rows, cols));
  for (const file of ['entropy.bin', 'alpha.bin']) writeFileSync(join(to, file), 'beside');
}

beforeEach(async () => {
  rmSync(path, { recursive: true, force: true });
  await writeC2('S01', 'S01_Tar_S1A_20240305T214632');
  await writeC2('S01', 'S01_Ass_S1A_20240317T214632');
  await writeC2('S01', 'S01_Ass_S1C_20240228T214547');
  await writeC2('S01', 'S01_Ass_S1A_20240210T214632');
});

const problemsOf = async (region = 0) => (await openDataset(path)).regions[region].problems;

describe('a complete region', () => {
  it('has its acquisitions in chronological order', async () => {
    writeFileSync(join(path, 'Basic information.xlsx'), '');
    const dataset = await openDataset(path);
    expect(dataset.regions).toHaveLength(1);
    const [region] = completeRegions(dataset);
    expect(region).toMatchObject({
      name: 'S01',
      problems: [],
      target: { name: 'S01_Tar_S1A_20240305T214632', width: COLS, height: ROWS, polarimetry: 'covariance' },
      previous: { name: 'S01_Ass_S1C_20240228T214547', acquired: new Date('2024-02-28T21:45:47Z') },
      next: { name: 'S01_Ass_S1A_20240317T214632' },
    });
    expect(region.auxiliaries.map(({ acquired }) => acquired?.getUTCDate())).toEqual([10, 28, 17]);
    const acquisition = await openAcquisition(region.target.path);
    const { image } = await acquisition.read({ x: 0, y: 0, width: COLS, height: ROWS });
    expect(image.data).toEqual(c2(ROWS, COLS).data);
    await acquisition.close();
  });

  it('may consist of links', async () => {
    const [elsewhere, linked] = [join(folder, 'elsewhere'), join(folder, 'linked')];
    for (const name of [elsewhere, linked]) rmSync(name, { recursive: true, force: true });
    mkdirSync(join(linked, 'S02'), { recursive: true });
    mkdirSync(elsewhere);
    symlinkSync(join(path, 'S01'), join(linked, 'S01'));
    symlinkSync('..', join(linked, 'S02', 'S02_Ass_around'));
    for (const name of readdirSync(join(path, 'S01'))) {
      renameSync(join(path, 'S01', name), join(elsewhere, name));
      symlinkSync(join(elsewhere, name), join(path, 'S01', name));
    }
    const { regions } = await openDataset(linked);
    expect(regions.map(({ name, auxiliaries }) => [name, auxiliaries.length])).toEqual([
      ['S01', 3],
      ['S02', 0],
    ]);
    expect(regions[0].problems).toEqual([]);
  });

  it('in other case, with more text, in other formats, without its own folder around', async () => {
    const region = join(path, 's02 Beijing');
    mkdirSync(join(region, 's02_tar_s1a_20240305t214632 (C2)', 'c2'), { recursive: true });
    renameSync(
      join(path, 'S01/S01_Tar_S1A_20240305T214632'),
      join(region, 's02_tar_s1a_20240305t214632 (C2)', 'c2'),
    );
    renameSync(join(path, 'S01/S01_Ass_S1A_20240317T214632'), join(region, 'S02-AUX-20240317'));
    const bands = ['C11', 'C22', 'C12_real', 'C12_imag'];
    const tiffs = join(region, 'S02_Ass_S1A_20240222T214632');
    mkdirSync(tiffs);
    for (const [b, band] of [...bands, 'H', 'A', 'alpha'].entries()) {
      const sink = await createGeoTiff(join(tiffs, `S02_${band}.tif`), {
        width: COLS,
        height: ROWS,
        bands: ['x'],
      });
      await writeInStrips(
        sink,
        c2(ROWS, COLS)
          .lo(b % 4, 0, 0)
          .hi(1, ROWS, COLS),
      );
    }
    const [alone] = completeRegions(await openDataset(region));
    expect(alone.name).toBe('s02 Beijing');
    expect([alone.previous.name, alone.next.name]).toEqual([
      'S02_Ass_S1A_20240222T214632',
      'S02-AUX-20240317',
    ]);
    const { regions } = await openDataset(path);
    expect(regions.map(({ name }) => name)).toEqual(['S01', 'S02']);
    const acquisition = await openAcquisition(tiffs);
    const { image } = await acquisition.read({ x: 3, y: 2, width: 5, height: 4 });
    expect(image.get(3, 1, 1)).toBe(c2(ROWS, COLS).get(3, 3, 4));
    await acquisition.close();
  });
});

describe('problems are reported', () => {
  const s01 = (name: string) => join(path, 'S01', name);
  const rename = (from: string, to: string) => renameSync(s01(from), s01(to));

  it.each<[string, () => unknown, RegExp]>([
    [
      'no auxiliary',
      () =>
        ['20240317T214632', '20240210T214632'].forEach((t) =>
          rmSync(s01(`S01_Ass_S1A_${t}`), { recursive: true }),
        ),
      /^expected two auxiliaries, found S01_Ass_S1C_20240228T214547$/,
    ],
    [
      'no target',
      () => rmSync(s01('S01_Tar_S1A_20240305T214632'), { recursive: true }),
      /^expected one target, found none$/,
    ],
    [
      'two targets',
      () => writeC2('S01', 'S01_Tar_S1A_20240329T214632'),
      /^expected one target, found S01_Tar_S1A_20240305T214632, S01_Tar_S1A_20240329T214632$/,
    ],
    [
      'other size',
      () => writeC2('S01', 'S01_Ass_S1A_20240410T214632', ROWS, COLS + 1),
      /^expected one size, found 40 × 24 and 41 × 24$/,
    ],
    [
      'both before',
      () => rename('S01_Ass_S1A_20240317T214632', 'S01_Ass_S1A_20240304T214632'),
      /^expected an auxiliary before the target of 2024-03-05T21:46:32 and one after it, found 2024-02-10/,
    ],
    [
      'no date',
      () => rename('S01_Ass_S1A_20240317T214632', 'S01_Ass_S1A'),
      /^S01_Ass_S1A: expected a date in its name, such as 20240305T214632, found none$/,
    ],
    [
      'a file that cannot be read',
      () => writeFileSync(s01('S01_Ass_S1A_20240317T214632/C22.bin'), 'short'),
      /^S01_Ass_S1A_20240317T214632 cannot be read: .*C22.bin: expected 3840 bytes .*, found 5$/,
    ],
    [
      'an empty folder',
      () => mkdirSync(s01('S01_Ass_S1A_20240410T214632')),
      /^S01_Ass_S1A_20240410T214632 cannot be read: .*expected C11.bin/,
    ],
    [
      'powers among covariances',
      async () => {
        const sink = await createGeoTiff(s01('S01_Ass_S1A_20240410T214632.tif'), {
          ...{ width: COLS, height: ROWS, bands: ['VV', 'VH'] },
        });
        await writeInStrips(sink, testImage(2, ROWS, COLS));
      },
      /^expected one kind of image, found covariance and intensity$/,
    ],
  ])('%s', async (_, spoil, message) => {
    await spoil();
    const problems = await problemsOf();
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(completeRegions(await openDataset(path))).toEqual([]);
  });

  it('an empty region', async () => {
    mkdirSync(join(path, 'S09'));
    mkdirSync(join(path, 'figures'));
    const { regions } = await openDataset(path);
    expect(regions.map(({ name }) => name)).toEqual(['S01', 'S09']);
    expect(regions[1].problems).toEqual([
      'expected one target, found none',
      'expected two auxiliaries, found none',
    ]);
  });

  it('no data set at all', async () => {
    await expect(openDataset(join(folder, 'none'))).rejects.toMatchObject({ code: 'NotFound' });
    mkdirSync(join(folder, 'empty'));
    await expect(openDataset(join(folder, 'empty'))).rejects.toThrow(/expected folders such as S01\/S01_Tar/);
  });
});

it('images smaller than a patch are a problem of their region', async () => {
  const summary = await summarizeDataset(path, { patch: 25 });
  expect(summary.regions[0].problems).toEqual([
    'expected images of at least 25 × 25 pixels, one patch, found 40 × 24',
  ]);
  expect(formatDataset(summary)).toMatch(/1 region, 0 patches of 25 × 25; 1 region has problems$/);
  expect(await summarizeDataset(path, { patch: 24 })).toMatchObject({
    patches: 2,
    regions: [{ problems: [] }],
  });
});

it('opening can be aborted, and reports progress', async () => {
  const seen: [number, number][] = [];
  await openDataset(path, { onProgress: ({ done, total }) => seen.push([done, total]) });
  expect(seen).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
  await expect(openDataset(path, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
});

describe('patches', () => {
  it('of a published scene are 67 × 34, the last shifted back', () => {
    const windows = patchWindows({ width: 17000, height: 8500 });
    expect(windows).toHaveLength(67 * 34);
    expect(windows[66]).toEqual({ x: 17000 - 256, y: 0, width: 256, height: 256 });
    expect(windows.at(-1)).toEqual({ x: 17000 - 256, y: 8500 - 256, width: 256, height: 256 });
    expect(18 * windows.length).toBe(41004);
  });

  it('cover every pixel, inside the image, no more of them than needed', () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 60 }),
      height: fc.integer({ min: 1, max: 60 }),
      size: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(sizes, ({ width, height, size }) => {
        const windows = patchWindows({ width, height }, size);
        const fits = width >= size && height >= size;
        expect(windows).toHaveLength(fits ? Math.ceil(width / size) * Math.ceil(height / size) : 0);
        const covered = new Uint8Array(width * height);
        for (const { x, y } of windows) {
          expect(x >= 0 && y >= 0 && x + size <= width && y + size <= height).toBe(true);
          for (let r = y; r < y + size; r++) covered.fill(1, r * width + x, r * width + x + size);
        }
        expect(covered.every((value) => value === Number(fits))).toBe(true);
      }),
    );
    expect(() => patchWindows({ width: 10, height: 10 }, 0)).toThrow(/positive integer size, found 0/);
  });
});

describe('split', () => {
  const regions = Array.from({ length: 18 }, (_, i) => ({ name: `S${i + 1}` }));

  it('is 15 to 3 of 18 regions, by the seed, whatever their order', () => {
    const { training, testing } = splitRegions(regions, { seed: 7 });
    expect([training.length, testing.length]).toEqual([15, 3]);
    expect(splitRegions([...regions].reverse(), { seed: 7 })).toEqual({ training, testing });
    expect(new Set([...training, ...testing]).size).toBe(18);
    const drawn = new Set(
      Array.from({ length: 60 }, (_, seed) => splitRegions(regions, { seed }).testing).flat(),
    );
    expect(drawn.size).toBe(18);
  });

  it('has a region in each part', () => {
    expect(splitRegions(regions.slice(0, 2)).testing).toHaveLength(1);
    expect(splitRegions(regions.slice(0, 3), { ratio: 0.01 }).training).toHaveLength(1);
    expect(() => splitRegions(regions.slice(0, 1))).toThrow(/expected two regions or more .*, found 1 and 5/);
    expect(() => splitRegions(regions, { ratio: 0 })).toThrow(/positive ratio, found 18 and 0/);
  });
});
