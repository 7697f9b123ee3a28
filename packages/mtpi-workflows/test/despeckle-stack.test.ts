import { mkdir, readFile, rm } from 'node:fs/promises';
import { type Image, planes, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { openRaster } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { despeckleFile, despeckleStack } from '../src/index';
import { stackTargets } from '../src/stack';
import { SIZE, tripletFolder, utm, writeRaster } from './support';

let files: Awaited<ReturnType<typeof tripletFolder>>;
const DAYS = [1, 7, 13, 19, 25];

beforeAll(async () => {
  files = await tripletFolder();
  await mkdir(files.at('stack'));
  const random = new Random(12);
  const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
  const dates: Image[] = [];
  while (dates.length < DAYS.length) {
    const { previous, next } = simulateTriplet({ random, scene, looks: 4, changed: 0 });
    dates.push(previous, next);
  }
  for (const [i, day] of DAYS.entries())
    await writeRaster(files.at(`stack/${day}.tif`), dates[i], day, utm(500_000));
});
afterAll(() => rm(files.folder, { recursive: true, force: true }));

const dayOf = (path: string | readonly string[]) => Number(/(\d+)\.tif/.exec([path].flat()[0])?.[1]);

async function daysOf(
  options: Parameters<typeof stackTargets>[1],
  stack: string | string[] = files.at('stack'),
) {
  const targets = await stackTargets(stack, options);
  return targets.map(({ input: { target, before, after } }) => [
    dayOf(target),
    before.map(dayOf),
    after.map(dayOf),
  ]);
}

test('each date has all others, the nearest first; at the ends they are split', async () => {
  expect(await daysOf({})).toEqual([
    [1, [7, 19], [13, 25]],
    [7, [1], [13, 19, 25]],
    [13, [7, 1], [19, 25]],
    [19, [13, 7, 1], [25]],
    [25, [13, 1], [19, 7]],
  ]);
});

test('a limit of dates takes the nearest, half of them on each side where it can', async () => {
  expect(await daysOf({ dates: 3 })).toEqual([
    [1, [7], [13]],
    [7, [1], [13]],
    [13, [7], [19]],
    [19, [13], [25]],
    [25, [13], [19]],
  ]);
  expect((await daysOf({ dates: 4, targetDate: '2024-03-13' }))[0]).toEqual([13, [7], [19, 25]]);
  await expect(stackTargets(files.at('stack'), { dates: 2 })).rejects.toMatchObject({
    code: 'InvalidArgument',
  });
  const absent = stackTargets(files.at('stack'), { targetDate: '20240314' });
  await expect(absent).rejects.toMatchObject({
    code: 'InvalidStack',
    found: '20240301T050000 to 20240325T050000',
  });
});

test('dates of other orbits are left out, unless too few remain', async () => {
  const { at, images } = files;
  await writeRaster(at('10.tif'), images.next, 10, utm(500_000), '17:00:00');
  const paths = [...DAYS.map((day) => at(`stack/${day}.tif`)), at('10.tif')];
  expect((await daysOf({ targetDate: '20240307' }, paths))[0]).toEqual([7, [1], [13, 19, 25]]);
  const [other] = await stackTargets(paths, { targetDate: '20240310' });
  expect(other.input.before.map(dayOf)).toEqual([7, 1]);
  expect(other.warnings.map(({ code }) => code)).toEqual(['OrbitsMixed']);
});

test('a series gives each date less speckle than its neighbors alone, and says what was used', async () => {
  const { at, weights } = files;
  const options = { weights, targetDate: '20240313' };
  for await (const { metrics, provenance, warnings } of despeckleStack(at('stack'), at('all'), options)) {
    expect(provenance.dates).toBe('5 dates: 2 before, 2 after the target, 20240301 to 20240325');
    expect(provenance.previous.split(', ').map(dayOf)).toEqual([7, 1]);
    expect(metrics.effectiveDates).toBeGreaterThan(3);
    expect(metrics.effectiveDates).toBeLessThanOrEqual(4);
    expect(warnings).toEqual([]);
  }
  const [triplet, series] = [await bandsOf(at('all/20240313T050000.tif')), await neighborsOnly()];
  expect(triplet[0]).not.toEqual(series[0]);
});

async function neighborsOnly() {
  const { at, weights } = files;
  for await (const { path, metrics } of despeckleStack(at('stack'), at('three'), {
    weights,
    dates: 3,
    targetDate: '20240313',
  })) {
    expect(metrics.effectiveDates).toBeUndefined();
    const input = { target: at('stack/13.tif'), previous: at('stack/7.tif'), next: at('stack/19.tif') };
    await despeckleFile(input, at('triplet.tif'), { weights });
    expect(await bandsOf(path)).toEqual(await bandsOf(at('triplet.tif')));
  }
  return bandsOf(at('three/20240313T050000.tif'));
}

test('a resumed series has the bytes of one that ran through', async () => {
  const { at, weights } = files;
  const options = { weights, targetDate: '20240313', resume: true };
  const abort = new AbortController();
  const run = async (more: { signal?: AbortSignal; onProgress?(progress: { done: number }): void }) => {
    for await (const _ of despeckleStack(at('stack'), at('resumed'), { ...options, ...more }));
  };
  const stopped = run({
    signal: abort.signal,
    onProgress: ({ done }) => done >= 5 && abort.abort(new Error('stop')),
  });
  await expect(stopped).rejects.toThrow('stop');
  await run({});
  const [whole, resumed] = ['all', 'resumed'].map((folder) => readFile(at(`${folder}/20240313T050000.tif`)));
  expect((await resumed).equals(await whole)).toBe(true);
});

async function bandsOf(path: string): Promise<Float32Array[]> {
  const raster = await openRaster(path);
  const { width, height } = raster;
  const { image } = await raster.read({ x: 0, y: 0, width, height });
  await raster.close();
  return planes(image);
}
