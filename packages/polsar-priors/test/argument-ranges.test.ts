import { expect, test } from 'vitest';
import {
  bandLimit,
  createImage,
  homogeneousWindows,
  isPolsarError,
  leeSigma,
  Random,
  type SpeckleOptions,
  simulateScene,
  simulateSpeckle,
  simulateTriplet,
  type TripletOptions,
} from '../src';

const image = createImage(2, 8, 8);
const random = new Random(1);
const scene = simulateScene({ rows: 8, cols: 8, random });
const speckle = (options: Partial<SpeckleOptions>) => simulateSpeckle(image, { random, ...options });
const triplet = (options: Partial<TripletOptions>) => simulateTriplet({ random, scene, ...options });

const wrong: [string, () => unknown][] = [
  ...[-1, Number.NaN, Infinity].flatMap((value): [string, () => unknown][] => [
    [`noise ${value} of bandLimit`, () => bandLimit(image, {}, value)],
    [`noise ${value} of simulateSpeckle`, () => speckle({ noise: value })],
    ...(
      ['noise', 'drift', 'weather', 'changed', 'references', 'transients', 'further', 'spots'] as const
    ).map((name): [string, () => unknown] => [
      `${name} ${value} of simulateTriplet`,
      () => triplet({ [name]: value }),
    ]),
  ]),
  ...[0, 0.5, Number.NaN].flatMap((value): [string, () => unknown][] => [
    [`datesEach ${value} of simulateTriplet`, () => triplet({ datesEach: value })],
    [`looks ${value} of simulateTriplet`, () => triplet({ looks: value })],
    [`looks ${value} of simulateSpeckle`, () => speckle({ looks: value })],
    [`rows ${value} of simulateScene`, () => simulateScene({ rows: value, cols: 8, random })],
    [`cols ${value} of simulateScene`, () => simulateScene({ rows: 8, cols: value, random })],
    [`targetPixels ${value} of leeSigma`, () => leeSigma(image, { targetPixels: value })],
  ]),
  ['changed 1.1 of simulateTriplet', () => triplet({ changed: 1.1 })],
  ...[-1, Number.NaN].map((count): [string, () => unknown] => [
    `count ${count} of homogeneousWindows`,
    () => homogeneousWindows(image, { count }),
  ]),
  ...[[0, 0, 0, 0], [1, 2, 3], [1, 2, 3, -4], [1, 2, 3, 2 ** 32], [1, 2, 3, 0.5], undefined].map(
    (state): [string, () => unknown] => [
      `${state} as the state of Random`,
      () => random.restore(state as number[]),
    ],
  ),
];

test.each(wrong)('%s is refused', (_, call) => {
  expect(call).toThrow(expect.toSatisfy((error) => isPolsarError(error, 'InvalidArgument')));
});

test('the limits of the ranges are allowed', () => {
  expect(() => triplet({ noise: 0, drift: 0, changed: 1, references: 0, datesEach: 1.5 })).not.toThrow();
  expect(() => leeSigma(image, { targetPixels: 1 })).not.toThrow();
  expect(homogeneousWindows(image, { count: Infinity })).toEqual([]);
  expect(() => random.restore(random.save())).not.toThrow();
});
