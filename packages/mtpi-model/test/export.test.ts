import { readFile } from 'node:fs/promises';
import {
  createImage,
  type Image,
  mirrorSources,
  planes,
  Random,
  simulateScene,
  simulateTriplet,
} from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import {
  Despeckler,
  decodeLayersModel,
  encodeLayersModel,
  exportOnnx,
  type GraphInput,
  type InputTransform,
  isModelError,
  logTransform,
  MtpiNet,
  type NetworkConfig,
  readState,
  toLayersModel,
} from '../src';

beforeAll(() => tf.setBackend('cpu'));

const size = 48;
const random = new Random(5);
const scene = simulateScene({ rows: size, cols: size, random });
const triplet = simulateTriplet({ random, scene, looks: 2 });
for (const date of [triplet.previous, triplet.next]) date.data.forEach((v, i, all) => (all[i] = 2 * v)); // for keepLevel to act
const network = new MtpiNet({
  architecture: 'progressive',
  baseChannels: 8,
  ddcrUnits: 1,
  resolution: 'half',
  output: 'image',
  seed: 2,
});

const bandsOf = (image: Image, bands: 2 | 4): Image => {
  const result = createImage(bands, size, size);
  planes(result).forEach((plane, b) => plane.set(planes(image)[b]));
  return result;
};

const cases: [GraphInput, 2 | 4, InputTransform][] = [
  ['covariance', 4, logTransform],
  ['intensity', 2, logTransform],
  ['covariance', 4, { kind: 'raw' }],
];
test.each(cases)(
  'a graph of %s (%i bands) with the transform inside gives what despeckleWindow gives',
  async (input, bands, transform) => {
    const images = [triplet.target, triplet.previous, triplet.next].map((image) => bandsOf(image, bands));
    const mask = ndarray(new Uint8Array(size * size).fill(1), [size, size]);
    const [target, previous, next] = images.map((image) => ({ image, mask }));
    const despeckler = new Despeckler(network, transform, size);
    const expected = await despeckler.despeckleWindow([target, previous, next], { window: 3 });
    await despeckler.dispose();

    const session = await InferenceSession.create(
      exportOnnx({ network, transform, tile: size, training: {} }, { input, window: 3 }),
    );
    const feeds = images.map(({ data }) => new Tensor('float32', data, [bands, size, size]));
    const { despeckled } = await session.run({ target: feeds[0], previous: feeds[1], next: feeds[2] });
    await session.release();
    expect(despeckled.dims).toEqual([bands, size, size]);
    planes(expected).forEach((plane, b) => {
      const largest = Math.max(...plane.map(Math.abs));
      plane.forEach((value, i) => {
        const found = (despeckled.data as Float32Array)[b * size * size + i];
        if (!(Math.abs(found - value) <= 1e-5 * largest))
          throw new Error(`band ${b}, pixel ${i}: ${found}, not ${value}`);
      });
    });
  },
);

test.each<Partial<NetworkConfig>>([
  { resolution: 'half', attention: 'normalized', architecture: 'progressive' },
  { filter: 'FrFT' },
])('a dynamic graph of %o gives what despeckleWindow gives, at any size, batch and mask', async (config) => {
  const net = new MtpiNet({ baseChannels: 8, ddcrUnits: 1, output: 'image', seed: 2, ...config });
  const graph = exportOnnx(
    { network: net, transform: logTransform, tile: size, training: {} },
    { input: 'covariance', window: 3, dynamic: true },
  );
  const session = await InferenceSession.create(graph);
  const despeckler = new Despeckler(net, logTransform, size, { workers: 0 });
  for (const [rows, cols] of [
    [48, 32],
    [16, 48],
  ]) {
    const simulated = simulateTriplet({ random, scene: simulateScene({ rows, cols, random }), looks: 2 });
    const windows = [simulated.target, simulated.previous, simulated.next].map((image, k) => {
      const mask = new Uint8Array(rows * cols).map((_, i) => ((i % cols) * (k + 1) > 25 ? 0 : 1));
      return { image, mask: ndarray(mask, [rows, cols]) };
    });
    const [target, previous, next] = windows;
    const reversed = [target, next, previous] as const;
    const expected = [
      await despeckler.despeckleWindow([target, previous, next], { window: 3 }),
      await despeckler.despeckleWindow(reversed, { window: 3 }),
    ];
    const batch = (a: number, b: number, shape: number[], of: (k: number) => ArrayLike<number>) =>
      new Tensor('float32', Float32Array.from([...Array.from(of(a)), ...Array.from(of(b))]), [2, ...shape]);
    const sources = mirrorSources(target.mask);
    const maskOf = (k: number) => sources.map((i) => windows[k].mask.data[i]);
    const imageOf = (k: number) =>
      planes(windows[k].image).flatMap((plane) =>
        [...sources].map((i) => (windows[k].mask.data[i] ? plane[i] : 0)),
      );
    const feeds = Object.fromEntries(
      [
        ['target', 0, 0],
        ['previous', 1, 2],
        ['next', 2, 1],
      ].flatMap(([name, a, b]) => [
        [name, batch(a as number, b as number, [4, rows, cols], imageOf)],
        [`${name}_mask`, batch(a as number, b as number, [rows, cols], maskOf)],
      ]),
    );
    const { despeckled } = await session.run(feeds);
    expect(despeckled.dims).toEqual([2, 4, rows, cols]);
    const found = despeckled.data as Float32Array;
    expected.forEach((image, n) =>
      planes(image).forEach((plane, b) => {
        const largest = Math.max(...plane.map(Math.abs));
        const start = (n * 4 + b) * plane.length;
        plane.forEach((value, i) => {
          if (target.mask.data[i] && !(Math.abs(found[start + i] - value) <= 1e-5 * largest))
            throw new Error(`image ${n}, band ${b}, pixel ${i}: ${found[start + i]}, not ${value}`);
        });
      }),
    );
  }
  await despeckler.dispose();
  await session.release();
});

test('an export that can not be is refused', () => {
  const trained = { network, transform: logTransform, tile: size, training: {} };
  for (const options of [{ tile: 8 }, { window: 4 }, { dynamic: true, tile: 64 }]) {
    let error: unknown;
    try {
      exportOnnx(trained, options);
    } catch (e) {
      error = e;
    }
    expect(isModelError(error, 'InvalidArgument')).toBe(true);
  }
});

test('a LayersModel predicts what the network does, and its files read back as the network', async () => {
  const trained = { network, transform: logTransform, tile: size, training: { steps: 7 } };
  const { json, weights } = await encodeLayersModel(trained, 'w.bin');
  const { network: read, ...info } = await decodeLayersModel(json, async (path) => {
    expect(path).toBe('w.bin');
    return weights;
  });
  expect(info).toEqual({ transform: logTransform, tile: size, training: { steps: 7 } });
  expect(readState(read.namedWeights())).toEqual(readState(network.namedWeights()));

  const images = [1, 2, 3].map(
    (seed) => tf.randomNormal([1, 16, 24, 7], 0, 1, 'float32', seed) as tf.Tensor4D,
  );
  const expected = network.apply(...(images as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]));
  const predicted = toLayersModel(network).predict(images) as tf.Tensor;
  expect(predicted.shape).toEqual(expected.shape);
  expect(predicted.dataSync()).toEqual(expected.dataSync());
});

test('a LayersModel saved by version 0.1 is read and predicts the same', async () => {
  const folder = new URL('fixtures/', import.meta.url);
  const json = await readFile(new URL('network-0.1.json', folder), 'utf8');
  const { network: read, ...info } = await decodeLayersModel(json, (path) => readFile(new URL(path, folder)));
  expect(info).toEqual({ transform: logTransform, tile: 32, training: { steps: 7 } });
  expect(read.config).toEqual({
    architecture: 'reference',
    baseChannels: 8,
    ddcrUnits: 1,
    filter: 'FrFT',
    attention: 'published',
    resolution: 'full',
    output: 'residual',
    dropoutRate: 0.3,
    seed: 4,
  });
  const [target, previous, next] = [0, 1, 2].map((date) => {
    const values = Float32Array.from({ length: 6 * 5 * 7 }, (_, i) => Math.sin(i + date));
    return tf.tensor4d(values, [1, 6, 5, 7]);
  });
  // As version 0.1 computed them.
  const output = read.apply(target, previous, next).dataSync();
  [0.05865568, 0.85810423, 0.99620378, 0.29016386, -0.77956438, -0.99515241, -0.22365436].forEach(
    (value, i) => expect(output[i]).toBeCloseTo(value, 6),
  );
  expect(tf.sum(tf.abs(tf.tensor1d(output as Float32Array))).dataSync()[0]).toBeCloseTo(133.73053, 3);
});

test('a file that is no LayersModel of this package is refused', async () => {
  const other = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
  let json = '';
  await other.save(
    tf.io.withSaveHandler(async ({ weightSpecs, weightData, ...rest }) => {
      json = JSON.stringify({ ...rest, weightsManifest: [{ paths: ['w.bin'], weights: weightSpecs }] });
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(rest) };
    }),
  );
  for (const [text, reason] of [
    ['{', /JSON/],
    ['{}', /model\.json/],
    [json, /no layer 'MtpiNet'/],
  ] as const) {
    const error = await decodeLayersModel(text, async () => new Uint8Array(12)).catch((e: unknown) => e);
    expect(isModelError(error, 'InvalidWeights')).toBe(true);
    expect((error as Error).message).toMatch(reason);
  }
});
