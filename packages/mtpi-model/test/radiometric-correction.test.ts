import { createImage, type Image, planes, Random, simulateSpeckle } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { preserveRadiometry } from '../src/corrections/radiometric-correction';

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

test('a result half as bright as its target comes to 0.03 dB below it', async () => {
  const result = flat(0.5);
  await preserveRadiometry(result, { ...speckled(), image: flat(1) });
  for (const level of levels(result)) expect(level).toBeCloseTo(-0.03, 4);
});

test('a result of the right level stays as it is', async () => {
  const target = { ...speckled(), image: flat(1) };
  const result = flat(1.005);
  await preserveRadiometry(result, target);
  expect(result.data).toEqual(flat(1.005).data);
});

test('a result whose errors cancel in the mean keeps its level, though the mean of target / result does not', async () => {
  const random = new Random(3);
  const result = flat(1);
  const [c11] = planes(result);
  for (let i = 0; i < c11.length; i++) c11[i] *= random.chance(0.5) ? 1.2 : 0.8;
  const before = c11[SIZE * 40 + 40];
  await preserveRadiometry(result, { ...speckled(), image: flat(1) });
  // Of 9216 pixels as many may be bright as dark but for 2 %, 0.02 dB.
  expect(Math.abs(10 * Math.log10(c11[SIZE * 40 + 40] / before))).toBeLessThan(0.05);
});

test('what a result lost of points does not come to the ground around them', async () => {
  const pointed = (power: number): Image => {
    const image = flat(1);
    for (const plane of planes(image))
      for (let r = 4; r < SIZE; r += 8) for (let c = 4; c < SIZE; c += 8) plane[SIZE * r + c] *= power;
    return image;
  };
  const result = pointed(3);
  await preserveRadiometry(result, { ...speckled(), image: pointed(6) });
  expect(result.data).toEqual(pointed(3).data);
});

test('ground that is ten times as bright counts no more than the other half', async () => {
  const halves = (bright: number, dark: number): Image => {
    const image = flat(dark);
    for (const plane of planes(image)) plane.fill((plane[0] / dark) * bright, 0, SIZE * 48);
    return image;
  };
  const result = halves(10, 1);
  await preserveRadiometry(result, { ...speckled(), image: halves(10, 1.2) });
  // The mean of 1 and 1.2, in the middle, where both halves are whole in the window.
  const raised = 10 * Math.log10(planes(result)[0][SIZE * 60 + 48] / C2[0]);
  expect(raised).toBeCloseTo(10 * Math.log10(1.1) - 0.03, 1);
});

test('correlation and phase of VV and VH stay', async () => {
  const result = flat(0.3);
  const [c11] = planes(result);
  c11.fill(0.01);
  const before = [C2[2] * 0.3, C2[3] * 0.3].map((part) => part / Math.sqrt(0.01 * C2[1] * 0.3));
  await preserveRadiometry(result, speckled());
  const [p, q, re, im] = planes(result).map((plane) => plane[SIZE * 40 + 40]);
  expect(re / Math.sqrt(p * q)).toBeCloseTo(before[0], 5);
  expect(im / Math.sqrt(p * q)).toBeCloseTo(before[1], 5);
});

test('invalid pixels do not count, and a window of none changes nothing', async () => {
  const target = speckled();
  planes(target.image)[0].fill(1000, 0, SIZE * 48);
  target.mask.data.fill(0, 0, SIZE * 48);
  const result = flat(1);
  await preserveRadiometry(result, target);
  for (const level of levels(result)) expect(Math.abs(level)).toBeLessThan(0.2);
  target.mask.data.fill(0);
  const untouched = flat(0.1);
  await preserveRadiometry(untouched, target);
  expect(untouched.data).toEqual(flat(0.1).data);
});
