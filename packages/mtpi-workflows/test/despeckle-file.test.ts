import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createImage, type Image, planes, type Window } from '@mtpi/polsar-priors';
import { openRaster } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { despeckleFile, despeckleShard, mergeShards, type Progress, type Warning } from '../src/index';
import { SIZE, tripletFolder, utm, writeRaster } from './support';

let files: Awaited<ReturnType<typeof tripletFolder>>;
beforeAll(async () => {
  files = await tripletFolder();
});
afterAll(() => rm(files.folder, { recursive: true, force: true }));

const bytes = (name: string) => readFile(files.at(name));

test('a product has its path, bands, metrics and provenance; progress and warnings are data', async () => {
  const { at, input, weights } = files;
  const progress: Progress[] = [];
  const product = await despeckleFile(input, at('whole.tif'), {
    weights,
    onProgress: (p) => progress.push(p),
  });
  expect(product).toMatchObject({
    path: at('whole.tif'),
    ...{ width: SIZE, height: SIZE },
    bands: ['C11', 'C22', 'C12_real', 'C12_imag', 'H', 'A', 'alpha'],
    metrics: { validFraction: 1, levelChange: [expect.any(Number), expect.any(Number)] },
    provenance: {
      target: 'target.tif (2024-03-13)',
      weights: expect.stringMatching(/^w\.safetensors, SHA-256 /),
      engine: 'ONNX Runtime on cpu',
      'change in mean backscatter': expect.stringMatching(/^VV [+-]?\d\.\d\d dB, VH [+-]?\d\.\d\d dB$/),
    },
  });
  expect(progress.at(0)).toMatchObject({ stage: 'despeckling', done: 0, unit: 'tiles', pixels: SIZE ** 2 });
  expect(progress.at(-1)?.done).toBe(progress.at(-1)?.total);
  const { target } = files.images;
  const { image } = await readAll(at('whole.tif'));
  const mean = (data: Float32Array) => data.reduce((a, b) => a + b, 0) / SIZE ** 2;
  const change =
    10 * Math.log10(mean(image.data.slice(0, SIZE ** 2)) / mean(target.data.slice(0, SIZE ** 2)));
  // Strips are measured before they are blended over their overlap.
  expect(product.metrics.levelChange![0]).toBeCloseTo(change, 0.7);
});

function partOf(image: Image, { x, y, width, height }: Window): Float32Array {
  const part = createImage(image.shape[0], height, width);
  planes(part).forEach((plane, b) => {
    for (let i = 0; i < plane.length; i++)
      plane[i] = image.get(b, y + Math.floor(i / width), x + (i % width));
  });
  return part.data as Float32Array;
}

async function readAll(path: string) {
  const raster = await openRaster(path);
  const { width, height, georeference } = raster;
  const { image } = await raster.read({ x: 0, y: 0, width, height });
  await raster.close();
  return { image, width, height, georeference };
}

test('nothing stays in memory', async () => {
  const { at, input, weights } = files;
  const { numTensors } = tf.memory();
  await despeckleFile(input, at('again.tif'), { weights });
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('a damaged strip is made again when a run is resumed', async () => {
  const { at, input, weights } = files;
  const abort = new AbortController();
  const onProgress = ({ done }: Progress) => done >= 6 && abort.abort(new Error('stop'));
  const options = { weights, resume: true };
  const stopped = despeckleFile(input, at('resumed.tif'), { ...options, signal: abort.signal, onProgress });
  await expect(stopped).rejects.toThrow('stop');
  const strip = at('resumed.tif.partial/00000.npy');
  const whole = await readFile(strip);
  whole[whole.length - 5] ^= 1;
  await writeFile(strip, whole);
  const first: number[] = [];
  await despeckleFile(input, at('resumed.tif'), { ...options, onProgress: ({ stage, done }) => stage === 'despeckling' && first.push(done) }); // biome-ignore format: one call
  expect(first[0] % 3).toBe(0); // whole rows of three tiles are kept, and not the damaged one
  expect((await bytes('resumed.tif')).equals(await bytes('whole.tif'))).toBe(true);
  expect((await readdir(files.folder)).filter((name) => /resumed/.test(name))).toEqual(['resumed.tif']);
});

test('shards merge to the same bytes; a damaged one is named', async () => {
  const { at, input, weights } = files;
  for (const index of [0, 1]) await despeckleShard(input, at('s.tif'), { index, count: 2 }, { weights });
  const strip = at('s.tif.shard-0000-of-0002/00000.npy');
  const whole = await readFile(strip);
  await writeFile(strip, whole.subarray(0, 1000));
  await expect(mergeShards(at('s.tif'))).rejects.toMatchObject({ code: 'ShardDamaged' });
  await writeFile(strip, whole);
  await mergeShards(at('s.tif'));
  expect((await bytes('s.tif')).equals(await bytes('whole.tif'))).toBe(true);
});

test('a crop has the pixels and the place of its part', async () => {
  const { at, input, weights } = files;
  const crop = { x: 8, y: 20, width: 40, height: 33 };
  await despeckleFile(input, at('crop.tif'), { weights, crop });
  const { width, height, georeference } = await readAll(at('crop.tif'));
  expect([width, height]).toEqual([40, 33]);
  expect(georeference.transform).toEqual([500_080, 10, 0, 4_499_800, 0, -10]);
  // The pixels around it are despeckled with it, here all of the image: it has no borders of its own.
  const [whole, part] = await Promise.all(['whole.tif', 'crop.tif'].map((name) => readAll(at(name))));
  expect(part.image.data).toEqual(partOf(whole.image, crop));
  for (const index of [0, 1])
    await despeckleShard(input, at('parts.tif'), { index, count: 2 }, { weights, crop });
  await mergeShards(at('parts.tif'));
  await despeckleFile(input, at('resumed-crop.tif'), { weights, crop, resume: true });
  for (const name of ['parts.tif', 'resumed-crop.tif'])
    expect((await bytes(name)).equals(await bytes('crop.tif'))).toBe(true);
  const outside = despeckleFile(input, at('x.tif'), { weights, crop: { ...crop, width: 60 } });
  await expect(outside).rejects.toMatchObject({ code: 'InvalidArgument', name: 'WorkflowError' });
});

test('warnings are errors where asked for', async () => {
  const { at, input, weights } = files;
  const swapped = { ...input, previous: input.next, next: input.previous };
  const warnings: Warning[] = [];
  await despeckleFile(swapped, at('swapped.tif'), {
    weights,
    onWarning: (warning) => warnings.push(warning),
  });
  expect(warnings.map(({ code, input }) => [code, input])).toEqual([
    ['OutOfOrder', input.next],
    ['OutOfOrder', input.previous],
  ]);
  const strict = despeckleFile(swapped, at('x.tif'), { weights, strict: true });
  await expect(strict).rejects.toMatchObject({ code: 'Warning', path: input.next });
});

test('a target without valid pixels is an error', async () => {
  const { at, input, weights } = files;
  await writeRaster(at('empty.tif'), createImage(4, SIZE, SIZE), 13, utm(500_000));
  const empty = despeckleFile({ ...input, target: at('empty.tif') }, at('x.tif'), { weights });
  await expect(empty).rejects.toMatchObject({ code: 'NoValidPixels' });
});

test('options without effect are errors', async () => {
  const { at, input, weights } = files;
  for (const options of [{ swaths: ['IW1'] }, { bursts: [1, 2] as const }, { scale: 'db' as const }])
    await expect(despeckleFile(input, at('x.tif'), { weights, ...options })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  expect(await readdir(files.folder)).not.toContain('x.tif');
});
