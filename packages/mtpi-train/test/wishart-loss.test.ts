import { logTransform } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { wishartLoss } from '../src';

beforeAll(() => tf.setBackend('cpu'));

const transform = logTransform;

/** Encodes covariances [C11, C22, Re C12, Im C12] as the log transform does, one per pixel. */
function encode(covariances: number[][]): tf.Tensor4D {
  const pixels = covariances.map(([p, q, re, im]) => {
    const norm = 1 / Math.sqrt(p * q);
    return [(Math.log(p) + 2.3) / 1.5, (Math.log(q) + 3.9) / 1.5, re * norm, im * norm, 0, 0, 0];
  });
  return tf.tensor4d([[pixels]]);
}

/** A prediction that decodes to the given covariance: the disk map inverted. */
function predict([p, q, re, im]: number[], count: number): tf.Tensor4D {
  const gamma = [re / Math.sqrt(p * q), im / Math.sqrt(p * q)];
  const growth = 1 / Math.sqrt(1 - gamma[0] ** 2 - gamma[1] ** 2);
  const pixel = [
    (Math.log(p) + 2.3) / 1.5,
    (Math.log(q) + 3.9) / 1.5,
    gamma[0] * growth,
    gamma[1] * growth,
    0,
    0,
    0,
  ];
  return tf.tensor4d([[new Array(count).fill(pixel)]]);
}

const references = [
  [0.1, 0.02, 0.01, -0.02],
  [0.3, 0.05, -0.05, 0.04],
  [0.05, 0.01, 0.02, 0.003],
];
const mean = references[0].map((_, k) => references.reduce((sum, c) => sum + c[k], 0) / references.length);
const phase = tf.ones([1, 1, 1, 1]);
const mask = tf.ones([1, 1, references.length, 1]);

/** ln|Σ| + tr(Σ⁻¹C) by explicit inversion. */
function likelihood([a, b, re, im]: number[], [p, q, cre, cim]: number[]): number {
  const det = a * b - re * re - im * im;
  return Math.log(det) + (b * p + a * q - 2 * (re * cre + im * cim)) / det;
}

test('is the Wishart likelihood less what no prediction changes', () => {
  const sigma = [0.2, 0.03, 0.01, 0.02];
  const expected = references.map((c) => likelihood(sigma, c) - Math.log(c[0]) - Math.log(c[1]) - 2);
  const loss = wishartLoss(predict(sigma, 3), encode(references), phase, mask, transform).dataSync()[0];
  expect(loss).toBeCloseTo(expected.reduce((a, b) => a + b) / 3, 4);
});

test('is least where the prediction is the mean of the references', () => {
  const gradient = tf.grad((shift) => {
    const prediction = tf.add(predict(mean, 3), shift) as tf.Tensor4D;
    return wishartLoss(prediction, encode(references), phase, mask, transform);
  })(tf.zeros([1, 1, 1, 7]));
  for (const value of gradient.dataSync()) expect(Math.abs(value)).toBeLessThan(2e-5);
});

test('without phase it is the gamma likelihood of each intensity', () => {
  const none = tf.zeros([1, 1, 1, 1]);
  const sigma = [0.2, 0.03, 0.05, 0.02];
  const expected = references.map((c) =>
    [0, 1].reduce((sum, k) => sum + c[k] / sigma[k] - Math.log(c[k] / sigma[k]) - 1, 0),
  );
  const loss = wishartLoss(predict(sigma, 3), encode(references), none, mask, transform).dataSync()[0];
  expect(loss).toBeCloseTo(expected.reduce((a, b) => a + b) / 3, 4);
});

test('masked pixels do not count', () => {
  const partial = tf.tensor4d([1, 0, 0], [1, 1, 3, 1]);
  const sigma = [0.2, 0.03, 0.01, 0.02];
  const one = wishartLoss(
    predict(sigma, 1),
    encode(references.slice(0, 1)),
    phase,
    tf.ones([1, 1, 1, 1]),
    transform,
  );
  const masked = wishartLoss(predict(sigma, 3), encode(references), phase, partial, transform);
  expect(masked.dataSync()[0]).toBeCloseTo(one.dataSync()[0], 5);
});
