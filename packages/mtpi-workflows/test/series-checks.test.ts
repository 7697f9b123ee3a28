import { copyFile, mkdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createImage, planes } from '@mtpi/polsar-priors';
import { crsOf, projectionOf } from '@mtpi/sar-io';
import { createGeoTiff } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stackTargets } from '../src/acquisitions/stack';
import { despeckle, despeckleFile, listSeries, openTriplet, type Warning } from '../src/index';
import { describeFile } from '../src/inspect';
import { tripletFolder, utm, writeRaster } from './support';

let files: Awaited<ReturnType<typeof tripletFolder>>;

beforeAll(async () => {
  files = await tripletFolder();
});
afterAll(() => rm(files.folder, { recursive: true, force: true }));

/** A folder with dates of these days of March. */
async function series(name: string, days: readonly number[]): Promise<string> {
  const { at, images } = files;
  await mkdir(at(name));
  const all = [images.previous, images.target, images.next];
  for (const [i, day] of days.entries())
    await writeRaster(at(`${name}/${day}.tif`), all[i % 3], day, utm(500_000));
  return at(name);
}

async function dryRun(
  inputs: Parameters<typeof despeckle>[0],
  options: Parameters<typeof despeckle>[2] = {},
) {
  const warnings: Warning[] = [];
  const outputs: string[] = [];
  const run = despeckle(inputs, files.at('planned'), {
    dryRun: true,
    onWarning: (warning) => warnings.push(warning),
    onSeries: (list) =>
      void outputs.push(...list.series.flatMap((one) => one.acquisitions.map(({ output }) => output ?? ''))),
    ...options,
  });
  expect(await run.next()).toMatchObject({ done: true });
  return { warnings, outputs };
}

test('damaged dates are a warning, with strict an error; results of earlier runs are neither', async () => {
  const folder = await series('damaged', [1, 13, 25]);
  await despeckleFile(files.input, `${folder}/out.tif`, { weights: files.weights });
  expect(await dryRun({ paths: [folder] }, { strict: true })).toMatchObject({ warnings: [] });
  for (const name of ['5', '6']) {
    await copyFile(join(folder, '1.tif'), join(folder, `${name}.tif`));
    await truncate(join(folder, `${name}.tif`), 100);
  }
  const { warnings } = await dryRun({ paths: [folder] });
  expect(warnings).toMatchObject([
    {
      code: 'DateLeftOut',
      message: expect.stringMatching(/^Left out: (?!.*\/damaged\/)/),
      input: `${folder}/5.tif, ${folder}/6.tif`,
    },
  ]);
  for (const paths of [[folder], [`${folder}/*.tif`]])
    await expect(dryRun({ paths }, { strict: true })).rejects.toMatchObject({
      ...{ code: 'Warning', found: 'DateLeftOut' },
    });
});

test('files of one polarization are counted by that reason, without their paths', async () => {
  const { at, images } = files;
  await mkdir(at('single'));
  for (const day of [1, 13, 25]) {
    const path = at(`single/2024030${day % 10}_VV.tif`);
    const sink = await createGeoTiff(path, { width: 64, height: 64, bands: ['VV'] });
    const band = createImage(1, 64, 64);
    band.data.set(planes(images.target)[0]);
    await sink.write(band);
    await sink.close();
  }
  const { unused } = await listSeries([at('single')]);
  expect(unused[0].reason).toMatch(/^single polarization VV\. .*Use two files, VV and VH/);
  expect(unused.slice(1).map(({ reason }) => reason)).toEqual(Array(2).fill('single polarization VV'));
  await expect(dryRun({ paths: [at('single')] })).rejects.toMatchObject({
    message: 'expected at least three dates of one orbit and site, found 3 files: single polarization VV',
  });
  await expect(dryRun({ paths: [at('single/20240301_VV.tif')] })).rejects.toMatchObject({
    message: `${at('single/20240301_VV.tif')}: expected at least three dates of one orbit and site, found single polarization VV`,
  });
});

test('a date that is not there is told with the nearest ones, not with all paths', async () => {
  const folder = await series('dates', [1, 13, 25]);
  const paths = [1, 13, 25].map((day) => `${folder}/${day}.tif`);
  const error = {
    code: 'InvalidStack',
    message: `${folder}: expected an acquisition of 20240322, found 20240301T050000 to 20240325T050000`,
    hint: 'The nearest dates are 20240313T050000 and 20240325T050000.',
  };
  for (const stack of [folder, paths])
    await expect(stackTargets(stack, { targetDate: '20240322' })).rejects.toMatchObject(error);
  await expect(dryRun({ paths }, { targetDate: '20240322' })).rejects.toMatchObject(error);
  const apart = [...paths.slice(1), files.input.previous];
  await expect(stackTargets(apart, { targetDate: '2023' })).rejects.toMatchObject({
    ...{ path: `${paths[1]} and 2 more dates`, hint: undefined },
  });
});

test('dates of an unknown orbit that are no repeat cycles apart are a warning and a remark', async () => {
  const advice = /not a multiple of 6 days.*use the dates of one orbit/;
  const warned = async (folder: string) => {
    const warnings: Warning[] = [];
    await stackTargets(folder, { onWarning: (warning) => warnings.push(warning) });
    const [{ acquisitions }] = (await listSeries([folder])).series;
    return [
      warnings.filter(({ code }) => code === 'OrbitsUnknown').map(({ message }) => message),
      acquisitions.flatMap(({ remarks }) => remarks).filter((remark) => advice.test(remark)),
    ];
  };
  expect(await warned(await series('regular', [1, 7, 19]))).toEqual([[], []]);
  const [told, remarked] = await warned(await series('irregular', [1, 4, 8]));
  expect(told).toEqual([expect.stringMatching(advice)]);
  expect(remarked).toEqual([told[0], told[0]]);
});

test('a dry run of a stack lists its outputs, and fails as the run would', async () => {
  const folder = await series('stack', [1, 13, 25]);
  const outputs = [1, 13, 25].map((day) => files.at(`planned/202403${`0${day}`.slice(-2)}T050000.tif`));
  expect((await dryRun({ stack: folder })).outputs).toEqual(outputs);
  const two = [`${folder}/1.tif`, `${folder}/13.tif`];
  for (const inputs of [{ stack: two }, { paths: two }])
    await expect(dryRun(inputs)).rejects.toMatchObject({ code: 'InvalidStack' });
  await expect(dryRun(files.input)).rejects.toMatchObject({ code: 'InvalidArgument' });
});

test('weights and bands that there are not are refused before anything is read', async () => {
  const missing = { paths: [files.at('nothing')] };
  await expect(dryRun(missing, { weights: 'mtpi-tiny' })).rejects.toMatchObject({
    ...{ code: 'InvalidArgument', found: 'mtpi-tiny' },
  });
  await expect(dryRun(missing, { weights: 'tiny.pth' })).rejects.toMatchObject({ code: 'InvalidWeights' });
  await expect(dryRun(missing, { bands: ['XX'] })).rejects.toMatchObject({ found: 'XX' });
  await expect(dryRun(missing, { bands: ['vv', 'ALPHA'] })).rejects.toMatchObject({ code: 'NotFound' });
});

test('an area that reaches beyond the image is a warning with the share that is covered', async () => {
  const { inverse } = projectionOf(crsOf(32633));
  const [west, north] = inverse([500_340, 4_499_800]);
  const [east, south] = inverse([501_540, 4_499_600]); // 900 m beyond
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]; // biome-ignore format: corners
  const area = { type: 'Polygon' as const, coordinates: [ring] };
  const { warnings, close, crop } = await openTriplet(files.input, { area });
  await close();
  expect(crop).toMatchObject({ x: 34, width: 30 });
  const message = 'The area of interest reaches beyond the image; 25 % of it is covered';
  expect(warnings).toEqual([{ code: 'AreaCut', message, input: files.input.target }]);
});

test('a file that is not used is not replaced, whatever its folder is called', async () => {
  const folder = await series('a + b', [1, 13, 25]);
  await copyFile(`${folder}/13.tif`, `${folder}/20240313T050000.tif`);
  const run = despeckle({ paths: [folder] }, folder, { weights: files.weights });
  await expect(run.next()).rejects.toMatchObject({
    ...{ code: 'UnsafeOutput', message: expect.stringMatching(/is one of the inputs/) },
  });
});

test('HH and HV are a warning', async () => {
  const { at, images } = files;
  for (const [i, name] of (['previous', 'target', 'next'] as const).entries())
    await writeRaster(at(`hh-${name}.tif`), images[name], 1 + 12 * i, utm(500_000), {
      polarizations: 'HH HV',
    });
  const input = { target: at('hh-target.tif'), previous: at('hh-previous.tif'), next: at('hh-next.tif') };
  const { warnings, close } = await openTriplet(input);
  await close();
  expect(warnings.map(({ code }) => code)).toEqual(['PolarizationsUntested']);
});

test('a reference system that differs is remarked as such', async () => {
  const { at, images } = files;
  await mkdir(at('systems'));
  // One place at the border of two UTM zones.
  for (const [i, day] of [1, 13].entries()) {
    const crs = crsOf(32632 + i);
    const [x, y] = projectionOf(crs).forward([12, 40.6]);
    const transform = [x - 320, 10, 0, y + 320, 0, -10] as const;
    await writeRaster(at(`systems/${i}.tif`), images.target, day, { crs, transform });
  }
  const { series: found } = await listSeries([at('systems')]);
  expect(found).toHaveLength(1);
  expect(found[0].acquisitions.map(({ remarks }) => remarks)).toEqual([[], ['reference system differs']]);
});

test('the names of shipped weights are weights', async () => {
  expect(await describeFile('mtpi-small')).toMatchObject({ file: 'mtpi-small', tile: expect.any(Number) });
});
