import { createImage, type Image, planes, Random } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { beforeAll, expect, it } from 'vitest';
import { loadDespeckler } from '../src';
import { preservePointTargets, preservePointTargetsTensors } from '../src/corrections/point-targets';
import { landscape } from './landscape';

beforeAll(() => tf.setBackend('cpu'));

const SIZE = 24;
const flat = (...levels: number[]): Image => {
  const image = createImage(levels.length, SIZE, SIZE);
  planes(image).forEach((plane, b) => plane.fill(levels[b]));
  return image;
};
const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
const CENTER = 12 * SIZE + 12;

it('a point of 15 dB or more gets the intensity of the target, at the border too; one of 12 dB or less stays', () => {
  for (const pixel of [CENTER, 0, SIZE - 1, SIZE * SIZE - 1]) {
    const [result, target] = [flat(1, 1, 0.3, 0.4), flat(1, 1, 0, 0)];
    for (const image of [result, target]) {
      planes(image)[0][pixel] = image === target ? 40 : 9;
      planes(image)[1][pixel] = image === target ? 14.9 : 4;
    }
    preservePointTargets(result, { image: target, mask });
    const [c11, c22, re, im] = planes(result);
    expect(c11[pixel]).toBeCloseTo(40, 4);
    expect(c22[pixel]).toBe(4);
    expect(re[pixel]).toBeCloseTo(0.3 * Math.sqrt(40 / 9), 5);
    expect(im[pixel]).toBeCloseTo(0.4 * Math.sqrt(40 / 9), 5);
    // Nothing else changes.
    const others = (plane: Float32Array, value: number) =>
      plane.filter((v, i) => i !== pixel && v !== Math.fround(value));
    expect([c11, c22, re, im].flatMap((plane, b) => [...others(plane, [1, 1, 0.3, 0.4][b])])).toEqual([]);
  }
});

it('between them, logarithms are mixed', () => {
  const [result, target] = [flat(1, 1), flat(1, 1)];
  planes(result)[0][CENTER] = 5;
  planes(target)[0][CENTER] = 15 * Math.SQRT2;
  preservePointTargets(result, { image: target, mask });
  // Half of the way from 15 to 30 in logarithms.
  expect(planes(result)[0][CENTER]).toBeCloseTo(Math.sqrt(5 * 15 * Math.SQRT2), 4);
});

it('the tensor operations give the same, whatever the number of bands', () => {
  const random = new Random(4);
  for (const bands of [2, 4]) {
    const images = [0, 1].map((n) => {
      const image = createImage(bands, SIZE, SIZE);
      for (let i = 0; i < image.data.length; i++)
        image.data[i] =
          0.1 * random.gamma(n ? 1 : 9) * (random.chance(0.04) ? 10 ** random.uniform(0, 5) : 1);
      return image;
    });
    planes(images[1])[0][5] = 0;
    const [result, target] = images.map(({ data }) => tf.tensor4d(data, [1, bands, SIZE, SIZE]));
    const found = preservePointTargetsTensors(result, target).dataSync();
    const before = images[0].data.slice();
    preservePointTargets(images[0], { image: images[1], mask });
    images[0].data.forEach((value, i) => expect(Math.abs(found[i] / value - 1)).toBeLessThan(1e-4));
    expect(images[0].data.filter((value, i) => value !== before[i]).length).toBeGreaterThan(10);
  }
});

it('a despeckled scene keeps its points within 0.1 dB, and what they are in other dates does not matter', async () => {
  const dates = landscape(64, 64, 6);
  const despeckler = await loadDespeckler('mtpi-small');
  const points = [10, 30, 50].flatMap((r) => [10, 30, 50].map((c) => 64 * r + c));
  const [target, previous, next] = [dates.target, dates.previous, dates.next].map((date, n) => {
    const image = createImage(2, 64, 64);
    image.data.set(date.data.subarray(0, 2 * 64 * 64));
    for (const plane of planes(image))
      for (const [k, i] of points.entries()) plane[i] = n > 0 && k % 2 ? plane[i] : 100;
    return { image, mask: ndarray(new Uint8Array(64 * 64).fill(1), [64, 64]) };
  });
  const result = await despeckler.despeckleWindow([target, previous, next]);
  for (const plane of planes(result))
    for (const i of points) expect(Math.abs(10 * Math.log10(plane[i] / 100))).toBeLessThan(0.1);
  await despeckler.dispose();
});
