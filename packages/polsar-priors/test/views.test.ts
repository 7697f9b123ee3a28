import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import {
  averageLooks,
  bandLimit,
  boxcar,
  changeResponse,
  coherency,
  combineWithTemporalMean,
  concatenateBands,
  copyImage,
  covariance,
  createImage,
  epdRoa,
  epi,
  frost,
  gammaMap,
  haAlpha,
  homogeneousWindows,
  type Image,
  intersectMasks,
  isPolsarError,
  lee,
  leeSigma,
  logPsnr,
  logPsnrOfBands,
  logSsim,
  type Mask,
  maskedTemporalMean,
  mIndex,
  multilook,
  omnibusTest,
  planes,
  polarimetricPreservation,
  quegan,
  Random,
  ratioError,
  ratioStatistics,
  refinedLee,
  sceneFromReflectivity,
  sentinel1Swaths,
  simulateSpeckle,
  simulateTriplet,
  TemporalAggregates,
  targetContrast,
  temporalMean,
  validCovariance,
  withPolarimetricCorrelation,
} from '../src/index';
import { randomMask, uniformCovariance } from './images';

const [rows, cols] = [26, 28];
const random = new Random(3);
const truth = uniformCovariance(rows, cols, [0.08, 0.016, 0.004, -0.002]);
const [image, other] = [4, 9].map((looks) => simulateSpeckle(truth, { random, looks }));
const mask = randomMask(rows, cols, 0.9, random);

/** The same image within a larger one, its pixels interleaved and its rows from the bottom up. */
function strided(source: Image): Image {
  const [bands, height, width] = source.shape;
  const storage = ndarray(new Float32Array((height + 3) * (width + 2) * bands), [
    height + 3,
    width + 2,
    bands,
  ]);
  const view = storage.lo(2, 1).hi(height, width).transpose(2, 0, 1).step(1, -1, 1);
  for (let b = 0; b < bands; b++)
    for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) view.set(b, r, c, source.get(b, r, c));
  return view;
}

/** The same mask within a larger one, transposed, with valid pixels of 255. */
function stridedMask(source: Mask): Mask {
  const [height, width] = source.shape;
  const view = ndarray(new Uint8Array((width + 4) * (height + 1)), [width + 4, height + 1])
    .lo(3, 1)
    .hi(width, height)
    .transpose(1, 0);
  for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) view.set(r, c, 255 * source.get(r, c));
  return view;
}

/** Functions of two covariances and a mask, each by what it returns. */
const functions: Record<string, (a: Image, b: Image, m: Mask) => unknown> = {
  averageLooks: (a, b) => {
    const images = [strided(a), b];
    return planes(averageLooks(2, () => images.shift() as Image));
  },
  bandLimit: (a) => bandLimit(a, sentinel1Swaths.IW1, 0.01),
  boxcar: (a, _, m) => boxcar(a, 5, m),
  changeResponse: (a, b, m) => changeResponse(a, b, { decibel: 3, changed: m }),
  coherency: (a) => coherency(a),
  concatenateBands: (a, b) => concatenateBands([a, b]),
  copyImage: (a) => copyImage(a),
  covariance: (a, b) => covariance(a.hi(2), b.hi(2)),
  epdRoa: (a, b, m) => epdRoa(a, b, { mask: m }),
  epi: (a, b, m) => epi(a, b, m),
  frost: (a, _, m) => frost(a, { mask: m }),
  gammaMap: (a, _, m) => gammaMap(a.hi(2), { looks: 4, mask: m }),
  haAlpha: (a, _, m) => haAlpha(a, m),
  homogeneousWindows: (a, _, m) => homogeneousWindows(a, { size: 4, mask: m }),
  lee: (a, _, m) => lee(a, { looks: 4, mask: m }),
  leeSigma: (a, _, m) => leeSigma(a, { looks: 4, mask: m }),
  logPsnrOfBands: (a, b) => logPsnrOfBands(a, b),
  multilook: (a, _, m) => multilook(a, { range: 3, azimuth: 2 }, m),
  omnibusTest: (a, b, m) => omnibusTest([a, b], { looks: 4, mask: m }),
  polarimetricPreservation: (a, b, m) => polarimetricPreservation(a, b, m),
  quegan: (a, b, m) => quegan([a, b], { mask: m }),
  ratioStatistics: (a, b, m) => ratioStatistics(a, b, m),
  refinedLee: (a, _, m) => refinedLee(a, { looks: 4, mask: m }),
  simulateSpeckle: (a) => simulateSpeckle(a, { random: new Random(1), correlation: sentinel1Swaths.IW1 }),
  simulateTriplet: (a) => {
    const draws = new Random(1);
    const scene = withPolarimetricCorrelation(sceneFromReflectivity(a.hi(2), draws), draws);
    return simulateTriplet({ random: draws, scene, spots: 2, transients: 2, noiseFreeReference: true });
  },
  targetContrast: (a, b, m) => targetContrast(a, b, m),
  temporalAggregates: (a, b, m) => {
    const aggregates = new TemporalAggregates(a, m);
    for (const date of [b, a]) aggregates.add('before', date, m);
    const mean = aggregates.mean();
    const result = combineWithTemporalMean(b, a, { ...mean, mask: m }, m);
    return [result, planes(mean.image), planes(mean.dates)];
  },
  temporalMean: (a, b) => temporalMean([a, b]),
  validCovariance: (a) => validCovariance(a),
};

describe('views', () => {
  it.each(Object.keys(functions))('%s gives the same for strided images and masks', (name) => {
    const call = functions[name];
    expect(call(strided(image), strided(other), stridedMask(mask))).toEqual(call(image, other, mask));
  });
});

it('copies lie row by row in memory of their own', () => {
  const copy = copyImage(strided(image));
  expect(copy.stride).toEqual([rows * cols, cols, 1]);
  expect(copy.data).toEqual(image.data);
  copy.data.fill(0);
  expect(image.data.some((value) => value !== 0)).toBe(true);
});

it('concatenated bands keep their order', () => {
  const both = concatenateBands([strided(other), image.hi(2)]);
  expect(both.shape).toEqual([6, rows, cols]);
  expect(planes(both)).toEqual([...planes(other), ...planes(image.hi(2))]);
});

const mismatch = expect.toSatisfy((error) => isPolsarError(error, 'ShapeMismatch'));
const invalid = expect.toSatisfy((error) => isPolsarError(error, 'InvalidArgument'));

describe('refusals', () => {
  it.each(Object.keys(functions))(
    '%s refuses images whose data are no float32 bands of their shape',
    (name) => {
      const flat = ndarray(new Float32Array(64), [8, 8]);
      const double = ndarray(new Float64Array(256), [4, 8, 8]) as unknown as Image;
      const short = ndarray(new Float32Array(100), [4, 8, 8]);
      const full: Mask = ndarray(new Uint8Array(64).fill(1), [8, 8]);
      for (const wrong of [flat, double, short])
        expect(() => functions[name](wrong, wrong, full)).toThrow(mismatch);
    },
  );

  // These take a part of the image here, or a function.
  const special = ['averageLooks', 'covariance', 'gammaMap', 'simulateTriplet'];
  it.each(Object.keys(functions).filter((name) => !special.includes(name)))(
    '%s refuses what is no image',
    (name) => {
      for (const wrong of [undefined, null, 5, [[1, 2]], {}] as unknown as Image[])
        expect(() => functions[name](wrong, wrong, mask)).toThrow(mismatch);
    },
  );

  it.each([temporalMean, quegan, maskedTemporalMean, intersectMasks])(
    '%o refuses what is no list',
    (call) => {
      for (const wrong of [undefined, [], {}, image])
        expect(() => (call as (list: unknown) => unknown)(wrong)).toThrow(invalid);
    },
  );

  const masked = Object.keys(functions).filter((name) => functions[name].length === 3);
  it.each(masked)('%s refuses masks of another shape', (name) => {
    const [turned, deep] = [
      [cols, rows],
      [1, rows, cols],
    ].map((shape): Mask => ndarray(new Uint8Array(rows * cols), shape));
    const short: Mask = ndarray(new Uint8Array(7), [rows, cols]);
    for (const wrong of [turned, deep, short])
      expect(() => functions[name](image, other, wrong)).toThrow(mismatch);
  });

  const smaller = createImage(4, rows - 1, cols);
  it.each([
    'changeResponse',
    'covariance',
    'epdRoa',
    'epi',
    'logPsnrOfBands',
    'omnibusTest',
    'polarimetricPreservation',
    'quegan',
    'ratioStatistics',
    'targetContrast',
    'temporalMean',
  ])('%s refuses images of different shapes', (name) => {
    expect(() => functions[name](image, smaller, mask)).toThrow(mismatch);
  });

  it('planes of different lengths', () => {
    const [long, short] = [new Float32Array(900).fill(1), new Float32Array(899).fill(1)];
    for (const call of [
      () => logPsnr(long, short),
      () => ratioError(long, short),
      () => ratioError(long, long, mask),
      () => logSsim(long, short, 30, 30),
      () => logSsim(long, long, 30, 31),
      () => mIndex(long, short, 30, 30, { looks: 1 }),
    ])
      expect(call).toThrow(mismatch);
  });

  it.each<[string, () => unknown]>([
    ['an even window of lee', () => lee(image, { window: 4 })],
    ['an even window of frost', () => frost(image, { window: 4 })],
    ['an even window of leeSigma', () => leeSigma(image, { window: 4 })],
    ['an even window of gammaMap', () => gammaMap(image.hi(2), { window: 4 })],
    ['an even window of quegan', () => quegan([image], { window: 4 })],
    ['looks of 0', () => refinedLee(image, { looks: 0 })],
    ['looks of NaN', () => lee(image, { looks: Number.NaN })],
    ['a share of 1', () => leeSigma(image, { share: 1 })],
    ['a negative damping', () => frost(image, { damping: -1 })],
    ['no dates to average', () => temporalMean([])],
    ['no dates to filter', () => quegan([])],
  ])('%s', (_, call) => {
    expect(call).toThrow(invalid);
  });
});
