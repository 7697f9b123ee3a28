import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createImage, type Image, planes, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { openRaster } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stackTargets } from '../src/acquisitions/stack';
import {
  type DespeckledProduct,
  despeckleFile,
  despeckleSeries,
  despeckleStack,
  despeckleStackShard,
  type Warning,
} from '../src/index';
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
  await writeRaster(at('10.tif'), images.next, 10, utm(500_000), { time: '17:00:00' });
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

/** The image on columns from `first` on, shifted by so many to the right; without data elsewhere. */
function shifted(image: Image, first: number, by = 0): Image {
  const [bands, height, width] = image.shape;
  const result = createImage(bands, height, width + by);
  for (const [b, plane] of planes(result).entries())
    for (let row = 0; row < height; row++)
      plane.set(
        planes(image)[b].subarray(row * width + first, (row + 1) * width),
        row * (width + by) + first + by,
      );
  return result;
}

/** The dates of the stack in a folder, all but those of `others` as they are. */
async function stackWith(name: string, others: Record<number, [Image, x?: number]>) {
  const { at } = files;
  await mkdir(at(name));
  for (const day of DAYS) {
    const path = at(`${name}/${day}.tif`);
    if (!others[day]) await copyFile(at(`stack/${day}.tif`), path);
    else await writeRaster(path, others[day][0], day, utm(others[day][1] ?? 500_000));
  }
  return at(name);
}

const WEST = { x: 0, y: 8, width: 32, height: 48 };

test('a date without valid pixels in the crop is left out, wherever it stands, with one warning', async () => {
  const { at, weights, images } = files;
  for (const day of [1, 7, 19]) {
    const stack = await stackWith(`no-west-${day}`, { [day]: [shifted(images.target, 32)] });
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning) => warnings.push(warning);
    const left = DAYS.filter((other) => other !== day);
    expect((await daysOf({ onWarning }, stack)).map(([target]) => target)).toEqual(DAYS);
    expect(warnings).toEqual([]);
    const series = await daysOf({ crop: WEST, onWarning }, stack);
    expect(series.map(([target]) => target)).toEqual(left);
    expect(series.every((days) => !days.flat().includes(day))).toBe(true);
    expect(warnings).toEqual([
      {
        code: 'DateLeftOut',
        message: 'Has no valid pixels in the crop 0,8,32,48; left out',
        input: `${stack}/${day}.tif`,
      },
    ]);
  }
  const stack = at('no-west-19');
  expect(await daysOf({ crop: WEST, dates: 3, targetDate: '20240313' }, stack)).toEqual([[13, [7], [25]]]);
  await expect(stackTargets(stack, { crop: WEST, targetDate: '20240319' })).rejects.toMatchObject({
    code: 'NoValidPixels',
    expected: 'a target with valid pixels in the crop 0,8,32,48',
  });
  const options = { weights, crop: WEST };
  const names = ['20240301', '20240307', '20240313', '20240325'].map((day) => `${day}T050000.tif`);
  for (const index of [0, 1])
    for await (const _ of despeckleStackShard(stack, at('shards'), { index, count: 2 }, options));
  expect((await readdir(at('shards'))).sort()).toEqual(
    names.flatMap((name) => [0, 1].map((index) => `${name}.shard-000${index}-of-0002`)),
  );
});

test('a date without any data, or outside the area of interest, is left out too', async () => {
  const { images } = files;
  const warnings: string[] = [];
  const onWarning = ({ message }: Warning) => warnings.push(message);
  const none = await stackWith('none', { 7: [createImage(4, SIZE, SIZE)] });
  expect((await daysOf({ onWarning }, none)).map(([target]) => target)).toEqual([1, 13, 19, 25]);
  const apart = await stackWith('apart', { 25: [images.target, 500_320] });
  const west = { type: 'Polygon' as const, coordinates: [[[15.0002, 40.645], [15.003, 40.645], [15.003, 40.646], [15.0002, 40.645]]] }; // biome-ignore format: corners
  expect((await daysOf({ area: west, onWarning }, apart)).map(([target]) => target)).toEqual([1, 7, 13, 19]);
  expect(warnings).toEqual([
    'Has no valid pixels; left out',
    'Has no valid pixels in the area of interest; left out',
  ]);
  const elsewhere = { ...west, coordinates: [west.coordinates[0].map(([x, y]) => [x + 5, y])] };
  await expect(stackTargets(apart, { area: elsewhere })).rejects.toMatchObject({
    ...{ code: 'InvalidArgument', message: expect.stringContaining('lies outside the image') },
  });
});

test('the crop is that of the target also on dates of a larger area', async () => {
  const { images } = files;
  const wider = shifted(images.target, 0, 32);
  const stack = await stackWith('wider', { 19: [wider, 500_000 - 320] });
  const options = { crop: { ...WEST, width: 24 }, targetDate: '20240313' };
  expect(await daysOf(options, stack)).toEqual([[13, [7, 1], [19, 25]]]);
});

test('too few dates with data are refused, as is one of three without', async () => {
  const { at, weights, images } = files;
  const east: [Image] = [shifted(images.target, 32)];
  const two = await stackWith('two', { 1: east, 13: east, 25: east });
  await expect(stackTargets(two, { crop: WEST })).rejects.toMatchObject({
    code: 'InvalidStack',
    message: `${two}: expected at least three dates with valid pixels in the crop 0,8,32,48, found 2`,
    hint: 'Choose another area, or use other dates.',
  });
  const three = [1, 7, 19].map((day) => `${two}/${day}.tif`);
  const refused = despeckleStack(three, at('x'), { weights, crop: WEST, targetDate: '20240307' });
  await expect(refused.next()).rejects.toMatchObject({
    code: 'NoValidPixels',
    message: `${two}/1.tif: The previous image has no valid pixels in the crop 0,8,32,48`,
    hint: 'Choose another area, or use other dates.',
  });
});

test('a date of other polarizations is refused wherever it stands, before anything is written', async () => {
  const { at, weights, images } = files;
  const stack = await stackWith('hh', {});
  await writeRaster(`${stack}/25.tif`, images.next, 25, utm(500_000), { polarizations: 'HH HV' });
  const refused = despeckleStack(stack, at('hh-out'), { weights, targetDate: '20240301' });
  await expect(refused.next()).rejects.toMatchObject({
    ...{ code: 'InvalidTriplet', path: `${stack}/25.tif`, found: 'PolarizationsDiffer' },
  });
  expect(await readdir(files.folder)).not.toContain('hh-out');
});

test('a copy of an image under another date is found', async () => {
  const { images } = files;
  const stack = await stackWith('copy', { 1: [images.target], 25: [images.target] });
  const warnings: Warning[] = [];
  await stackTargets(stack, { onWarning: (warning) => warnings.push(warning) });
  const message = `Has the pixels of ${stack}/1.tif; leave one of them out`;
  expect(warnings).toEqual([{ code: 'SameImage', message, input: `${stack}/25.tif` }]);
});

test('a warning of several dates is told once in a stack, and stays with each product', async () => {
  const { at, weights, images } = files;
  const stack = at('assumed');
  await mkdir(stack);
  const random = new Random(13);
  const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
  for (const day of DAYS) {
    const image = day === 13 ? images.target : simulateTriplet({ random, scene, looks: 4 }).target;
    await writeRaster(`${stack}/${day}.tif`, image, day, utm(500_000), { polarizations: '' });
  }
  const told: string[] = [];
  const onWarning = ({ code, input }: Warning) => code === 'PolarizationAssumed' && told.push(input ?? '');
  for await (const { warnings, provenance } of despeckleStack(stack, at('assumed-out'), {
    weights,
    onWarning,
  })) {
    expect(warnings.filter(({ code }) => code === 'PolarizationAssumed')).toHaveLength(1);
    expect(provenance.notes).toMatch(/^\d+\.tif, \d+\.tif, \d+\.tif, 2 more: Polarizations not found/);
  }
  expect(told).toHaveLength(1);
});

test.each<[string, (folder: string) => string | string[]]>([
  ['a folder of a stack', (folder) => folder],
  ['a folder of series', (folder) => [folder]],
])('results may lie inside %s, and are no dates of later runs', async (name, inputsOf) => {
  const { weights } = files;
  const stack = await stackWith(name, {});
  const inputs = inputsOf(stack);
  const despeckle = async (output: string) => {
    const options = { weights, targetDate: '20240313' };
    const run = Array.isArray(inputs)
      ? despeckleSeries(inputs, output, options)
      : despeckleStack(inputs, output, { ...options, stac: true, quicklook: true, report: output });
    for await (const { provenance } of run) expect(provenance.dates).toMatch(/^5 dates: 2 before, 2 after/);
  };
  for (const bands of [['C11', 'C22'], undefined]) {
    const [previous, target, next] = ['1', '13', '25'].map((day) => `${stack}/${day}.tif`);
    await mkdir(`${stack}/20240314_despeckled`, { recursive: true });
    const output = `${stack}/20240314_despeckled/${bands ? 'VV' : 'C2'}`;
    await despeckleFile({ target, previous, next }, output, { weights, bands });
  }
  for (const name of ['out', 'other', '.', 'out']) await despeckle(`${stack}/${name}`);
  await mkdir(`${stack}/kept`);
  await copyFile(`${stack}/13.tif`, `${stack}/kept/20240313T050000.tif`);
  await expect(despeckle(`${stack}/kept`)).rejects.toMatchObject({ code: 'UnsafeOutput' });
});

test.each([
  ['beside a stack', '20240313T050000.tif', { report: false }],
  ['among pages', 'pages/20240313T050000.html', { report: true }],
])('a file %s that is no result is not replaced', async (name, file, { report }) => {
  const { weights } = files;
  const stack = await stackWith(name, {});
  const dates = DAYS.map((day) => ({ files: [`${day}.tif`] }));
  await writeFile(`${stack}/stack.json`, JSON.stringify({ dates }));
  await mkdir(`${stack}/pages`);
  await writeFile(`${stack}/${file}`, 'of somebody');
  const options = { weights, targetDate: '20240313', ...(report && { report: `${stack}/pages` }) };
  const refused = despeckleStack(stack, stack, options);
  await expect(refused.next()).rejects.toMatchObject({ code: 'UnsafeOutput' });
  expect(await readFile(`${stack}/${file}`, 'utf8')).toBe('of somebody');
});

test('a date that an earlier run has written has its warnings and provenance again', async () => {
  const { at, weights } = files;
  const kept = at('kept-out/20240301T050000.tif.partial/written');
  const first = async (strict = false) => {
    const run = despeckleStack(at('stack'), at('kept-out'), { weights, resume: true, strict });
    const { value } = await run.next();
    await run.return(undefined);
    return value as DespeckledProduct;
  };
  const before = await first();
  expect(await first()).toEqual(before);
  const written = JSON.parse(await readFile(kept, 'utf8'));
  await writeFile(kept, JSON.stringify({ ...written, level: { levelChange: [2, 0], effectiveDates: 1 } }));
  const { warnings, provenance } = await first();
  expect(warnings.map(({ code }) => code)).toEqual(['LevelChanged', 'DatesDiffer']);
  expect(provenance['change in mean backscatter']).toBe('VV +2.00 dB, VH 0.00 dB');
  await expect(first(true)).rejects.toMatchObject({ code: 'Warning', found: 'LevelChanged' });
});

test('a warning of a target does not have the signature of its address', async () => {
  const { at, images } = files;
  await writeRaster(at('stack/evening.tif'), images.next, 10, utm(500_000), { time: '17:00:00' });
  const server = createServer(async ({ url = '', headers, method }, response) => {
    const file = await readFile(at(`stack${url.split('?')[0]}`)).catch(() => undefined);
    if (!file) return response.writeHead(404).end();
    if (method === 'HEAD') return response.writeHead(200, { 'content-length': file.length }).end();
    const [, first, last] = /(\d+)-(\d*)/.exec(headers.range ?? '0-') ?? [];
    const part = file.subarray(Number(first), last ? Number(last) + 1 : undefined);
    const range = `bytes ${first}-${Number(first) + part.length - 1}/${file.length}`;
    return response.writeHead(206, { 'content-range': range }).end(part);
  });
  await once(server.listen(0), 'listening');
  try {
    const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    const stack = ['1', '7', 'evening'].map((name) => `${origin}/${name}.tif?X-Amz-Signature=secret`);
    const targets = await stackTargets(stack, { targetDate: '20240310' });
    expect(targets.flatMap(({ warnings }) => warnings)).toMatchObject([
      { code: 'OrbitsMixed', input: `${origin}/evening.tif?…` },
    ]);
  } finally {
    server.close();
    await rm(at('stack/evening.tif'));
  }
});
