import { createImage } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { beforeAll, expect, test } from 'vitest';
import { acquisitionSource, Despeckler, logTransform, MtpiNet, memorySource } from '../src/index';

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

test('a despeckler that was disposed of says so', async () => {
  const images = { target: ones(), previous: ones(), next: ones() };
  await despeckler.dispose();
  await expect(first(memorySource(images))).rejects.toThrow(/has been disposed of/);
});
