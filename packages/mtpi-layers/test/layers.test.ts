import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  AdaptiveFeatureGating,
  BatchNormalization,
  Dropout,
  DualDomainCollaborativeRefinement,
  FeatureExtraction,
  fractionalFourierBuffer,
  fractionalGaborPlane,
  HolisticFeatureAggregation,
  type ImageLayer,
  RecursiveResidualAggregation,
  ShuntParallelPerception,
  seedInitializers,
} from '../src';

beforeAll(() => tf.setBackend('cpu'));

const image = (seed: number, channels = 8) =>
  tf.randomNormal([2, 6, 5, channels], 0, 1, 'float32', seed) as tf.Tensor4D;

const layers: [string, () => ImageLayer, number][] = [
  ['SPP', () => new ShuntParallelPerception({ channels: 8, dropoutRate: 0 }), 1],
  ['SPP with FrFT', () => new ShuntParallelPerception({ channels: 8, filter: 'FrFT', dropoutRate: 0 }), 1],
  ['AFG', () => new AdaptiveFeatureGating({ channels: 8 }), 1],
  ['HFA', () => new HolisticFeatureAggregation({ channels: 8 }), 2],
  ['HFA, normalized', () => new HolisticFeatureAggregation({ channels: 8, attention: 'normalized' }), 2],
  ['DDCR', () => new DualDomainCollaborativeRefinement({ channels: 8, dropoutRate: 0 }), 3],
  [
    'DDCR at half resolution',
    () => new DualDomainCollaborativeRefinement({ channels: 8, dropoutRate: 0, resolution: 'half' }),
    3,
  ],
  ['R²A', () => new RecursiveResidualAggregation({ channels: 8, units: 2, dropoutRate: 0 }), 3],
  ['FEN', () => new FeatureExtraction({ inputChannels: 8, outputChannels: 8 }), 1],
];

describe.each(layers)('%s', (_, make, inputs) => {
  const images = Array.from({ length: inputs }, (_, i) => image(i + 1));

  test('keeps the shape and reaches every weight by gradients', () => {
    seedInitializers(1);
    const layer = make();
    expect(layer.apply(images).shape).toEqual([2, 6, 5, 8]);
    const trainable = layer.trainableWeights.map((w) => w.read() as tf.Variable);
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.square(layer.apply(images, { training: true }))) as tf.Scalar,
      trainable,
    );
    for (const { name } of trainable) expect(grads[name]).toBeTruthy();
  });

  test('is made anew from its configuration, with equal weights from an equal seed', () => {
    seedInitializers(7);
    const layer = make();
    seedInitializers(7);
    const Class = layer.constructor as new (config: tf.serialization.ConfigDict) => ImageLayer;
    const twin = new Class(layer.getConfig());
    const difference = tf.sub(layer.apply(images), twin.apply(images));
    expect(tf.max(tf.abs(difference)).dataSync()[0]).toBe(0);
  });
});

test.each(layers)('%s leaves no tensors behind', (_, make) => {
  const { numTensors } = tf.memory();
  for (const { variable } of make().namedWeights()) variable.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
});

test.each([0, 1_700_000_000_000, Number.MAX_SAFE_INTEGER])(
  'layers of one shape have different weights, from the seed %i too',
  (seed) => {
    seedInitializers(seed);
    const [first, second] = [1, 2].map(() =>
      new FeatureExtraction({ inputChannels: 8, outputChannels: 8 }).trainableWeights[0].read().dataSync(),
    );
    expect(first).not.toEqual(second);
  },
);

test('the gradient of DDCR at half resolution is that of each image of a batch', () => {
  seedInitializers(3);
  const layer = new DualDomainCollaborativeRefinement({ channels: 8, dropoutRate: 0, resolution: 'half' });
  const images = [image(1), image(2), image(3)];
  const gradient = tf.grad((x) => tf.sum(tf.square(layer.apply([x as tf.Tensor4D, ...images.slice(1)]))));
  const alone = tf.split(tf.stack(images), 2, 1).map((sample) => {
    const [fused, ...others] = tf.unstack(sample) as tf.Tensor4D[];
    return tf.grad((x) => tf.sum(tf.square(layer.apply([x as tf.Tensor4D, ...others]))))(fused);
  });
  const difference = tf.sub(gradient(images[0]), tf.concat(alone));
  expect(tf.max(tf.abs(difference)).dataSync()[0]).toBeLessThan(1e-4);
});

test('batch normalization normalizes in training and tracks the unbiased variance', () => {
  const layer = new BatchNormalization({ channels: 8 });
  const x = tf.add(tf.mul(image(3), 4), 2) as tf.Tensor4D;
  const { mean, variance } = tf.moments(layer.apply(x, { training: true }), [0, 1, 2]);
  for (const m of mean.dataSync()) expect(m).toBeCloseTo(0, 4);
  for (const v of variance.dataSync()) expect(v).toBeCloseTo(1, 3);
  const running = new Map(
    layer.namedWeights().map(({ name, variable }) => [name, variable.read().dataSync()]),
  );
  const truth = tf.moments(x, [0, 1, 2]);
  truth.mean.dataSync().forEach((m, i) => expect(running.get('running_mean')?.[i]).toBeCloseTo(0.1 * m, 4));
  truth.variance
    .dataSync()
    .forEach((v, i) => expect(running.get('running_var')?.[i]).toBeCloseTo(0.9 + (0.1 * v * 60) / 59, 3));
});

test('dropout drops its share in training, other units at each call, and nothing in prediction', () => {
  const layer = new Dropout({ rate: 0.3, seed: 4 });
  const ones = tf.ones([2, 40, 40, 8]) as tf.Tensor4D;
  expect(layer.apply(ones).dataSync()).toEqual(ones.dataSync());
  const [first, second] = [1, 2].map(() => layer.apply(ones, { training: true }).dataSync());
  const dropped = first.filter((v) => v === 0).length / first.length;
  expect(dropped).toBeGreaterThan(0.28);
  expect(dropped).toBeLessThan(0.32);
  const both = first.filter((v, i) => v === 0 && second[i] === 0).length / first.length;
  expect(Math.abs(both - dropped * dropped)).toBeLessThan(0.02);
});

test('a fractional Gabor plane at scale 1 and the axis of its angle', () => {
  const plane = fractionalGaborPlane(0, 1);
  expect(plane[1][1]).toBe(1);
  expect(plane[1][2]).toBeCloseTo(Math.exp(-1), 12);
  expect(plane[0][2]).toBeCloseTo(Math.exp(-(2 ** 0.25)), 12);
  expect(fractionalGaborPlane(90, 4)[0][1]).toBeCloseTo(fractionalGaborPlane(90, 4)[2][1], 12);
});

test('the fractional Fourier buffer repeats its plane over the channels', () => {
  const buffer = fractionalFourierBuffer(0.5, 2, 4);
  expect(buffer.length).toBe(72);
  expect(new Set(buffer.subarray(0, 8)).size).toBe(1);
  expect(buffer[8 * 5]).toBeCloseTo(buffer[8 * 7], 6); // g(2)·g(3) = g(3)·g(2)
});

test('layers make a tf.model, which keeps its weights when it is saved and loaded', async () => {
  const frames = [tf.input({ shape: [6, 5, 7] }), tf.input({ shape: [6, 5, 7] })];
  const features = frames.map((frame) =>
    new FeatureExtraction({ inputChannels: 7, outputChannels: 8 }).apply(frame),
  ) as tf.SymbolicTensor[];
  const attended = new HolisticFeatureAggregation({ channels: 8 }).apply(features) as tf.SymbolicTensor;
  expect(features[0].shape).toEqual([null, 6, 5, 8]);
  expect(attended.shape).toEqual([null, 6, 5, 8]);
  const model = tf.model({ inputs: frames, outputs: attended });
  let saved: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved));
  const images = [image(8, 7), image(9, 7)];
  const difference = tf.sub(model.predict(images) as tf.Tensor, loaded.predict(images) as tf.Tensor);
  expect(tf.max(tf.abs(difference)).dataSync()[0]).toBe(0);
});

test('a model saved by version 0.1, with the class names of then, is loaded and predicts the same', async () => {
  const file = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
  const { weightsManifest, ...json } = JSON.parse(file('layers-0.1.json').toString());
  const [{ paths, weights }] = weightsManifest;
  const weightData = Uint8Array.from(file(paths[0])).buffer;
  const model = await tf.loadLayersModel(tf.io.fromMemory({ ...json, weightSpecs: weights, weightData }));
  const classes = model.layers.map((layer) => layer.getClassName());
  expect(classes).toEqual([
    'InputLayer',
    'MtpiFeatureExtraction',
    'InputLayer',
    'MtpiAdaptiveFeatureGating',
    'MtpiFeatureExtraction',
    'MtpiHolisticFeatureAggregation',
    'MtpiDualDomainCollaborativeRefinement',
    'MtpiRecursiveResidualAggregation',
  ]);
  const dates = [0, 1].map((date) => {
    const values = Float32Array.from({ length: 6 * 5 * 7 }, (_, i) => Math.sin(i + date));
    return tf.tensor4d(values, [1, 6, 5, 7]);
  });
  const output = model.predict(dates) as tf.Tensor;
  expect(output.shape).toEqual([1, 6, 5, 8]);
  // As version 0.1 computed them.
  const found = output.dataSync();
  [-0.09999281, -0.32660306, 0.13456501, -0.24399775].forEach((value, i) =>
    expect(found[i]).toBeCloseTo(value, 6),
  );
  expect(tf.sum(tf.abs(output)).dataSync()[0]).toBeCloseTo(40.547646, 4);
});
