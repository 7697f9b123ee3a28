import {
  boxcar,
  createImage,
  haAlpha,
  type Image,
  mirrorSources,
  planes,
  Random,
  simulateScene,
  simulateTriplet,
} from '@mtpi/polsar-priors';
import { compile } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { beforeAll, expect, test } from 'vitest';
import {
  type AcquisitionWindow,
  acquisitionSource,
  blendTileRows,
  Despeckler,
  type InputTransform,
  isModelError,
  logTransform,
  MtpiNet,
  memorySource,
  type ReadableAcquisition,
  type TripletSource,
} from '../src';
import { preserveCorrelation } from '../src/corrections/correlation-correction';
import { preservePointTargets } from '../src/corrections/point-targets';
import { preserveRadiometry } from '../src/corrections/radiometric-correction';
import { CHANNELS } from '../src/network/transform';
import { decodeArrays, encodeArrays, levelExcessArray } from './oracle/array-transform';

beforeAll(() => tf.setBackend('cpu'));

const size = 80;
const random = new Random(11);
const scene = simulateScene({ rows: size, cols: size, random });
const triplet = simulateTriplet({ random, scene, looks: 2 });
const network = new MtpiNet({
  architecture: 'progressive',
  baseChannels: 8,
  ddcrUnits: 1,
  dropoutRate: 0,
  seed: 2,
});
const despeckler = new Despeckler(network, logTransform, 56, { threads: 1 });

function source(bands: 2 | 4, mask = new Uint8Array(size * size).fill(1)): TripletSource {
  const cut = (image: Image, x: number, y: number, width: number, height: number): AcquisitionWindow => {
    const window = createImage(bands, height, width);
    planes(window).forEach((to, b) => {
      const from = planes(image)[b];
      for (let r = 0; r < height; r++)
        to.set(from.subarray((y + r) * size + x, (y + r) * size + x + width), r * width);
    });
    const valid = Uint8Array.from(
      { length: width * height },
      (_, i) => mask[(y + Math.floor(i / width)) * size + x + (i % width)],
    );
    return { image: window, mask: ndarray(valid, [height, width]) };
  };
  return {
    width: size,
    height: size,
    bands,
    read: async ({ x, y, width, height }) => ({
      target: cut(triplet.target, x, y, width, height),
      previous: cut(triplet.previous, x, y, width, height),
      next: cut(triplet.next, x, y, width, height),
    }),
  };
}

async function collect(rows: AsyncGenerator<{ y: number; image: Image; mask: { data: Uint8Array } }>) {
  const values: Float32Array[] = [];
  const valid: number[] = [];
  let next = 0;
  for await (const { y, image, mask } of rows) {
    expect(y).toBe(next);
    next += image.shape[1];
    planes(image).forEach((plane, b) => {
      values[b] = Float32Array.from([...(values[b] ?? []), ...plane]);
    });
    valid.push(...mask.data);
  }
  expect(next).toBe(size);
  return { values, valid };
}

test('tiles give a valid covariance for every pixel, in order, with progress', async () => {
  const progress: number[] = [];
  const { values, valid } = await collect(
    despeckler.despeckle(source(4), { onProgress: (done, total) => progress.push(done / total) }),
  );
  expect(values.length).toBe(4);
  expect(progress).toEqual([0.25, 0.5, 0.75, 1]);
  expect(valid.every((v) => v === 1)).toBe(true);
  const [c11, c22, re, im] = values;
  for (let i = 0; i < c11.length; i++) {
    if (!(c11[i] > 0 && c22[i] > 0 && re[i] ** 2 + im[i] ** 2 <= c11[i] * c22[i] * (1 + 1e-5)))
      throw new Error(`pixel ${i} is no covariance`);
  }
});

test('intensities in, intensities out', async () => {
  const { values } = await collect(despeckler.despeckle(source(2)));
  expect(values.length).toBe(2);
});

test('invalid pixels come out as 0 with mask 0 and do not depend on what was in them', async () => {
  const mask = new Uint8Array(size * size).fill(1);
  for (let i = 0; i < 600; i++) mask[i * 7] = 0;
  const before = await collect(despeckler.despeckle(source(2, mask)));
  const kept = triplet.target.data.slice();
  for (let i = 0; i < size * size; i++)
    if (!mask[i]) for (let b = 0; b < 4; b++) triplet.target.data[b * size * size + i] = Number.NaN;
  const after = await collect(despeckler.despeckle(source(2, mask)));
  triplet.target.data.set(kept);
  expect(after).toEqual(before);
  expect(after.valid).toEqual([...mask]);
  mask.forEach((v, i) => v || expect(after.values[0][i]).toBe(0));
});

const acquisitionOf = (
  role: 'target' | 'previous' | 'next',
  valid?: Uint8Array<ArrayBuffer>,
): ReadableAcquisition => {
  const { read } = source(2, valid);
  return {
    ...{ width: size, height: size, polarimetry: 'intensity' },
    read: async (window, options = {}) => (await read(window, options))[role],
  };
};
const [target, previous, next] = (['target', 'previous', 'next'] as const).map((role) => acquisitionOf(role));
const series = ([previous, ...earlier]: ReadableAcquisition[], [next, ...later]: ReadableAcquisition[]) =>
  acquisitionSource({ target, previous, next, earlier, later });

test.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -0.01])(
  'intensities of %d are invalid',
  async (value) => {
    const part = size / 2;
    const at = 12 * part + 9;
    const images = (marked: number) => {
      const [target, previous, next] = [triplet.target, triplet.previous, triplet.next].map((image) => {
        const copy = createImage(4, part, part);
        planes(image.hi(4, part, part)).forEach((band, b) => copy.data.set(band, b * part * part));
        copy.data[part * part + at] = marked;
        return copy;
      });
      return { target, previous, next };
    };
    const mask = ndarray(new Uint8Array(part * part).fill(1), [part, part]);
    const masked = ndarray(Uint8Array.from(mask.data), [part, part]);
    masked.data[at] = 0;
    for (const further of [false, true]) {
      const results = [
        memorySource(withEarlier(images(value))),
        memorySource(withEarlier(images(1)), masked),
      ].map(async (source) => {
        for await (const { image, mask } of despeckler.despeckle(source))
          return [Float32Array.from(image.data), Uint8Array.from(mask.data)];
      });
      function withEarlier(dates: ReturnType<typeof images>) {
        return further ? { ...dates, earlier: [dates.next] } : dates;
      }
      const [found, expected] = await Promise.all(results);
      expect(found).toEqual(expected);
    }
    const windows = (
      { target, previous, next }: ReturnType<typeof images>,
      mask: AcquisitionWindow['mask'],
    ) =>
      [target, previous, next].map((image) => ({ image, mask })) as unknown as Parameters<
        Despeckler['despeckleWindow']
      >[0];
    const whole = await despeckler.despeckleWindow(windows(images(value), mask));
    expect(whole.data).toEqual((await despeckler.despeckleWindow(windows(images(1), masked))).data);
  },
);

test('a series of three dates is the triplet', async () => {
  const { values } = await collect(despeckler.despeckle(series([previous], [next])));
  expect(values).toEqual((await collect(despeckler.despeckle(source(2)))).values);
});

test('a series is read date by date, once for each tile, and its mean counts in the result', async () => {
  const reads: string[] = [];
  let open = 0;
  const counted = (name: string, date: ReadableAcquisition): ReadableAcquisition => ({
    ...date,
    read: async (window, options) => {
      reads.push(name);
      expect(++open).toBeLessThanOrEqual(3); // tiles that are in progress
      const pixels = await date.read(window, options);
      open--;
      return pixels;
    },
  });
  const before = [counted('a', previous), counted('b', next)];
  const { values } = await collect(despeckler.despeckle(series(before, [counted('c', next)])));
  expect(reads.length).toBe(3 * 4);
  const window = { x: 0, y: 0, width: size, height: size };
  const { temporalMean } = await series([previous, next], [next]).read(window, {});
  expect(temporalMean?.dates.shape).toEqual([1, size, size]);
  expect(values[0]).not.toEqual((await collect(despeckler.despeckle(source(2)))).values[0]);
});

test('invalid pixels of a date of a series do not reach the result', async () => {
  const valid = new Uint8Array(size * size).fill(1);
  for (let i = 0; i < 600; i++) valid[i * 7] = 0;
  const despeckled = () =>
    collect(despeckler.despeckle(series([previous, acquisitionOf('next', valid)], [previous])));
  const before = await despeckled();
  const kept = triplet.next.data.slice();
  for (let i = 0; i < size * size; i++)
    if (!valid[i]) for (let b = 0; b < 2; b++) triplet.next.data[b * size * size + i] = Number.NaN;
  const after = await despeckled();
  triplet.next.data.set(kept);
  expect(after).toEqual(before);
});

test.each<[string, 2 | 4, InputTransform]>([
  ['covariance, logarithms', 4, logTransform],
  ['intensities, logarithms', 2, logTransform],
  ['covariance as it is', 4, { kind: 'raw' }],
])('%s: a window is encoded, run and decoded, whatever is invalid', async (_, bands, transform) => {
  const mask = new Uint8Array(size * size).fill(1);
  mask.fill(0, 0, 9 * size);
  for (let i = 0; i < 700; i++) mask[i * 9] = 0;
  const window = { x: 0, y: 0, width: size, height: size };
  const { target, previous, next } = await source(bands, mask).read(window, {});
  // Pixels without power are none.
  for (const plane of planes(target.image))
    for (let r = 20; r < 30; r++) plane.fill(0, r * size, r * size + 10);
  for (let i = 0; i < size * size; i += 11) previous.mask.data[i] = 0;
  const powers = planes(target.image)[0];
  const powered = Uint8Array.from(powers, (power, i) => (power > 0 ? target.mask.data[i] : 0));
  const sources = mirrorSources(ndarray(powered, [size, size]));
  const complete = [target, previous, next].map((date) => {
    const image = createImage(bands, size, size);
    planes(image).forEach((plane, b) => plane.set(plane.map((_, i) => planes(date.image)[b][sources[i]])));
    const valid = Uint8Array.from(sources, (i) => date.mask.data[i]);
    return { image, mask: ndarray(valid, [size, size]) };
  });
  const inputs = complete.map(({ image, mask }) => {
    const data = encodeArrays(transform, image, haAlpha(boxcar(image, 5, mask), mask), mask);
    return { data, shape: [1, size, size, CHANNELS] };
  });
  const excess = transform.kind === 'raw' ? [] : levelExcessArray(inputs[0].data, size, size);
  const brighten = (data: Float32Array, sign: number) => {
    for (const [i, level] of excess.entries()) for (const c of [0, 1]) data[CHANNELS * i + c] += sign * level;
  };
  for (const { data } of inputs) brighten(data, -1);
  const plain = compile((...images) => network.apply(...(images as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D])));
  const [output] = await plain.run(inputs);
  brighten(output.data as Float32Array, 1);
  const expected = decodeArrays(transform, output.data as Float32Array, bands, size, size);
  await preserveRadiometry(expected, complete[0]);
  await preserveCorrelation(expected, complete[0]);
  preservePointTargets(expected, complete[0]);

  for (const { image, mask } of [target, previous, next])
    for (const plane of planes(image)) plane.set(plane.map((v, i) => (mask.data[i] ? v : Number.NaN)));
  const whole = new Despeckler(network, transform, size);
  const found = await whole.despeckleWindow([target, previous, next]);
  expect(found.shape).toEqual([bands, size, size]);
  planes(expected).forEach((plane, b) => {
    const largest = plane.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
    plane.forEach((value, i) => {
      const got = planes(found)[b][i];
      if (!(Math.abs(got - value) <= 1e-5 * largest))
        throw new Error(`band ${b}, pixel ${i}: ${got}, not ${value}`);
    });
  });
  await Promise.all([plain.dispose(), whole.dispose()]);
});

test('one tile equals the window despeckled whole, the scene mirrored by four pixels at its borders', async () => {
  const tile = size + 8;
  const { values } = await collect(despeckler.despeckle(source(4), { tile }));
  const at = (i: number) => (i < 4 ? 3 - i : i >= size + 4 ? 2 * size + 3 - i : i - 4);
  const extended = (image: Image): AcquisitionWindow => {
    const result = createImage(4, tile, tile);
    const pixel = (i: number) => at(Math.floor(i / tile)) * size + at(i % tile);
    planes(result).forEach((to, b) => {
      for (let i = 0; i < to.length; i++) to[i] = planes(image)[b][pixel(i)];
    });
    return { image: result, mask: ndarray(new Uint8Array(tile * tile).fill(1), [tile, tile]) };
  };
  const { target, previous, next } = triplet;
  const whole = await despeckler.despeckleWindow([extended(target), extended(previous), extended(next)]);
  planes(whole).forEach((plane, b) => {
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++)
        expect(values[b][r * size + c]).toBeCloseTo(plane[(r + 4) * tile + c + 4], 5);
  });
});

test('tile rows made apart, each from its own rows alone, blend to the same numbers', async () => {
  const layout = despeckler.layout(source(4));
  const read: number[][] = [];
  const watched: TripletSource = {
    ...source(4),
    read: (window, options) => {
      read.push([window.y, window.height]);
      return source(4).read(window, options);
    },
  };
  const tileRows = [];
  for (const row of [1, 0])
    for await (const { y, image, mask } of despeckler.tileRows(watched, { indices: [row] })) {
      // The next tile row overwrites this one.
      const copy = {
        image: ndarray(image.data.slice(), image.shape),
        mask: ndarray(mask.data.slice(), mask.shape),
      };
      tileRows.unshift({ y, ...copy });
    }
  expect(layout.ys).toEqual([0, 32]);
  const expected = [
    [0, 52],
    [28, 52],
  ];
  expect(read).toEqual([expected[1], expected[1], expected[0], expected[0]]);
  expect(tileRows.map(({ y }) => y)).toEqual(layout.ys);
  expect(await collect(blendTileRows(tileRows, layout))).toEqual(
    await collect(despeckler.despeckle(source(4))),
  );
});

test('a window may be any view of larger arrays', async () => {
  const dates = await source(4).read({ x: 0, y: 0, width: 48, height: 48 }, {});
  const wide = (date: AcquisitionWindow): AcquisitionWindow => {
    const image = createImage(4, 48, 60).hi(4, 48, 48);
    const mask = ndarray(new Uint8Array(48 * 60), [48, 60]).hi(48, 48);
    for (let r = 0; r < 48; r++)
      for (let c = 0; c < 48; c++) {
        mask.set(r, c, 255);
        for (let b = 0; b < 4; b++) image.set(b, r, c, date.image.get(b, r, c));
      }
    return { image, mask };
  };
  const { target, previous, next } = dates;
  const expected = await despeckler.despeckleWindow([target, previous, next]);
  const found = await despeckler.despeckleWindow([wide(target), wide(previous), wide(next)]);
  expect(found.data).toEqual(expected.data);
});

test('a source may give any view of larger arrays', async () => {
  const mask = new Uint8Array(size * size).fill(1);
  for (let i = 0; i < 600; i++) mask[i * 7] = 0;
  const plain = source(2, mask);
  const within = ({ image, mask }: AcquisitionWindow): AcquisitionWindow => {
    const [rows, cols] = mask.shape;
    const view = ndarray(new Uint8Array(rows * (cols + 5)), [rows, cols + 5]).lo(0, 5);
    for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) view.set(r, c, mask.get(r, c));
    return { image, mask: view };
  };
  const views: TripletSource = {
    ...plain,
    read: async (window, options) => {
      const { target, previous, next } = await plain.read(window, options);
      return { target: within(target), previous: within(previous), next: within(next) };
    },
  };
  expect(await collect(despeckler.despeckle(views))).toEqual(await collect(despeckler.despeckle(plain)));
});

test('yielded rows are reused, tiles and what a source reads are not; leaving early aborts the reads', async () => {
  const counts: number[][] = [];
  const tiles: Float32Array[] = [];
  const given: { data: Float32Array; copy: Float32Array }[] = [];
  const signals: AbortSignal[] = [];
  const scene = source(2);
  const watched: typeof scene = {
    ...scene,
    read: async (window, options) => {
      const triplet = await scene.read(window, options);
      for (const { image } of [triplet.target, triplet.previous, triplet.next])
        given.push({ data: image.data, copy: image.data.slice() });
      if (options.signal) signals.push(options.signal);
      return triplet;
    },
  };
  const rows = despeckler.despeckle(watched, {
    onProgress: (...count) => counts.push(count),
    onTile: ({ image }) => tiles.push(image.data as Float32Array),
  });
  const first = (await rows.next()).value.image;
  const values = (first.data as Float32Array).slice();
  const second = (await rows.next()).value.image;
  expect(second.data.buffer).toBe(first.data.buffer);
  expect(first.data).not.toEqual(values);
  await rows.return(undefined);
  expect(counts).toEqual(counts.map((_, i) => [i + 1, counts[0][1]]));
  expect(new Set(tiles.map(({ buffer }) => buffer)).size).toBe(tiles.length);
  for (const { data, copy } of given) expect(data).toEqual(copy);
  expect(signals.length).toBeGreaterThan(0);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});

test('an abort ends the scene with its reason, between tiles and before the tiles at hand are done', async () => {
  const abort = new AbortController();
  const rows = despeckler.despeckle(source(4), {
    signal: abort.signal,
    onProgress: () => abort.abort(new Error('enough')),
  });
  await expect(rows.next()).rejects.toThrow('enough');

  const within = new AbortController();
  const order: string[] = [];
  const aborted = despeckler
    .despeckle(source(4), { signal: within.signal })
    .next()
    .catch(({ message }: Error) => order.push(message));
  await new Promise((resolve) => setTimeout(resolve, 5)); // the tiles are on their way to the workers
  const whole = despeckler.despeckle(source(4)).next();
  within.abort(new Error('abort'));
  await Promise.all([aborted, whole.then(() => order.push('scene'))]);
  expect(order).toEqual(['abort', 'scene']);
});

test.each([{ tile: 32, overlap: 20 }, { window: 4 }])('%j can not be and is refused', async (options) => {
  const error = await despeckler
    .despeckle(source(4), options)
    .next()
    .catch((e: unknown) => e);
  expect(isModelError(error, 'InvalidArgument')).toBe(true);
});
