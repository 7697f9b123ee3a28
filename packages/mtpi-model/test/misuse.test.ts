import { createImage } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { beforeAll, expect, test } from 'vitest';
import {
  acquisitionSource,
  Despeckler,
  decodeNetwork,
  encodeWeights,
  exportOnnx,
  loadNetwork,
  logTransform,
  MtpiNet,
  memorySource,
  type TripletWindow,
} from '../src/index';

const SIZE = 32;
let despeckler: Despeckler;

beforeAll(async () => {
  await tf.setBackend('cpu');
  const network = new MtpiNet({ architecture: 'progressive', baseChannels: 8, ddcrUnits: 1, seed: 1 });
  despeckler = new Despeckler(network, logTransform, SIZE);
});

const ones = (rows = SIZE, cols = SIZE) => {
  const image = createImage(4, rows, cols);
  image.data.subarray(0, 2 * rows * cols).fill(1);
  return image;
};
const mask = (rows = SIZE, cols = SIZE) => ndarray(new Uint8Array(rows * cols).fill(1), [rows, cols]);
const valid = { image: ones(), mask: mask() };
const small = ones(8, 8);

/** The first rows, from plain JavaScript. */
const first = (source: unknown) => despeckler.despeckle(source as never).next();
/** A source that reads these dates; valid ones in the place of `true`. */
const source = (dates: Record<string, unknown>) => ({
  ...{ width: SIZE, height: SIZE, bands: 4 },
  read: async ({ width, height }: { width: number; height: number }) => {
    const whole = { image: ones(height, width), mask: mask(height, width) };
    const read = ([name, date]: [string, unknown]) => [
      name,
      date === true ? whole : { ...whole, ...(date as object) },
    ];
    return dates && Object.fromEntries(Object.entries(dates).map(read));
  },
});

test.each<[string, unknown, RegExp]>([
  [
    'an array',
    [1, 2, 3],
    /expected the source to be an object with width, height, bands and read\(\), found an array of 3/,
  ],
  ['nothing', undefined, /found undefined/],
  ['no size', { read: () => {}, bands: 4 }, /expected width to be a positive integer, found undefined/],
  ['three bands', { ...source({}), bands: 3 }, /expected bands to be 2 or 4, found 3/],
  [
    'two dates',
    source({ target: true, previous: true }),
    /expected next to be an image with its mask, found undefined/,
  ],
  ['nothing read', source(undefined as never), /expected target to be an image with its mask/],
  [
    'another size',
    source({ target: true, previous: true, next: { image: small } }),
    /expected the image of next to be \[4, \d+, \d+\].*found \[4, 8, 8\]/,
  ],
  [
    'another mask',
    source({ target: true, previous: { mask: mask(8, 8) }, next: true }),
    /expected the mask of previous to be \[\d+, \d+\], found \[8, 8\]/,
  ],
])('a source that cannot be is refused in words: %s', async (_, given, message) => {
  await expect(first(given)).rejects.toMatchObject({
    name: 'ModelError',
    code: 'InvalidArgument',
    message: expect.stringMatching(message),
    hint: expect.stringContaining('acquisitionSource'),
  });
});

test('windows that cannot be are refused in words', async () => {
  await expect(despeckler.despeckleWindow([valid, valid] as never)).rejects.toThrow(
    /expected next to be an image/,
  );
  await expect(despeckler.despeckleWindow({} as never)).rejects.toThrow(/expected target to be an image/);
});

test('three acquisitions make a source', async () => {
  const acquisition = (polarimetry: 'covariance' | 'intensity') => ({
    ...{ width: SIZE, height: SIZE, polarimetry },
    read: async () => valid,
  });
  const [target, previous] = [acquisition('covariance'), acquisition('covariance')];
  expect(acquisitionSource({ target, previous, next: target }).bands).toBe(4);
  const mixed = acquisitionSource({ target, previous, next: acquisition('intensity') });
  expect(mixed.bands).toBe(2);
  const window = { x: 0, y: 0, width: SIZE, height: SIZE };
  expect((await mixed.read(window, {})).next.image.shape).toEqual([2, SIZE, SIZE]);
  expect(() => acquisitionSource({ target, previous } as never)).toThrow(
    /expected next to be 32 × 32, found none/,
  );
});

test('an engine that there is not is refused at once', () => {
  const network = new MtpiNet({ baseChannels: 8, ddcrUnits: 1 });
  const create = () => new Despeckler(network, logTransform, SIZE, { devise: 'cpu' } as never);
  expect(create).toThrow(expect.objectContaining({ code: 'InvalidArgument', found: 'devise' }));
});

test.each<[object | null, string]>([
  [{ tiles: 32 }, "unknown option 'tiles'"],
  [{ tile: '32' }, "expected the option 'tile' to be an integer ≥ 1, found '32'"],
  [{ onProgress: true }, "expected the option 'onProgress' to be a function, found true"],
  [
    { signal: new AbortController() },
    "expected the option 'signal' to be an AbortSignal, found an object with nothing",
  ],
  [null, 'expected options as an object, found null'],
])('options that cannot be are refused in words: %o', async (options, message) => {
  const images = { target: ones(), previous: ones(), next: ones() };
  const rows = despeckler.despeckle(memorySource(images), options as never);
  await expect(rows.next()).rejects.toMatchObject({
    code: 'InvalidArgument',
    message: `despeckle: ${message}`,
  });
});

test.each<[string, () => unknown, string]>([
  [
    'two dates',
    () => memorySource({ target: ones(), previous: ones() } as never),
    'memorySource: expected next to be an image of float32 [2 or 4, rows, cols], found undefined',
  ],
  [
    'an array',
    () => memorySource([ones()] as never),
    'memorySource: expected target to be an image of float32 [2 or 4, rows, cols], found undefined',
  ],
  [
    'plain numbers',
    () => memorySource({ target: new Float32Array(9) } as never),
    'memorySource: expected target to be an image of float32 [2 or 4, rows, cols], found a Float32Array of 36 bytes',
  ],
  [
    'another size',
    () => memorySource({ target: ones(), previous: small, next: ones() }),
    'memorySource: expected previous to be [4, 32, 32], found [4, 8, 8]',
  ],
  [
    'another size of a further date',
    () => memorySource({ target: ones(), previous: ones(), next: ones(), later: [ones(), small] }),
    'memorySource: expected later[1] to be [4, 32, 32], found [4, 8, 8]',
  ],
  [
    'a further date by itself',
    () => memorySource({ target: ones(), previous: ones(), next: ones(), earlier: ones() } as never),
    'memorySource: expected earlier to be a list of images, found an object with data, shape, stride, offset',
  ],
  [
    'another mask',
    () => memorySource({ target: ones(), previous: ones(), next: ones() }, mask(8, 8)),
    'memorySource: expected the mask to be [32, 32], found [8, 8]',
  ],
  [
    'no acquisitions',
    () => acquisitionSource(undefined as never),
    'acquisitionSource: expected target to be an acquisition, found none',
  ],
  [
    'no path',
    () => decodeNetwork(new Uint8Array(9), undefined as never),
    'decodeNetwork: expected its path, found undefined',
  ],
  [
    'no bytes',
    () => decodeNetwork('abc' as never, 'a.pth'),
    "decodeNetwork: expected the bytes of a file, found 'abc'",
  ],
  [
    'no scene',
    () => despeckler.layout(undefined as never),
    'despeckle: expected width to be a positive integer, found undefined',
  ],
  [
    'no weights',
    () => encodeWeights(undefined as never, undefined as never),
    'encodeWeights: expected a network, found undefined',
  ],
  [
    'nothing to export',
    () => exportOnnx(undefined as never),
    'exportOnnx: expected a network, found undefined',
  ],
  ['an unknown option', () => new MtpiNet({ channels: 8 } as never), "MtpiNet: unknown option 'channels'"],
  [
    'a text',
    () => new MtpiNet({ baseChannels: '8' } as never),
    "MtpiNet: expected the option 'baseChannels' to be a multiple of 8, found '8'",
  ],
])('what a source or network cannot be made of is refused in words: %s', (_, make, message) => {
  let error: unknown;
  try {
    make();
  } catch (reason) {
    error = reason;
  }
  expect(error).toMatchObject({ name: 'ModelError', code: 'InvalidArgument', message });
});

test.each<[unknown, string]>([
  [
    { input: 'amplitude' },
    "expected the option 'input' to be 'channels' or 'covariance' or 'intensity', found 'amplitude'",
  ],
  [{ tile: '64' }, "expected the option 'tile' to be an integer ≥ 16, found '64'"],
  [{ window: 4 }, "expected the option 'window' to be an odd integer ≥ 1, found 4"],
  [{ dynamic: 'yes' }, "expected the option 'dynamic' to be true or false, found 'yes'"],
  [{ dynamic: true, tile: 64 }, 'expected no tile for a dynamic graph, found tile 64'],
  [{ size: 64 }, "unknown option 'size'"],
  [null, 'expected options as an object, found null'],
])('a graph that cannot be exported is refused in words: %o', (options, message) => {
  const network = new MtpiNet({ baseChannels: 8, ddcrUnits: 1 });
  const trained = { network, transform: logTransform, tile: SIZE, training: {} };
  expect(() => exportOnnx(trained, options as never)).toThrow(`exportOnnx: ${message}`);
});

test.each<[unknown, string]>([
  [undefined, 'a window { x, y, width, height }, found undefined'],
  [[0, 0, 8, 8], 'a window { x, y, width, height }, found an array of 4'],
  [{ x: 0, y: 0, width: 8 }, 'a window inside 32 × 32 pixels, found 8 × undefined at (0, 0)'],
  [{ x: 0.5, y: 0, width: 8, height: 8 }, 'a window inside 32 × 32 pixels, found 8 × 8 at (0.5, 0)'],
  [{ x: 28, y: -1, width: 8, height: 8 }, 'a window inside 32 × 32 pixels, found 8 × 8 at (28, -1)'],
])('a window that no source has is refused in words: %o', async (window, message) => {
  const { read } = memorySource({ target: ones(), previous: ones(), next: ones() });
  await expect((read as (window: unknown) => Promise<unknown>)(window)).rejects.toMatchObject({
    ...{ name: 'ModelError', code: 'InvalidArgument' },
    message: `read: expected ${message}`,
  });
});

test('a source reads a window without options', async () => {
  const images = { target: ones(), previous: ones(), next: ones() };
  const window = { x: 4, y: 8, width: 8, height: 16 };
  for (const given of [images, { ...images, earlier: [ones()] }])
    expect(
      (await (memorySource(given).read as (window: unknown) => Promise<TripletWindow>)(window)).target.image
        .shape,
    ).toEqual([4, 16, 8]);
});

test('a warm-up needs a scene', async () => {
  await expect(despeckler.warmUp(undefined as never)).rejects.toMatchObject({
    code: 'InvalidArgument',
    message: 'despeckle: expected width to be a positive integer, found undefined',
  });
});

test('weights are named by a text', async () => {
  await expect(loadNetwork(5 as never)).rejects.toMatchObject({
    code: 'InvalidArgument',
    message: 'loadNetwork: expected the name of shipped weights, or a path, found 5',
  });
});

test('a despeckler that was disposed of says so', async () => {
  const images = { target: ones(), previous: ones(), next: ones() };
  await despeckler.dispose();
  await expect(first(memorySource(images))).rejects.toThrow(/has been disposed of/);
});
