import {
  createImage,
  type Image,
  planes,
  Random,
  simulateSpeckle,
  simulateTriplet,
} from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { beforeAll, expect, it } from 'vitest';
import { loadDespeckler } from '../src';
import { preserveCorrelation, preserveCorrelationTensors } from '../src/corrections/correlation-correction';

beforeAll(() => tf.setBackend('cpu'));

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

const SIZE = 96;
const POWERS = [0.08, 0.016];
const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);

/** Covariances with this correlation; `right` that of the right half. */
function correlated(re: number, im: number, right = [re, im]): Image {
  const image = createImage(4, SIZE, SIZE);
  const amplitude = Math.sqrt(POWERS[0] * POWERS[1]);
  planes(image).forEach((plane, b) => {
    for (let i = 0; i < plane.length; i++)
      plane[i] = b < 2 ? POWERS[b] : amplitude * (i % SIZE < SIZE / 2 ? [re, im] : right)[b - 2];
  });
  return image;
}

const correlations = (image: Image): { re: number[]; im: number[]; magnitude: number[] } => {
  const [c11, c22, re, im] = planes(image);
  const of = (part: Float32Array) => Array.from(part, (v, i) => v / Math.sqrt(c11[i] * c22[i]));
  const parts = { re: of(re), im: of(im) };
  return { ...parts, magnitude: parts.re.map((v, i) => Math.hypot(v, parts.im[i])) };
};

const speckled = (truth: Image, looks: number, seed = 1) => ({
  image: simulateSpeckle(truth, { random: new Random(seed), looks }),
  mask,
});

it.each([1, 4])('a correlation that is too low comes to that of the target, %i looks', async (looks) => {
  const result = correlated(0.4, -0.3, [0, 0.2]);
  await preserveCorrelation(result, speckled(correlated(0.72, -0.54, [0, 0.2]), looks));
  const { re, im } = correlations(result);
  const left = (values: number[]) => mean(values.filter((_, i) => i % SIZE < SIZE / 2 - 16));
  const right = (values: number[]) => mean(values.filter((_, i) => i % SIZE > SIZE / 2 + 16));
  expect(Math.hypot(left(re) - 0.72, left(im) + 0.54)).toBeLessThan(0.05);
  expect(Math.hypot(right(re), right(im) - 0.2)).toBeLessThan(0.05);
  const [c11, c22] = planes(result);
  expect([c11, c22].map((plane) => new Set(plane).size)).toEqual([1, 1]);
});

it('what speckle explains does not change a result', async () => {
  const truth = correlated(0.3, 0.1);
  const errors: number[] = [];
  for (let seed = 0; seed < 5; seed++) {
    const result = correlated(0.3, 0.1);
    await preserveCorrelation(result, speckled(truth, 1, seed));
    const { re, im } = correlations(result);
    errors.push(...re.map((v, i) => (v - 0.3) ** 2 + (im[i] - 0.1) ** 2));
  }
  expect(Math.sqrt(mean(errors))).toBeLessThan(0.02);
});

it('covariances stay valid, and the tensor operations give the same', async () => {
  const result = correlated(0.5, 0.5, [-0.6, 0]);
  const target = speckled(correlated(0.8, 0.59, [0.9, 0.2]), 1);
  const tensors = [result, target.image].map(({ data }) => tf.tensor4d(data.slice(), [1, 4, SIZE, SIZE]));
  const found = preserveCorrelationTensors(tensors[0], tensors[1]).dataSync();
  await preserveCorrelation(result, target);
  expect(Math.max(...correlations(result).magnitude)).toBeLessThan(0.9991);
  const amplitude = Math.sqrt(POWERS[0] * POWERS[1]);
  result.data.forEach((value, i) => {
    if (!(Math.abs(found[i] - value) < 1e-4 * amplitude)) throw new Error(`${i}: ${found[i]}, not ${value}`);
  });
});

it('intensities alone stay as they are', async () => {
  const result = createImage(2, 8, 8);
  result.data.fill(1);
  const before = result.data.slice();
  await preserveCorrelation(result, { image: result, mask });
  expect(result.data).toEqual(before);
  expect(preserveCorrelationTensors(tf.ones([1, 2, 8, 8]), tf.ones([1, 2, 8, 8])).shape).toEqual([
    1, 2, 8, 8,
  ]);
});

it('despeckled covariances have the correlation of the ground, also a strong one', async () => {
  const truth = correlated(0.72, -0.54);
  const scene = {
    reflectivity: truth,
    fields: new Uint32Array(SIZE * SIZE),
    fieldCount: 1,
    coherence: new Float32Array(1),
  };
  const dates = simulateTriplet({ scene, looks: 1, changed: 0, drift: 0, noise: 0, random: new Random(2) });
  const despeckler = await loadDespeckler('mtpi-small');
  const [target, previous, next] = [dates.target, dates.previous, dates.next].map((image) => ({
    image,
    mask,
  }));
  const { re, im } = correlations(await despeckler.despeckleWindow([target, previous, next]));
  expect(Math.hypot(mean(re) - 0.72, mean(im) + 0.54)).toBeLessThan(0.08);
  await despeckler.dispose();
});
