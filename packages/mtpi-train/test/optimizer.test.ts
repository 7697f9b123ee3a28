import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { AdamW, clipByGlobalNorm, cosineRate } from '../src';

beforeAll(() => tf.setBackend('cpu'));

test('AdamW follows its textbook recursion', () => {
  const start = [0.5, -2, 3];
  const gradients = [
    [0.1, -0.4, 2],
    [0.3, 0.2, -1],
    [-0.2, 0.1, 0.5],
  ];
  const rate = 0.05;
  const variables = [tf.variable(tf.scalar(start[0])), tf.variable(tf.tensor2d(start.slice(1), [2, 1]))];
  const optimizer = new AdamW(variables, { weightDecay: 0.1 });
  for (const g of gradients)
    optimizer.step([tf.scalar(g[0]), tf.tensor2d(g.slice(1), [2, 1])], tf.scalar(rate));
  const expected = start.map((value, k) => {
    let [w, m, v] = [value, 0, 0];
    gradients.forEach((g, i) => {
      m = 0.9 * m + 0.1 * g[k];
      v = 0.999 * v + 0.001 * g[k] ** 2;
      const mean = m / (1 - 0.9 ** (i + 1));
      const square = v / (1 - 0.999 ** (i + 1));
      w = w * (1 - rate * 0.1) - (rate * mean) / (Math.sqrt(square) + 1e-8);
    });
    return w;
  });
  const found = variables.flatMap((variable) => Array.from(variable.dataSync()));
  expect(found).toEqual(expected.map((w) => expect.closeTo(w, 5)));
});

test('gradients are clipped by their joint norm, and only when it is larger', () => {
  const gradients = [tf.tensor1d([3, 0]), tf.tensor1d([0, 4])];
  const { gradients: clipped, norm } = clipByGlobalNorm(gradients, 1);
  expect(norm.dataSync()[0]).toBeCloseTo(5, 6);
  expect(clipped.flatMap((g) => Array.from(g.dataSync()))).toEqual(
    [0.6, 0, 0, 0.8].map((v) => expect.closeTo(v, 5)),
  );
  expect(Array.from(clipByGlobalNorm(gradients, 10).gradients[0].dataSync())).toEqual([3, 0]);
});

test('the cosine schedule runs from its initial to its final rate and stays there', () => {
  const schedule = { initial: 1e-4, final: 1e-6, total: 60 };
  expect(cosineRate(schedule, 0)).toBeCloseTo(1e-4, 12);
  expect(cosineRate(schedule, 30)).toBeCloseTo((1e-4 + 1e-6) / 2, 12);
  expect(cosineRate(schedule, 60)).toBeCloseTo(1e-6, 12);
  expect(cosineRate(schedule, 90)).toBeCloseTo(1e-6, 12);
});
