import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { test } from 'vitest';
import { agrees, values } from './agreement';

const runs = { numRuns: 12 };
const extent = fc.integer({ min: 1, max: 5 });
const shape = fc.array(extent, { minLength: 1, maxLength: 4 });
/** A shape and one that broadcasts to it: trailing axes, each kept or 1. */
const broadcastable = shape.chain((full) =>
  fc
    .tuple(
      fc.constant(full),
      fc.integer({ min: 0, max: full.length }),
      fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }),
    )
    .map(([whole, from, kept]) => [whole, whole.map((n, i) => (kept[i] ? n : 1)).slice(from)]),
);
const image = fc.record({
  batch: extent,
  height: fc.integer({ min: 3, max: 9 }),
  width: fc.integer({ min: 3, max: 9 }),
  channels: extent,
});

test('arithmetic with broadcasting', () =>
  fc.assert(
    fc.asyncProperty(broadcastable, async ([a, b]) => {
      await agrees(
        (x, y) => [tf.add(x, y), tf.sub(y, x), tf.mul(x, y), tf.div(x, y), tf.maximum(x, y)],
        [values(a, 1, 0.5, 2), values(b, 2, 0.5, 2)],
      );
    }),
    runs,
  ));

test('reductions and transposes', () =>
  fc.assert(
    fc.asyncProperty(
      shape.chain((s) =>
        fc.tuple(
          fc.constant(s),
          fc.shuffledSubarray(
            s.map((_, i) => i),
            { minLength: s.length },
          ),
          fc.subarray(s.map((_, i) => i)),
        ),
      ),
      async ([s, perm, axes]) => {
        await agrees(
          (x) => {
            const moved = tf.transpose(tf.exp(x), perm);
            return [
              moved,
              tf.sum(moved, axes.length ? axes : undefined, true),
              tf.max(moved, axes.length ? axes : undefined),
            ];
          },
          [values(s)],
        );
      },
    ),
    runs,
  ));

test('convolutions and their gradients', () =>
  fc.assert(
    fc.asyncProperty(
      image,
      extent,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 2 }),
      fc.constantFrom('same' as const, 'valid' as const),
      async ({ batch, height, width, channels }, outputs, size, stride, pad) => {
        const convolve = (x: tf.Tensor, w: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
        await agrees(
          (x, w) => [convolve(x, w), ...tf.grads((a, b) => tf.sum(tf.square(convolve(a, b))))([x, w])],
          [values([batch, height, width, channels]), values([size, size, channels, outputs], 2)],
        );
      },
    ),
    runs,
  ));

test('pooling and its gradient', () =>
  fc.assert(
    fc.asyncProperty(
      image,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      async ({ batch, height, width, channels }, size, stride) => {
        const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, stride, 'valid');
        await agrees(
          (x) => [pool(x), tf.grad((a) => tf.sum(tf.square(pool(a))))(x)],
          [values([batch, height, width, channels])],
        );
      },
    ),
    runs,
  ));

test('matrix products in batches', () =>
  fc.assert(
    fc.asyncProperty(extent, extent, extent, fc.array(extent, { maxLength: 2 }), async (m, k, n, batch) => {
      await agrees((x, y) => tf.matMul(x, y), [values([...batch, m, k]), values([...batch, k, n], 2)]);
    }),
    runs,
  ));
