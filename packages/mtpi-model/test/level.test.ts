import { createImage, type Image, planes, Random, simulateSpeckle } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { keepLevel } from '../src/level';

const SIZE = 96;
const C2 = [0.08, 0.016, 0.004, -0.002];

const flat = (gain: number): Image => {
  const image = createImage(4, SIZE, SIZE);
  planes(image).forEach((plane, b) => plane.fill(gain * C2[b]));
  return image;
};
const speckled = (looks = 1) => ({
  image: simulateSpeckle(flat(1), { random: new Random(5), looks }),
  mask: ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]),
});
const levels = (image: Image): number[] =>
  planes(image)
    .slice(0, 2)
    .map((plane, b) => 10 * Math.log10(plane.reduce((a, v) => a + v, 0) / (SIZE * SIZE) / C2[b]));

test('a result half as bright as its target comes within 0.1 dB of it', () => {
  const result = flat(0.5);
  keepLevel(result, speckled(4));
  // The mean of 96×96 pixels of four looks varies by 0.02 dB.
  for (const level of levels(result)) expect(Math.abs(level + 0.1)).toBeLessThan(0.1);
});

test('a result of the right level stays as it is', () => {
  const target = { ...speckled(), image: flat(1) };
  const result = flat(1.01);
  keepLevel(result, target);
  expect(result.data).toEqual(flat(1.01).data);
});

test('correlation and phase of VV and VH stay', () => {
  const result = flat(0.3);
  const [c11] = planes(result);
  c11.fill(0.01);
  const before = [C2[2] * 0.3, C2[3] * 0.3].map((part) => part / Math.sqrt(0.01 * C2[1] * 0.3));
  keepLevel(result, speckled());
  const [p, q, re, im] = planes(result).map((plane) => plane[SIZE * 40 + 40]);
  expect(re / Math.sqrt(p * q)).toBeCloseTo(before[0], 5);
  expect(im / Math.sqrt(p * q)).toBeCloseTo(before[1], 5);
});

test('invalid pixels do not count, and a window of none changes nothing', () => {
  const target = speckled();
  planes(target.image)[0].fill(1000, 0, SIZE * 48);
  target.mask.data.fill(0, 0, SIZE * 48);
  const result = flat(1);
  keepLevel(result, target);
  for (const level of levels(result)) expect(Math.abs(level)).toBeLessThan(0.2);
  target.mask.data.fill(0);
  const untouched = flat(0.1);
  keepLevel(untouched, target);
  expect(untouched.data).toEqual(flat(0.1).data);
});
