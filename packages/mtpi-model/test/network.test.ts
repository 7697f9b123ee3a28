import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isModelError, MtpiNet, type NetworkConfig, PRESETS, readState } from '../src';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const image = (seed: number) => tf.randomNormal([1, 6, 5, 7], 0, 1, 'float32', seed) as tf.Tensor4D;
const small = { baseChannels: 8, ddcrUnits: 1, dropoutRate: 0 };

test.each([
  ['FrGT', 467_354],
  ['FrFT', 471_002],
] as const)('the full-size reference network with %s has %d parameters, as published', (filter, count) => {
  const { trainableVariables } = new MtpiNet({ filter });
  expect(trainableVariables.reduce((sum, variable) => sum + variable.size, 0)).toBe(count);
});

describe.each([
  ['reference', 'full'],
  ['progressive', 'full'],
  ['reference', 'half'],
] as const)('the %s network at %s resolution', (architecture, resolution) => {
  test('uses all three acquisitions and every weight', () => {
    const network = new MtpiNet({ ...small, architecture, resolution });
    const inputs = [image(1), image(2), image(3)];
    const apply = (...[a, b, c]: tf.Tensor[]) =>
      network.apply(a as tf.Tensor4D, b as tf.Tensor4D, c as tf.Tensor4D, { training: true });
    expect(apply(...inputs).shape).toEqual([1, 6, 5, 7]);
    for (const gradient of tf.grads((...x) => tf.sum(tf.square(apply(...x))))(inputs)) {
      expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeGreaterThan(0);
    }
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.square(apply(...inputs))) as tf.Scalar,
      network.trainableVariables,
    );
    for (const { name } of network.trainableVariables) expect(grads[name]).toBeTruthy();
  });

  test('starts from the same weights for the same seed, and from others for another', () => {
    const weights = (seed: number) =>
      [
        ...readState(new MtpiNet({ ...small, architecture, resolution, seed }).namedWeights()).values(),
      ].flatMap(({ data }) => [...data]);
    expect(weights(5)).toEqual(weights(5));
    expect(weights(5)).not.toEqual(weights(6));
  });
});

test('the output is the target less the residual, or the image itself', () => {
  const [target, previous, next] = [image(1), image(2), image(3)];
  const [residual, direct] = (['residual', 'image'] as const).map((output) =>
    new MtpiNet({ ...small, output }).apply(target, previous, next),
  );
  const difference = tf.sub(tf.sub(target, residual), direct);
  expect(tf.max(tf.abs(difference)).dataSync()[0]).toBeLessThan(1e-6);
});

test('gives the same answer twice in prediction, dropout or not', () => {
  const network = new MtpiNet({ ...small, dropoutRate: 0.5 });
  const run = () => [...network.apply(image(1), image(2), image(3)).dataSync()];
  expect(run()).toEqual(run());
});

test.each<[string, unknown, RegExp]>([
  ['baseChannels', 12, /'baseChannels' to be a multiple of 8, found 12/],
  ['ddcrUnits', 1.5, /'ddcrUnits' to be an integer ≥ 1, found 1.5/],
  ['architecture', 'other', /'architecture' to be 'reference' or 'progressive', found 'other'/],
  ['filter', 'DCT', /'filter' to be 'FrGT' or 'FrFT', found 'DCT'/],
  ['attention', 'none', /'attention' to be 'published' or 'normalized', found 'none'/],
  ['resolution', 'third', /'resolution' to be 'full' or 'half', found 'third'/],
  ['output', 'mask', /'output' to be 'residual' or 'image', found 'mask'/],
  ['dropoutRate', 1, /'dropoutRate' to be in \[0, 1\), found 1/],
])('a network whose %s is %j is refused', (option, value, message) => {
  const make = () => new MtpiNet({ ...small, [option]: value });
  expect(make).toThrow(message);
  try {
    make();
  } catch (error) {
    expect(isModelError(error, 'InvalidArgument')).toBe(true);
  }
});

test('an option that is undefined has its default', () => {
  const given: NetworkConfig = {
    ...small,
    architecture: 'progressive',
    attention: undefined,
    seed: undefined,
  };
  expect(new MtpiNet(given).config).toMatchObject({ attention: 'normalized', seed: 0, baseChannels: 8 });
});

test('the presets are networks', () => {
  for (const preset of Object.values(PRESETS)) expect(new MtpiNet(preset).config).toMatchObject(preset);
});
