import { loadDespeckler, memorySource } from '@mtpi/model';
import { createImage, type Image, planes, ratioError } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import {
  BASELINES,
  changeScenes,
  evaluate,
  IMAGE_TYPES,
  INPUT,
  type Method,
  networkMethod,
  proceduralScenes,
  scorer,
  spotResponses,
  type TestScene,
} from '../src/index';

const SIZE = 64;
const imageTypes = IMAGE_TYPES.filter(({ name }) => name === 'SLC IW2' || name === 'intensity, 5 looks');
const scenes = proceduralScenes({ imageTypes, size: SIZE, landscapes: 0 });
const [covariance, intensity] = scenes.map(({ draw }) => draw());
const truth: Method = {
  name: 'truth',
  kind: 'baseline',
  apply: (scene) => (scene as TestScene).truth as Image,
};

test.each<[string, (target: Image) => Image, string]>([
  ['NaN', (target) => spoiled(target, Number.NaN), 'NaN at row 0, column 5'],
  ['a negative power', (target) => spoiled(target, -1), '-1 at row 0, column 5'],
  ['another size', () => createImage(2, SIZE, SIZE + 1), `[2, ${SIZE}, ${SIZE + 1}]`],
])('a method whose result has %s is not compared', async (_, apply, found) => {
  const method: Method = { name: 'broken', kind: 'baseline', apply: ({ target }) => apply(target) };
  const run = evaluate({ scenes: scenes.slice(0, 1), methods: [method] });
  await expect(run).rejects.toMatchObject({
    code: 'InvalidResult',
    message: expect.stringContaining('broken, '),
  });
  await expect(run).rejects.toMatchObject({ found });
});

function spoiled(image: Image, value: number): Image {
  const copy = ndarray(image.data.slice(), image.shape) as Image;
  copy.set(0, 0, 5, value);
  return copy;
}

test('the truth has no error', () => {
  const scores = scorer(covariance)(covariance.truth as Image);
  for (const band of ['VV', 'VH']) {
    expect(scores[`psnr ${band}`]).toBe(Number.POSITIVE_INFINITY);
    expect(scores[`bias ${band}`]).toBe(0);
  }
  expect(scores.entropyError).toBe(0);
  expect(scores.alphaError).toBe(0);
});

test('covariances: the share of valid ones, and the correlation of VV and VH', () => {
  const score = scorer(covariance);
  const truth = covariance.truth as Image;
  expect(score(truth)).toMatchObject({ psd: 100, rhoBias: 0 });
  expect(score(covariance.target).psd).toBe(100);
  const broken = ndarray(truth.data.slice(), truth.shape);
  // |C12| of twice √(C11·C22) at every fourth pixel.
  const [c11, c22, re, im] = planes(broken);
  for (let i = 0; i < c11.length; i += 4) {
    re[i] = 2 * Math.sqrt(c11[i] * c22[i]);
    im[i] = 0;
  }
  expect(score(broken).psd).toBe(75);
});

test('a result twice too bright has a bias of 3.01 dB and a ratio mean of half the input’s', () => {
  const score = scorer(covariance);
  const twice = (image: Image) => ndarray(image.data.map((value) => 2 * value) as Float32Array, image.shape);
  expect(score(twice(covariance.truth as Image))['bias VV']).toBeCloseTo(10 * Math.log10(2), 6);
  const [right, bright] = [covariance.truth as Image, twice(covariance.truth as Image)].map(score);
  expect(bright['ratioMean VH']).toBeCloseTo(right['ratioMean VH'] / 2, 6);
  expect(bright['ratioVariance VH']).toBeCloseTo(right['ratioVariance VH'] / 4, 6);
  expect(score(twice(covariance.target))['level VV']).toBeCloseTo(10 * Math.log10(2), 5);
});

test('the input is itself divided by itself', () => {
  const scores = scorer(intensity)(intensity.target);
  for (const band of ['VV', 'VH']) {
    expect(scores[`ratioMean ${band}`]).toBe(1);
    expect(scores[`ratioVariance ${band}`]).toBe(0);
    expect(scores[`error ${band}`]).toBeUndefined();
  }
  expect(scores.entropyError).toBeUndefined();
});

test('the error to the reference is that of valid pixels, not of those that are filled', () => {
  const { target, truth } = intensity;
  const rows = 40; // the others would be filled with some of them
  const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1, 0, rows * SIZE), [SIZE, SIZE]);
  const scores = scorer({ ...intensity, truth: undefined, reference: truth, mask })(target);
  const [result, reference] = [target, truth as Image].map((image) => planes(image)[0].slice(0, rows * SIZE));
  expect(scores['error VV']).toBeCloseTo(ratioError(result, reference), 9);
});

test('a result of intensities alone has no figures of polarimetry', () => {
  const powers = ndarray(covariance.target.data.slice(0, 2 * SIZE * SIZE), [2, SIZE, SIZE]);
  const scores = scorer(covariance)(powers);
  expect(scores.alphaError).toBeUndefined();
  expect(scores['psnr VH']).toBe(scorer(covariance)(covariance.target)['psnr VH']);
});

test.each(BASELINES.map((method) => [method.name, method] as const))(
  '%s: finite positive powers',
  async (_, method) => {
    for (const scene of [covariance, intensity]) {
      const result = await method.apply(scene);
      expect([2, scene.target.shape[0]]).toContain(result.shape[0]);
      expect(result.shape.slice(1)).toEqual([SIZE, SIZE]);
      for (const plane of planes(result).slice(0, 2))
        expect(plane.every((value) => value > 0 && Number.isFinite(value))).toBe(true);
    }
  },
);

test.each(BASELINES.map((method) => [method.name, method] as const))(
  '%s: flat ground stays',
  async (_, method) => {
    const flat = createImage(4, SIZE, SIZE);
    [0.08, 0.016, 0.004, -0.002].forEach((value, b) => planes(flat)[b].fill(value));
    const result = await method.apply({ target: flat, previous: flat, next: flat, looks: 4 });
    planes(result).forEach((plane, b) => {
      const level = planes(flat)[b][0];
      for (const value of plane) expect(value / level).toBeCloseTo(1, 4);
    });
  },
);

test('a network gets what a despeckler gets', async () => {
  const despeckler = await loadDespeckler();
  const network = await networkMethod();
  const expected = createImage(4, SIZE, SIZE);
  for await (const { y, image } of despeckler.despeckle(memorySource(covariance)))
    planes(image).forEach((plane, b) => planes(expected)[b].set(plane, y * SIZE));
  const found = await network.apply(covariance);
  expect(found.shape).toEqual(expected.shape);
  expect(found.data).toEqual(expected.data);
  await Promise.all([despeckler.dispose(), network.dispose?.()]);
});

test('a change: the input keeps all, a constant nothing, a mean of three dates its closed form', async () => {
  const [source] = changeScenes(imageTypes);
  const constant: Method = {
    name: 'constant',
    kind: 'baseline',
    apply: ({ target }) => ndarray(new Float32Array(target.data.length).fill(0.1), target.shape),
  };
  const { scores } = await evaluate({ scenes: [source], methods: [INPUT, constant] });
  const [input, flat] = scores.map((score) => score.scores);
  for (const band of ['VV', 'VH']) {
    expect(input[`leakage ${band}`]).toBe(0);
    expect(input[`retention ${band}`]).toBeCloseTo(100, 4);
    expect(flat[`leakage ${band}`]).toBe(0);
    expect(flat[`retention ${band}`]).toBe(0);
  }

  const level = (value: number) => ndarray(new Float32Array(2 * SIZE * SIZE).fill(value), [2, SIZE, SIZE]);
  const spot = { x: 20, y: 30, radius: 5, decibel: 6 };
  const mean = level((2 + 10 ** 0.6) / 3);
  const of = { scene: 'flat', place: 'flat', imageType: 'any', method: 'mean' };
  const [vv, vh] = spotResponses(of, [spot], level(1), mean, mean);
  const expected = (100 * 10 * Math.log10((2 + 10 ** 0.6) / 3)) / 6;
  for (const { leakage, retention } of [vv, vh]) {
    expect(leakage).toBeCloseTo(expected, 4);
    expect(retention).toBeCloseTo(expected, 4);
  }
  expect([vv.band, vh.band]).toEqual(['VV', 'VH']);
});

test('every method is scored on every scene, and kept images are those asked for', async () => {
  const progress: number[] = [];
  const { scores, galleries, methods } = await evaluate({
    scenes,
    methods: [INPUT, truth],
    show: ({ phase }) => !phase,
    onProgress: ({ done, total }) => progress.push(done / total),
  });
  expect(methods.map(({ name }) => name)).toEqual(['input', 'truth']);
  expect(scores.map(({ name, method }) => `${name} ${method}`)).toEqual(
    scenes.flatMap(({ info }) => [`${info.name} input`, `${info.name} truth`]),
  );
  expect(galleries.map(({ scene }) => scene.name)).toEqual([scenes[1].info.name]);
  expect(progress).toEqual([0.5, 1]);
});

test('two methods of one name are refused, as their scores could not be told apart', async () => {
  const twice = evaluate({ scenes: [], methods: [INPUT, { ...INPUT, kind: 'network' }] });
  await expect(twice).rejects.toMatchObject({ code: 'NameTaken', found: 'two named input' });
});

test('an aborted evaluation throws the reason', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const run = evaluate({
    scenes,
    methods: [INPUT],
    signal: abort.signal,
    onProgress: () => abort.abort(reason),
  });
  await expect(run).rejects.toBe(reason);
});
