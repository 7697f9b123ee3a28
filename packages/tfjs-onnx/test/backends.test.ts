import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  availableDevices,
  type CompiledFunction,
  type CompileOptions,
  compile,
  isTfjsOnnxError,
  type TensorFunction,
} from '../src';
import { values } from './agreement';

/** Without a GPU, chromium's software renderer serves as one (Debian: chromium, libvulkan1). */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (existsSync(swiftShader)) process.env.VK_DRIVER_FILES ??= swiftShader;

const variable = (shape: number[], seed: number) => tf.variable(tf.tensor(values(shape, seed).data, shape));
const filter = variable([3, 3, 4, 4], 2);
const depthwise = variable([3, 3, 4, 1], 3);
const matrix = variable([16, 16], 4);

/** A small network of the ops that MTPI-Net is made of. */
const network = (x: tf.Tensor) => {
  const features = tf.relu(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'));
  const gate = tf.sigmoid(tf.depthwiseConv2d(features, depthwise as tf.Tensor4D, 1, 'same'));
  const rows = tf.matMul(matrix, tf.transpose(tf.mul(features, gate), [0, 3, 1, 2]));
  return tf.softmax(tf.concat([tf.mean(rows, 3), tf.max(rows, 3)], 1));
};

/** One step of gradient descent on its filter. */
const step: TensorFunction = (x) => {
  const loss = () => tf.mean(tf.square(network(x))) as tf.Scalar;
  const { value, grads } = tf.variableGrads(loss, [filter]);
  filter.assign(tf.sub(filter, tf.mul(10, grads[filter.name])));
  return value;
};

const input = values([1, 16, 16, 4]);

async function using<T>(
  fn: TensorFunction,
  options: CompileOptions,
  use: (compiled: CompiledFunction) => Promise<T>,
): Promise<T> {
  const compiled = compile(fn, options);
  try {
    return await use(compiled);
  } finally {
    await compiled.dispose();
  }
}

const predict = (options: CompileOptions) =>
  using(network, options, async (compiled) => (await compiled.run([input]))[0].data);

const train = (options: CompileOptions) =>
  using(step, { ...options, freeze: false }, async (compiled) => {
    const [loss] = await compiled.run([input]);
    await compiled.storeVariables();
    return [...loss.data, ...(await filter.data())];
  });

/** Why an engine can't run here; undefined where it can. */
const unavailable = (options: CompileOptions) =>
  using(
    (x) => tf.neg(x),
    options,
    (compiled) => compiled.run([values([1])]),
  ).then(
    () => undefined,
    (error: Error) => error.message,
  );

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
};

beforeEach(async () => {
  await tf.setBackend('cpu');
  filter.assign(tf.tensor(values([3, 3, 4, 4], 2).data, [3, 3, 4, 4]));
});

const engines: CompileOptions[] = [
  { device: 'cpu' },
  { device: 'wasm' },
  { device: 'webgpu' },
  { backend: 'tfjs-node' },
  { backend: 'tfjs-wasm' },
  { backend: 'tfjs-webgpu' },
];
for (const options of engines) {
  const reason = await unavailable(options);
  const name = options.backend ?? `onnxruntime on ${options.device}`;
  describe.skipIf(reason)(`${name}${reason ? `: ${reason}` : ''}`, () => {
    test('predicts as tfjs on the CPU does', async () => {
      const expected = await predict({ backend: 'tfjs-cpu' });
      expect(largestDifference(await predict(options), expected)).toBeLessThan(1e-6);
    });

    test('sums any number of tensors', async () => {
      const shifted = (x: tf.Tensor) => tf.addN(Array.from({ length: 16 }, (_, i) => tf.add(x, i)));
      const [{ data }] = await using(shifted, options, (compiled) => compiled.run([values([9])]));
      expect(
        largestDifference(
          data,
          values([9]).data.map((v) => 16 * v + 120),
        ),
      ).toBeLessThan(1e-4);
    });

    test('convolves any number of channels', async () => {
      for (const channels of [3, 5, 6, 9]) {
        const weight = tf.tensor(values([3, 3, channels, 8], channels).data, [
          3,
          3,
          channels,
          8,
        ]) as tf.Tensor4D;
        const convolve = (where: CompileOptions) =>
          using(
            (x) => tf.conv2d(x as tf.Tensor4D, weight, 1, 'same'),
            where,
            async (compiled) => {
              const [{ data }] = await compiled.run([values([1, 16, 16, channels])]);
              return data;
            },
          );
        const expected = await convolve({ backend: 'tfjs-cpu' });
        expect(largestDifference(await convolve(options), expected)).toBeLessThan(1e-5);
      }
    });

    const trains = options.backend !== 'tfjs-wasm'; // it has no kernel for a filter's gradient
    test.runIf(trains)('makes the training step that tfjs on the CPU makes', async () => {
      const start = filter.dataSync().slice();
      const expected = await train({ backend: 'tfjs-cpu' });
      expect(largestDifference(expected.slice(1), start)).toBeGreaterThan(1e-3);
      filter.assign(tf.tensor(start, filter.shape));
      expect(largestDifference(await train(options), expected)).toBeLessThan(1e-6);
    });
  });
}

test('a backend that is not installed is an error with the packages to install', async () => {
  const error = await predict({ backend: 'tfjs-node-gpu' }).catch((e: unknown) => e);
  expect(isTfjsOnnxError(error, 'RuntimeUnavailable')).toBe(true);
  expect((error as Error).message).toMatch(/^backend tfjs-node-gpu: .+ \(npm i @tensorflow\/tfjs-node-gpu/);
});

test('a device that is not there is an error with its requirements; auto runs on another with a note', async () => {
  const negate = (options: CompileOptions) =>
    using(
      (x) => tf.neg(x),
      options,
      (compiled) => compiled.run([values([1])]),
    );
  const device = process.platform === 'darwin' ? 'dml' : 'coreml';
  const error = await negate({ device }).catch((e: unknown) => e);
  expect(isTfjsOnnxError(error, 'RuntimeUnavailable')).toBe(true);
  expect((error as Error).message).toMatch(/needs (macOS|Windows)/);
  const notes: string[] = [];
  const [{ data }] = await negate({ device: 'auto', onFallback: (note) => notes.push(note) });
  expect(data[0]).toBe(-values([1]).data[0]);
  const best = (await availableDevices())[0];
  expect(notes).toEqual(
    (await unavailable({ device: best })) ? [expect.stringMatching(`^running on [a-z]+: ${best}: .+$`)] : [],
  );
});
