import * as tf from '@tensorflow/tfjs';
import { describe, test } from 'vitest';
import type { TensorFunction, TensorLike } from '../src';
import { agrees, values } from './agreement';

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const image = values([2, 6, 5, 4]);
const positive = values([2, 6, 5, 4], 2, 0.1, 3);
const four = (x: tf.Tensor) => x as tf.Tensor4D;
/** A convolution first, so that what follows meets an operand that lies channels-first. */
const conv1x1 = (x: tf.Tensor) => tf.conv2d(four(x), tf.ones([1, 1, 4, 4]), 1, 'same');

describe('functions of one element', () => {
  const anywhere: Unary[] = [
    tf.abs,
    tf.ceil,
    tf.cos,
    tf.cosh,
    tf.elu,
    tf.erf,
    tf.exp,
    tf.expm1,
    tf.floor,
    tf.neg,
    tf.relu,
    tf.relu6,
    tf.round,
    tf.selu,
    tf.sigmoid,
    tf.sign,
    tf.sin,
    tf.sinh,
    tf.softplus,
    tf.square,
    tf.tan,
    tf.tanh,
    tf.atan,
    tf.asinh,
    tf.acos,
    tf.asin,
    tf.atanh,
    tf.leakyRelu,
    tf.zerosLike,
    tf.onesLike,
    tf.isNaN,
    tf.isInf,
  ];
  test.each(anywhere.map((fn) => [fn.name, fn]))('%s', (_, fn) =>
    agrees((x) => (fn as Unary)(conv1x1(x)).cast('float32'), [values([1, 3, 2, 4], 3, -0.24, 0.24)]),
  );
  const abovezero: Unary[] = [tf.log, tf.log1p, tf.sqrt, tf.rsqrt, tf.reciprocal];
  test.each(abovezero.map((fn) => [fn.name, fn]))('%s', (_, fn) =>
    agrees((x) => (fn as Unary)(x), [positive]),
  );
  test('acosh', () => agrees((x) => tf.acosh(x), [values([7], 4, 1.1, 5)]));
  test('step', () => agrees((x) => tf.step(x, 0.25), [image]));
  test('clipByValue', () => agrees((x) => tf.clipByValue(x, -0.5, 0.25), [image]));
  test('expm1 and log1p of small and large numbers', () =>
    agrees(
      (x, y) =>
        [tf.expm1(tf.mul(x, 1e-5)), tf.log1p(tf.mul(x, 1e-5))]
          .map((t) => tf.mul(t, 1e5))
          .concat([tf.expm1(y), tf.log1p(y)]),
      [image, { data: Float32Array.of(-1, -0.75, -0.5, 0, 0.5, 20, 1e9, Infinity, -Infinity), shape: [9] }],
    ));
  test('cast', () => agrees((x) => tf.cast(tf.mul(x, 10), 'int32'), [image]));
  test('softmax', () => agrees((x) => tf.softmax(conv1x1(x)), [image]));
  test('logSoftmax', () => agrees((x) => tf.logSoftmax(x), [image]));
  test('prelu', () => agrees((x, a) => tf.prelu(x, a), [image, values([4])]));
});

describe('two operands, broadcast', () => {
  const ops: [string, Binary][] = (
    [
      tf.add,
      tf.sub,
      tf.mul,
      tf.div,
      tf.maximum,
      tf.minimum,
      tf.squaredDifference,
      tf.floorDiv,
      tf.greater,
      tf.greaterEqual,
      tf.less,
      tf.lessEqual,
      tf.equal,
      tf.notEqual,
    ] as Binary[]
  ).map((fn) => [fn.name, fn]);
  const shapes: [number[], number[]][] = [
    [[2, 6, 5, 4], [4]],
    [
      [2, 6, 5, 4],
      [5, 1],
    ],
    [
      [2, 1, 1, 4],
      [2, 6, 5, 4],
    ],
    [[2, 6, 5, 4], []],
    [[3], [2, 3]],
  ];
  test.each(ops)('%s', async (_, fn) => {
    for (const [a, b] of shapes) {
      await agrees((x, y) => fn(x, y).cast('float32'), [values(a, 5, 0.2, 2), values(b, 6, 0.2, 2)]);
    }
    await agrees((x, y) => fn(conv1x1(x), y).cast('float32'), [image, values([6, 1, 4], 7, 0.2, 2)]);
  });
  test('pow', () => agrees((x, y) => tf.pow(x, y), [positive, values([4], 8)]));
  test('addN', () => agrees((x, y) => tf.addN([x, conv1x1(x), y]), [image, positive]));
  test('logical', () =>
    agrees(
      (x, y) => {
        const [a, b] = [tf.greater(x, 0), tf.greater(y, 1)];
        return [tf.logicalAnd(a, b), tf.logicalOr(a, b), tf.logicalNot(a)].map((t) => t.cast('float32'));
      },
      [image, positive],
    ));
  test('where', () => agrees((x, y) => tf.where(tf.greater(x, 0), conv1x1(x), y), [image, positive]));
});

describe('reductions', () => {
  const ops: [string, (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor][] = [
    ['sum', tf.sum],
    ['mean', tf.mean],
    ['max', tf.max],
    ['min', tf.min],
    ['prod', tf.prod],
  ];
  test.each(ops)('%s', async (_, fn) => {
    for (const axis of [undefined, 0, -1, [1, 2], [0, 3], []]) {
      for (const keepDims of [false, true])
        await agrees((x) => fn(conv1x1(x), axis, keepDims), [positive], 1e-5);
    }
  });
  test('mean of whole numbers and of truth values', () =>
    agrees(
      (x) => [tf.mean(tf.cast(tf.mul(x, 10), 'int32'), [1, 2]), tf.mean(tf.greater(x, 0) as tf.Tensor)],
      [image],
    ));
  test('all and any', () =>
    agrees(
      (x) =>
        [
          tf.all(tf.greater(x, -0.5), 1),
          tf.any(tf.greater(x, 0.9), 3),
          tf.logicalNot(tf.any(tf.greater(x, 0.9), [])),
        ].map((t) => t.cast('float32')),
      [image],
    ));
  test('argMax and argMin', () => agrees((x) => [tf.argMax(conv1x1(x), 1), tf.argMin(x, 3)], [image]));
  test('cumsum', () => agrees((x) => tf.cumsum(x, 1, true, true), [image]));
  test('moments', () => agrees((x) => Object.values(tf.moments(conv1x1(x), [0, 1, 2])), [image]));
  test('norm', () => agrees((x) => tf.norm(x), [image]));
});

describe('shape', () => {
  const border: [number, number][] = [
    [0, 0],
    [1, 2],
    [0, 1],
    [0, 0],
  ];
  const cases: Record<string, TensorFunction> = {
    reshape: (x) => conv1x1(x).reshape([2, 30, 4]),
    expandDims: (x) => tf.expandDims(conv1x1(x), 2),
    transpose: (x) => tf.transpose(conv1x1(x), [3, 0, 2, 1]),
    'transpose twice': (x) => tf.transpose(tf.relu(tf.transpose(conv1x1(x), [0, 3, 1, 2])), [0, 2, 3, 1]),
    concat: (x) => tf.concat([conv1x1(x), x, tf.ones([2, 6, 5, 1])], 3),
    'concat of constants': (x) => tf.add(x, tf.concat([tf.ones([2, 6, 5, 1]), tf.zeros([2, 6, 5, 3])], 3)),
    stack: (x) => tf.stack([x, conv1x1(x)], 1),
    unstack: (x) => tf.unstack(conv1x1(x), 1),
    split: (x) => tf.split(conv1x1(x), [1, 3], 3),
    slice: (x) => tf.slice(conv1x1(x), [0, 1, 2, 1], [2, 4, 3, 2]),
    'slice of a slice, reversed': (x) =>
      tf.reverse(tf.slice(tf.slice(conv1x1(x), [0, 1, 2, 1], [2, 5, 3, 2]), [0, 2, 0, 0], [1, 2, 2, 2]), 1),
    stridedSlice: (x) => tf.stridedSlice(conv1x1(x), [0, 1, 0, 0], [2, 6, 5, 4], [1, 2, 3, 1]),
    reverse: (x) => tf.reverse(conv1x1(x), [1, 3]),
    pad: (x) =>
      tf.pad(
        conv1x1(x),
        [
          [0, 0],
          [1, 2],
          [0, 3],
          [1, 0],
        ],
        0.5,
      ),
    mirrorPad: (x) =>
      tf.mirrorPad(
        conv1x1(x),
        [
          [0, 0],
          [1, 2],
          [0, 3],
          [0, 0],
        ],
        'reflect',
      ),
    tile: (x) => tf.tile(conv1x1(x), [1, 2, 1, 3]),
    broadcastTo: (x) => tf.broadcastTo(tf.slice(conv1x1(x), [0, 0, 0, 0], [2, 1, 1, 4]), [2, 3, 5, 4]),
    gather: (x) => tf.gather(conv1x1(x), tf.tensor1d([3, 0, 1], 'int32'), 3),
    oneHot: (x) => tf.oneHot(tf.argMax(x, 3), 5),
    'oneHot of indices beyond the classes': (x) => tf.oneHot(tf.cast(tf.mul(x, 5), 'int32'), 3, 2, -1),
    'pad with NaN': (x) => tf.isNaN(tf.pad(x, border, Number.NaN)).cast('float32'),
    'pad of whole numbers': (x) => tf.pad(tf.cast(tf.mul(x, 10), 'int32'), border, 3),
    fill: (x) => tf.add(x, tf.fill([2, 6, 5, 4], 2)),
  };
  test.each(Object.entries(cases))('%s', (_, fn) => agrees(fn, [image]));
});

describe('matrix products', () => {
  const shapes: [number[], number[], boolean, boolean][] = [
    [[3, 4], [4, 5], false, false],
    [[4, 3], [4, 5], true, false],
    [[2, 3, 4], [2, 5, 4], false, true],
    [[2, 2, 4, 3], [2, 2, 5, 4], true, true],
    [[1, 3, 4], [2, 4, 5], false, false],
  ];
  test.each(shapes)('%s × %s, transposed %s %s', (a, b, ta, tb) =>
    agrees((x, y) => tf.matMul(x, y, ta, tb), [values(a), values(b, 2)]),
  );
  test('of the result of a convolution', () =>
    agrees(
      (x, y) => tf.matMul(tf.transpose(conv1x1(x), [0, 3, 1, 2]), y, false, true),
      [image, values([2, 4, 3, 5], 9)],
    ));
  test('fused', () =>
    agrees(
      (x, y, b) => tf.fused.matMul({ a: x as tf.Tensor2D, b: y as tf.Tensor2D, bias: b, activation: 'relu' }),
      [values([3, 4]), values([4, 5], 2), values([5], 3)],
    ));
});

describe('convolutions and their gradients', () => {
  type Geometry = [number, number | [number, number], 'same' | 'valid', number | [number, number]];
  const geometries: Geometry[] = [
    [1, 1, 'same', 1],
    [3, 1, 'same', 1],
    [3, 1, 'valid', 1],
    [3, 2, 'same', 1],
    [5, [1, 2], 'valid', 1],
    [3, 1, 'same', 2],
    [2, 1, 'same', 1],
  ];
  const weigh = (y: tf.Tensor) => tf.sum(tf.mul(y, tf.sin(tf.range(0, y.size).reshape(y.shape))));
  const withGradients =
    (fn: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor): TensorFunction =>
    (x, w) => [
      fn(x as tf.Tensor4D, w as tf.Tensor4D),
      ...tf.grads((a, b) => weigh(fn(a as tf.Tensor4D, b as tf.Tensor4D)))([x, w]),
    ];
  const dilated = ([, , , dilation]: Geometry) => dilation !== 1;
  test.each(geometries.filter(dilated))(
    'conv2d %d, strides %s, %s, dilation %s, forward',
    (size, strides, pad, dilation) =>
      agrees(
        (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilation),
        [values([2, 9, 8, 3]), values([size, size, 3, 4], 2)],
      ),
  );
  test.each(geometries.filter((g) => !dilated(g)))(
    'conv2d %d, strides %s, %s, dilation %s',
    (size, strides, pad, dilation) =>
      agrees(
        withGradients((x, w) => tf.conv2d(x, w, strides, pad, 'NHWC', dilation)),
        [values([2, 9, 8, 3]), values([size, size, 3, 4], 2)],
        1e-5,
      ),
  );
  test.each(geometries.filter((g) => !dilated(g) && !Array.isArray(g[1])))(
    'depthwiseConv2d %d, strides %s, %s, dilation %s',
    (size, strides, pad, dilation) =>
      agrees(
        withGradients((x, w) => tf.depthwiseConv2d(x, w, strides as number, pad, 'NHWC', dilation)),
        [values([2, 9, 8, 3]), values([size, size, 3, 2], 2)],
        1e-5,
      ),
  );
  test('conv2dTranspose', () =>
    agrees(
      (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 10, 10, 3], 2, 'same'),
      [values([2, 5, 5, 4]), values([3, 3, 3, 4], 2)],
    ));
  test('explicit padding', () =>
    agrees(
      withGradients((x, w) =>
        tf.conv2d(x, w, 1, [
          [0, 0],
          [1, 0],
          [2, 1],
          [0, 0],
        ]),
      ),
      [values([2, 9, 8, 3]), values([3, 3, 3, 4], 2)],
    ));
  test('fused', () =>
    agrees(
      (x, w, b) =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: w as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias: b,
          activation: 'relu6',
        }),
      [values([2, 9, 8, 3]), values([3, 3, 3, 4], 2), values([4], 3)],
    ));
  test('fused depthwise', () =>
    agrees(
      (x, w, b) =>
        tf.fused.depthwiseConv2d({
          x: x as tf.Tensor4D,
          filter: w as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias: b,
          activation: 'sigmoid',
        }),
      [values([2, 9, 8, 3]), values([3, 3, 3, 1], 2), values([3], 3)],
    ));
});

describe('pooling, normalization, resizing', () => {
  const distinct: TensorLike = {
    data: Float32Array.from({ length: 2 * 7 * 6 * 3 }, (_, i) => ((i * 97) % 252) / 50),
    shape: [2, 7, 6, 3],
  };
  const pools: ['max' | 'avg', number, number, 'same' | 'valid'][] = [
    ['max', 2, 1, 'same'],
    ['max', 2, 2, 'valid'],
    ['max', 3, 2, 'same'],
    ['avg', 2, 1, 'same'],
    ['avg', 3, 2, 'valid'],
    ['avg', 3, 2, 'same'],
  ];
  test.each(pools)('%sPool %d, stride %d, %s', (kind, size, stride, pad) => {
    const pool = (x: tf.Tensor) => (kind === 'max' ? tf.maxPool : tf.avgPool)(four(x), size, stride, pad);
    // tfjs divides the gradient of a padded average by the whole window, its forward pass by the valid part of it.
    if (kind === 'avg' && pad === 'same') return agrees(pool, [distinct]);
    return agrees((x) => [pool(x), tf.grad((a) => tf.sum(tf.square(pool(a))))(x)], [distinct]);
  });
  test('batchNorm', () =>
    agrees(
      (x, m, v, o, s) =>
        tf.batchNorm4d(
          conv1x1(x),
          m as tf.Tensor1D,
          v as tf.Tensor1D,
          o as tf.Tensor1D,
          s as tf.Tensor1D,
          1e-5,
        ),
      [image, values([4]), values([4], 2, 0.2, 1), values([4], 3), values([4], 4)],
    ));
  test.each([
    [false, false],
    [true, false],
    [false, true],
  ])('resizeBilinear, corners %s, half pixels %s', (corners, half) =>
    agrees((x) => tf.image.resizeBilinear(four(x), [9, 3], corners, half), [image]),
  );
  test.each([
    [false, false],
    [true, false],
    [false, true],
  ])('resizeNearestNeighbor, corners %s, half pixels %s', async (corners, half) => {
    for (const size of [
      [12, 10],
      [9, 3],
    ] as const)
      await agrees((x) => tf.image.resizeNearestNeighbor(four(x), [...size], corners, half), [image]);
  });
});
