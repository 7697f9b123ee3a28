import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { compile, type TensorLike, trace } from '../src';
import { agrees } from './agreement';

beforeEach(() => tf.setBackend('cpu'));

const floats = (...data: number[]): TensorLike => ({ data: Float32Array.from(data), shape: [data.length] });
const integers = (...data: number[]): TensorLike => ({ data: Int32Array.from(data), shape: [data.length] });

const smallest = -(2 ** 31);
const largest = 2 ** 31 - 1;
const dividends = integers(5, -5, 6, 2 ** 24 + 1, largest, 7, -7, 100, 0, 5, 0, smallest, smallest);
const divisors = integers(3, 3, -3, 1, 2, -2, 2, -7, 4, 0, 0, -1, smallest);

describe('quotients and remainders', () => {
  test('of whole numbers', () =>
    agrees((a, b) => [tf.floorDiv(a, b), tf.div(a, b), tf.mod(a, b)], [dividends, divisors], 0));

  test('of whole numbers and constants', () =>
    agrees(
      (a) => [7, -1, 0].flatMap((b) => [tf.div(a, tf.scalar(b, 'int32')), tf.mod(a, tf.scalar(b, 'int32'))]),
      [dividends],
      0,
    ));

  test('of fractions', () =>
    agrees(
      (a, b) => [tf.floorDiv(a, b), tf.mod(a, b)],
      [
        floats(1e7, -1e7, 5, -5, 5.5, -5.5, -1e-9, 5, -5, 0, 7, -6, Number.NaN, 1, Infinity, 0),
        floats(0.1, 0.1, 3, 3, -2, 2, 1, Infinity, Infinity, 2, -7, 3, 1, Number.NaN, 2, 0),
      ],
      0,
    ));
});

test('fractions become whole numbers', () =>
  agrees(
    (x) => tf.cast(x, 'int32'),
    [floats(1.7, -1.7, 0.5, -0.5, 3e9, -3e9, 1e20, Number.NaN, Infinity, -Infinity)],
    0,
  ));

describe('indices out of range', () => {
  test.each([-1, 3])('the constant %d is refused while tracing', (index) => {
    const gather = () => trace((x) => tf.gather(x, tf.tensor1d([0, index], 'int32')), [{ shape: [3] }]);
    expect(gather).toThrow(`gather: expected indices from 0 to 2, found ${index}`);
    expect(() => tf.gather(tf.ones([3]), tf.tensor1d([0, index], 'int32'))).toThrow();
  });

  test('others are refused by the run', async () => {
    const gather = compile((x, indices) => tf.gather(x, indices as tf.Tensor1D), { workers: 0 });
    const x = floats(1, 2, 3);
    expect(await gather.run([x, integers(2, 0)])).toEqual([floats(3, 1)]);
    for (const index of [-1, 3])
      await expect(gather.run([x, integers(0, index)])).rejects.toThrow(/out of data bounds/);
    await gather.dispose();
  });
});
