import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createImage } from '@mtpi/polsar-priors';
import { crsOf } from '@mtpi/sar-io';
import { createGeoTiff } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  despeckle,
  despeckleSeries,
  despeckleStack,
  listSeries,
  openTriplet,
  type SeriesList,
} from '../src/index';
import { isCollection, seriesRemarks, seriesRows } from '../src/inspect';
import { tripletFolder, utm, writeRaster } from './support';

let files: Awaited<ReturnType<typeof tripletFolder>>;
let parent: string;

const imageOf = (day: number) => {
  const { previous, target, next } = files.images;
  return day < 13 ? previous : day > 13 ? next : target;
};

beforeAll(async () => {
  files = await tripletFolder();
  const { at } = files;
  parent = at('parent');
  await mkdir(join(parent, 'north/older'), { recursive: true });
  await mkdir(join(parent, 'south'));
  const write = (name: string, day: number, x = 500_000, time?: string) =>
    writeRaster(join(parent, name), imageOf(day), day, utm(x), { time });
  await write('north/b.tif', 13);
  await write('north/a.tif', 25);
  await write('north/older/z.tif', 1);
  await write('south/1.tif', 1, 900_000);
  await write('south/2.tif', 7, 900_000);
  await write('evening.tif', 2, 500_000, '17:00:00');
  await copyFile(join(parent, 'north/b.tif'), join(parent, 'copy.tif'));
  await writeFile(join(parent, 'damaged.tif'), 'II*');
  await writeFile(join(parent, 'readme.txt'), '');
});
afterAll(() => rm(files.folder, { recursive: true, force: true }));

test('acquisitions are grouped by place and orbit, in chronological order, at any depth', async () => {
  const { series, unused } = await listSeries([parent]);
  expect(series.map(({ acquisitions }) => acquisitions.map(({ acquired }) => acquired.getUTCDate()))).toEqual(
    [[1, 13, 25], [1, 7], [2]],
  );
  expect(series.map(({ problem }) => problem)).toEqual([
    undefined,
    'at least 3 dates are needed',
    'at least 3 dates are needed',
  ]);
  expect(series.map(({ name }) => name)).toEqual(['series-1', 'series-2', 'series-3']);
  expect(series[0].acquisitions.map(({ gap }) => gap)).toEqual([undefined, 12, 12]);
  expect(series[0].acquisitions[0]).toMatchObject({ kind: 'C2', width: 64, height: 64, remarks: [] });
  expect(unused.map(({ path }) => path)).toEqual([join(parent, 'damaged.tif'), join(parent, 'north/b.tif')]);
  expect(unused[1].reason).toMatch(/^same date as .*copy\.tif$/);
});

test('several folders, patterns and files in any order make one list', async () => {
  const [a, b, z] = ['north/a.tif', 'north/b.tif', 'north/older/z.tif'].map((name) => join(parent, name));
  for (const inputs of [[a, z, b], [join(parent, 'north')], [join(parent, 'north/*.tif'), z, z]]) {
    const { series } = await listSeries(inputs);
    expect(series.map(({ acquisitions }) => acquisitions.map(({ paths }) => paths))).toEqual([
      [[z], [b], [a]],
    ]);
  }
  await expect(listSeries([join(parent, '*.npy')])).rejects.toMatchObject({ code: 'NotFound' });
  expect(await isCollection(parent)).toBe(true);
  expect(await isCollection(a)).toBe(false);
});

test('a file that is not used has its reason once, with what to do', async () => {
  const { unused } = await listSeries([join(parent, 'damaged.tif')]);
  expect(unused[0].reason).not.toContain('damaged.tif');
  const paths = ['1', '2'].map((name) => files.at(`bands-${name}.tif`));
  for (const path of paths) {
    const sink = await createGeoTiff(path, { width: 1, height: 1, bands: ['x', 'y', 'z'] });
    await sink.write(createImage(3, 1, 1));
    await sink.close();
  }
  const [first, second] = (await listSeries(paths)).unused;
  expect(first.reason).toMatch(/^expected a VV .*, found x, y, z\. Use two files, VV and VH/);
  expect(second.reason).toMatch(/^expected a VV .*, found x, y, z$/);
});

test('the date of a folder is not that of several dates in it', async () => {
  const writeUndated = async (path: string, x = 500_000, image = files.images.target) => {
    await mkdir(dirname(path), { recursive: true });
    const bands = ['C11', 'C22', 'C12_real', 'C12_imag'];
    const sink = await createGeoTiff(path, { width: 64, height: 64, georeference: utm(x), bands });
    await sink.write(image);
    await sink.close();
    return path;
  };
  const project = files.at('20251130_test');
  const paths = [];
  for (const name of ['previous', 'target', 'next'] as const)
    paths.push(await writeUndated(join(project, `${name}.tif`), undefined, files.images[name]));
  const [previous, target, next] = paths;
  const { series, unused } = await listSeries([project]);
  expect(series).toEqual([]);
  expect(unused).toHaveLength(3);
  expect(unused[0].reason).toMatch(/^no acquisition date: the folder 20251130_test holds several dates/);
  const date = { ...files.input, target, previous };
  const triplet = await openTriplet(date);
  await triplet.close();
  expect(triplet.acquired).toEqual([undefined, undefined, new Date('2024-03-25T05:00:00Z')]);
  expect(triplet.warnings.filter(({ code }) => code === 'DateIgnored')).toMatchObject([{ input: project }]);
  const stack = despeckleStack([previous, target, next], files.at('undated'), { weights: files.weights });
  await expect(stack.next()).rejects.toMatchObject({ hint: expect.stringMatching(/folder 20251130_test/) });

  // A folder for each date has the date of what lies in it, one of each place.
  const dates = files.at('dates');
  for (const day of ['20240301', '20240313', '20240325'])
    for (const [place, x] of Object.entries({ east: 600_000, west: 500_000 }))
      await writeUndated(join(dates, day, `${place}.tif`), x);
  expect((await listSeries([dates])).series.map(({ acquisitions }) => acquisitions.length)).toEqual([3, 3]);
});

test('dates in ENVI files of one folder are a series, whatever headers lie there', async () => {
  const folder = files.at('envi');
  await mkdir(folder);
  const header = 'ENVI\nsamples = 8\nlines = 8\nbands = 1\ndata type = 4\ninterleave = bsq\nbyte order = 0\n';
  const names = ['20240301', '20240313'].flatMap((day) => [`${day}_VV`, `${day}_VH`]);
  for (const name of names) {
    await writeFile(join(folder, `${name}.hdr`), header);
    await writeFile(
      join(folder, `${name}.img`),
      new Uint8Array(Float32Array.from({ length: 64 }, () => 0.1).buffer),
    );
  }
  await writeFile(join(folder, 'notes.hdr'), '');
  expect(await isCollection(folder)).toBe(true);
  const { series, unused } = await listSeries([folder]);
  expect(unused).toEqual([]);
  expect(series.map(({ acquisitions }) => acquisitions.map(({ paths }) => paths.length))).toEqual([[2, 2]]);
});

test('dates on both sides of the antimeridian are one series', async () => {
  for (const [i, west] of [179.9999, -180.0001, 179.9999].entries())
    await writeRaster(join(files.folder, `meridian-${i}.tif`), files.images.target, i + 1, {
      crs: crsOf(4326),
      transform: [west, 1e-4, 0, -17, 0, -1e-4],
    });
  const { series } = await listSeries([files.at('meridian-*.tif')]);
  expect(series.map(({ acquisitions }) => acquisitions.length)).toEqual([3]);
});

test('a dry run lists the outputs that a run writes', async () => {
  const { at, weights } = files;
  const planned = async (options: object) => {
    const outputs: (string | undefined)[] = [];
    const onSeries = ({ series }: SeriesList) => {
      outputs.push(...series.flatMap((one) => one.acquisitions.map(({ output }) => output)));
      outputs.push(seriesRows(series[0])[1].at(-1));
    };
    const run = despeckle({ paths: [parent] }, at('dry'), { dryRun: true, onSeries, ...options });
    expect((await run.next()).done).toBe(true);
    return outputs;
  };
  const outputs = ['20240301T050000', '20240313T050000', '20240325T050000'].map((name) =>
    at(`dry/${name}.tif`),
  );
  expect(await planned({ weights })).toEqual([...outputs, ...Array(3), `copy.tif → ${outputs[1]}`]);
  const [first, second] = await planned({ targetDate: '2024-03-13T05:00:00.0Z' });
  expect([first, second]).toEqual([undefined, outputs[1]]);
  await expect(planned({ targetDate: '13.03.2024' })).rejects.toMatchObject({ code: 'InvalidArgument' });
});

test('each series is despeckled, and what is left out is a warning', async () => {
  const { at, weights } = files;
  const warnings: string[] = [];
  const onWarning = ({ code, message }: { code: string; message: string }) =>
    warnings.push(`${code}: ${message}`);
  const paths: string[] = [];
  for await (const { path } of despeckleSeries([parent], at('out'), { weights, onWarning })) paths.push(path);
  expect(paths).toEqual(
    ['20240301T050000', '20240313T050000', '20240325T050000'].map((name) => at(`out/${name}.tif`)),
  );
  expect(warnings).toContain('SeriesLeftOut: series-2 is left out: at least 3 dates are needed');
  const again = await listSeries([at('out')]);
  expect(again.series).toEqual([]);
  expect(again.unused.map(({ reason }) => reason)).toEqual(Array(3).fill('a result of mtpi despeckle'));
});

test('a series without three dates that have data is left out of several, and refused alone', async () => {
  const { at, images, weights } = files;
  await mkdir(at('two/west'), { recursive: true });
  await mkdir(at('two/east'));
  const empty = createImage(4, 64, 64);
  for (const day of [1, 13, 25]) {
    await writeRaster(at(`two/west/${day}.tif`), imageOf(day), day, utm(500_000));
    await writeRaster(at(`two/east/${day}.tif`), empty, day, utm(900_000));
  }
  for (const day of [5, 6]) await writeRaster(at(`two/east/${day}.tif`), images.target, day, utm(900_000));
  const warnings: string[] = [];
  const onWarning = ({ code, message }: { code: string; message: string }) =>
    warnings.push(`${code}: ${message}`);
  const paths: string[] = [];
  for await (const { path } of despeckleSeries([at('two')], at('west'), { weights, onWarning }))
    paths.push(path);
  expect(paths).toHaveLength(3);
  expect(warnings.find((warning) => warning.startsWith('SeriesLeftOut'))).toMatch(
    /^SeriesLeftOut: series-\d is left out: .*expected at least three dates with valid pixels, found 2/,
  );
  const alone = despeckleSeries([at('two/east')], at('east'), { weights });
  await expect(alone.next()).rejects.toMatchObject({ code: 'InvalidStack' });
});

test('where no series has three dates, the error says what there is', async () => {
  const none = despeckleSeries([join(parent, 'south')], files.at('none'), { weights: files.weights });
  await expect(none.next()).rejects.toMatchObject({
    ...{ code: 'InvalidStack', path: join(parent, 'south') },
    found: '2 of series (2024-03-01, 2024-03-07)',
    hint: expect.stringMatching(/^Add dates of the same orbit/),
  });
});

test('a remark on several dates is one, with its dates', () => {
  const acquisition = (day: number, ...remarks: string[]) => ({
    ...{ paths: [`${day}.tif`], kind: 'VV+VH intensity', remarks },
    acquired: new Date(Date.UTC(2024, 2, day, 5)),
  });
  const acquisitions = [1, 2, 3, 4, 5, 6].map((day) =>
    acquisition(day, 'dB', ...(day > 1 ? ['gap'] : []), ...(day === 3 ? ['size differs'] : [])),
  );
  expect(seriesRemarks({ name: 'series', acquisitions })).toEqual([
    'all dates: dB',
    '2024-03-02 05:00, 2024-03-03 05:00, 2024-03-04 05:00, 2024-03-05 05:00 and 1 more: gap',
    '2024-03-03 05:00: size differs',
  ]);
  expect(seriesRemarks({ name: 'series', acquisitions: [acquisitions[0]] })).toEqual([
    '2024-03-01 05:00: dB',
  ]);
});
