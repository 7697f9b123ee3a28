import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compile, isTfjsOnnxError, trace } from '../src';
import { values } from './agreement';

beforeEach(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const code = (fn: () => unknown): string | undefined => {
  try {
    fn();
  } catch (error) {
    return isTfjsOnnxError(error) ? `${error.code}: ${error.message} (${error.hint})` : `not ours: ${error}`;
  }
  return undefined;
};
const input = [{ shape: [2, 3] }];

test('a value read while tracing is refused', () => {
  expect(code(() => trace((x) => tf.scalar(x.sum().dataSync()[0]), input))).toMatch(
    /^ValueRead: .*value of ReduceSum_\d+ of shape \[\]/,
  );
});

test('an op without ONNX form is named', () => {
  expect(
    code(() => trace((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [{ shape: [1, 4, 4, 3] }])),
  ).toMatch(/^UnsupportedKernel: .*FlipLeftRight/);
});

test.each<[string, (x: tf.Tensor4D) => tf.Tensor]>([
  [
    'a convolution of a size that is rounded up',
    (x) => tf.conv2d(x, tf.ones([3, 3, 1, 1]), 2, 1, 'NHWC', 1, 'ceil'),
  ],
  ['pooling to a size that is rounded up', (x) => tf.maxPool(x, 3, 2, 1, 'ceil')],
  ["the kernel 'GatherV2' with batch dimensions", (x) => tf.gather(x, tf.zeros([1, 2], 'int32'), 1, 1)],
  [
    "the kernel 'MirrorPad' in mode 'symmetric'",
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        'symmetric',
      ),
  ],
])('%s is refused', (what, fn) => {
  const shape = [1, 6, 6, 1];
  expect(code(() => trace((x) => fn(x as tf.Tensor4D), [{ shape }]))).toContain(
    `UnsupportedKernel: trace: ${what} cannot`,
  );
});

test('an async function is refused', () => {
  expect(code(() => trace((async (x: tf.Tensor) => x) as never, input))).toMatch(/^InvalidArgument: .*async/);
});

test('a variable made while tracing is refused, and named', () => {
  expect(code(() => trace((x) => tf.variable(x, true, 'late').add(1), input))).toMatch(
    /^InvalidArgument: .*'late'/,
  );
});

test('a frozen function may not assign', () => {
  const counter = tf.variable(tf.scalar(0), true, 'counter');
  expect(code(() => trace((x) => counter.assign(counter.add(1)) ?? x, input))).toMatch(
    /^InvalidArgument: .*'counter'.*freeze: false/,
  );
  expect(counter.dataSync()[0]).toBe(0);
});

test('tracing leaves backend, variables and memory as they were', () => {
  const weights = tf.variable(tf.tensor([1, 2, 3]), true, 'weights');
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) {
    trace(
      (x) => {
        weights.assign(weights.mul(2));
        return x.mul(weights);
      },
      input,
      { freeze: false },
    );
  }
  expect(tf.getBackend()).toBe('cpu');
  expect(Array.from(weights.dataSync())).toEqual([1, 2, 3]);
  expect(tf.memory().numTensors).toBe(before);
  weights.assign(tf.tensor([4, 5, 6]));
  expect(Array.from(weights.dataSync())).toEqual([4, 5, 6]);
});

test('a trace may be the first that happens in TensorFlow.js, and leaves the choice of a backend to it', () => {
  const unset = { backendName: undefined, backendInstance: null };
  Object.assign(tf.engine(), unset);
  trace((x) => tf.relu(x), input);
  expect(tf.engine()).toMatchObject(unset);
});

test('an error inside the function leaves variables usable', () => {
  const weights = tf.variable(tf.tensor([1, 2]), true, 'weights');
  expect(() =>
    trace(
      (x) => {
        weights.assign(weights.mul(2));
        throw new Error(`stop ${x.rank}`);
      },
      input,
      { freeze: false },
    ),
  ).toThrow('stop 2');
  expect(Array.from(weights.dataSync())).toEqual([1, 2]);
  expect(tf.getBackend()).toBe('cpu');
});

test('a training step keeps its state and equals eager training', async () => {
  const x = values([8, 6, 6, 3], 1);
  const y = values([8, 6, 6, 2], 2);
  const initial = [values([3, 3, 3, 4], 3), values([1, 1, 4, 2], 4)].map(({ data, shape }) =>
    tf.tensor(data, [...shape]),
  );
  const run = async (steps: (step: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => Promise<number[]>) => {
    const [a, b] = initial.map((t) => tf.variable(t));
    const velocity = [a, b].map((v) => tf.variable(tf.zerosLike(v)));
    const losses = await steps((input, target) => {
      const { value, grads } = tf.variableGrads(() => {
        const hidden = tf.relu(tf.conv2d(input as tf.Tensor4D, a as tf.Tensor4D, 1, 'same'));
        return tf.mean(
          tf.square(tf.sub(tf.conv2d(hidden as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'), target)),
        ) as tf.Scalar;
      }, [a, b]);
      [a, b].forEach((v, i) => {
        velocity[i].assign(tf.add(velocity[i].mul(0.9), grads[v.name]));
        v.assign(v.sub(velocity[i].mul(0.1)));
      });
      return value;
    });
    return { losses, weights: [a, b].map((v) => v.dataSync().slice()) };
  };
  const eager = await run(async (step) => {
    const [input, target] = [x, y].map(({ data, shape }) => tf.tensor(data, [...shape]));
    return [1, 2, 3].map(() => step(input, target).dataSync()[0]);
  });
  const compiled = await run(async (step) => {
    const fn = compile(step, { freeze: false });
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) losses.push((await fn.run([x, y]))[0].data[0]);
    await fn.storeVariables();
    return losses;
  });
  compiled.losses.forEach((loss, i) => expect(loss).toBeCloseTo(eager.losses[i], 6));
  compiled.weights.forEach((w, i) =>
    w.forEach((value, k) => expect(value).toBeCloseTo(eager.weights[i][k], 5)),
  );
});

test('batch normalization and bias vanish into the convolution, and no transpose stays inside', () => {
  const parameters = [0.1, 1, 0.2, 1.5].map((v) => tf.fill([4], v) as tf.Tensor1D);
  const filter = tf.ones([3, 3, 4, 4]) as tf.Tensor4D;
  const block = (x: tf.Tensor) => {
    const [mean, variance, offset, scale] = parameters;
    const y = tf.add(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same'), tf.tensor1d([1, 2, 3, 4]));
    return tf.relu(tf.batchNorm(y as tf.Tensor4D, mean, variance, offset, scale, 1e-5));
  };
  const { model } = trace((x) => block(block(block(x))), [{ shape: [1, 8, 8, 4] }]);
  const text = new TextDecoder('latin1').decode(model);
  const count = (op: string) => text.split(`"${String.fromCharCode(op.length)}${op}`).length - 1;
  expect(['Conv', 'Relu', 'Transpose', 'BatchNormalization', 'Add'].map(count)).toEqual([3, 3, 2, 0, 0]);
});

test('between the steps of a function other computations, traces and events go on', async () => {
  const total = tf.variable(tf.scalar(1), true, 'total');
  const compiled = compile(
    function* (x) {
      total.assign(total.add(tf.sum(x)));
      yield;
      return x.mul(total);
    },
    { freeze: false },
  );
  const twice = compile((x) => x.mul(2));
  const x = { data: Float32Array.of(1, 2, 3), shape: [3] };
  const before = tf.memory().numTensors;
  const traced = compiled.warmUp([x]);
  const doubled = twice.run([x]);
  for (let turn = 0; turn < 10; turn++) {
    const sum = tf.tidy(() => tf.add(1, total).dataSync()[0]);
    expect([tf.getBackend(), total.dataSync()[0], sum]).toEqual(['cpu', 1, 2]);
    await new Promise(setImmediate);
  }
  await traced;
  expect(tf.memory().numTensors).toBe(before);
  expect(Array.from((await doubled)[0].data)).toEqual([2, 4, 6]);
  expect(Array.from((await compiled.run([x]))[0].data)).toEqual([7, 14, 21]);
  await compiled.storeVariables();
  expect(total.dataSync()[0]).toBe(7);
  await Promise.all([compiled.dispose(), twice.dispose()]);
});

test('names and metadata reach the model', () => {
  const { model, inputs, outputs } = trace((x) => tf.relu(x), input, {
    inputNames: ['image'],
    outputNames: ['result'],
    metadata: { made: 'here' },
  });
  expect([inputs[0].name, outputs[0].name]).toEqual(['image', 'result']);
  expect(new TextDecoder('latin1').decode(model)).toMatch(/made.*here/s);
});

test('more free dimensions than can be told apart are refused', () => {
  const shape = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const inputs = shape.map((name) => ({ shape: [name] }));
  expect(() => trace((...xs) => xs.map((x) => tf.neg(x)), inputs)).toThrow(
    /^trace: expected at most 6 free dimensions, found 7: a, b, c, d, e, f, g$/,
  );
  expect(trace((...xs) => xs.map((x) => tf.neg(x)), inputs.slice(0, 6)).outputs).toHaveLength(6);
});

test('a graph with free dimensions holds for other lengths', async () => {
  const fn = (x: tf.Tensor) => {
    const [batch, rows, cols] = x.shape;
    const ramp = tf.mod(tf.range(0, cols, 1, 'int32'), tf.scalar(5, 'int32'));
    const ones = tf.ones([rows, cols]);
    const folded = tf.reshape(tf.add(tf.mul(x, ramp), ones), [2 * batch, rows / 4, 2 * cols]);
    return tf.concat([folded, tf.zerosLike(folded)], 0);
  };
  const { model, inputs, outputs } = trace(fn, [{ shape: ['batch', 'rows', 'cols'] }], {
    multiples: { rows: 4 },
  });
  expect(inputs[0].dims).toEqual(['batch', 'rows', 'cols']);
  expect(outputs[0].dims).toEqual(['4*batch', 'rows/4', '2*cols']);
  const session = await InferenceSession.create(model);
  for (const shape of [
    [1, 4, 7],
    [3, 12, 2],
  ]) {
    const { data } = values(shape);
    const found = (await session.run({ input_0: new Tensor('float32', data as Float32Array, shape) }))[
      outputs[0].name
    ];
    const expected = fn(tf.tensor(data, shape));
    expect(found.dims).toEqual(expected.shape);
    expect(found.data).toEqual(expected.dataSync());
  }
  await session.release();
});

test('free dimensions may have the names of numbers', async () => {
  const fn = (x: tf.Tensor) => {
    const [rows, cols] = x.shape;
    return tf.add(tf.reshape(tf.step(x), [cols, rows]), tf.ones([3, cols, rows]));
  };
  const { model, outputs } = trace(fn, [{ shape: ['f1', '3'] }]);
  const session = await InferenceSession.create(model);
  const { data } = values([2, 5]);
  const inputs = { input_0: new Tensor('float32', data as Float32Array, [2, 5]) };
  const found = (await session.run(inputs))[outputs[0].name];
  const expected = fn(tf.tensor(data, [2, 5]));
  expect(found.dims).toEqual(expected.shape);
  expect(found.data).toEqual(expected.dataSync());
  await session.release();
});

test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
  ['a factor', (x) => tf.mul(x, x.shape[0])],
  ['a length that is no product', (x) => tf.slice(x, 0, [x.shape[0] - 1, 3])],
  [
    'an array',
    (x) =>
      tf.mul(
        x,
        tf.tensor2d(
          new Float32Array(x.size).map((_, i) => i),
          x.shape as [number, number],
        ),
      ),
  ],
])('%s made of a free length is refused', (_, fn) => {
  expect(code(() => trace(fn, [{ shape: ['rows', 3] }]))).toMatch(
    /^InvalidArgument: .*any length.*free.*tf\.range/,
  );
});
