import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import {
  boxcar,
  combineWithTemporalMean,
  createImage,
  enl,
  type Image,
  type Mask,
  planes,
  Random,
  TemporalAggregates,
} from '../src/index';
import { expectWithin, mean, randomMask } from './images';

const LOOKS = 4;
const SIZE = 64;

/** Speckled intensities of this level; `changed` multiplies the upper left quarter. */
function date(random: Random, level = 1, changed = 1): Image {
  const image = createImage(2, SIZE, SIZE);
  for (const plane of planes(image))
    for (let i = 0; i < plane.length; i++)
      plane[i] = level * (isInCorner(i) ? changed : 1) * random.gamma(LOOKS);
  return image;
}

const isInCorner = (i: number) => i % SIZE < SIZE / 2 && Math.floor(i / SIZE) < SIZE / 2;

/** Pixels of the quarter that are no nearer than 4 pixels to its border. */
const corner = (plane: Float32Array) =>
  plane.filter((_, i) => i % SIZE < SIZE / 2 - 4 && Math.floor(i / SIZE) < SIZE / 2 - 4);

const outside = (plane: Float32Array) =>
  plane.filter((_, i) => i % SIZE > SIZE / 2 + 4 || Math.floor(i / SIZE) > SIZE / 2 + 4);

describe('TemporalAggregates', () => {
  it('gives a single date as it is', () => {
    const random = new Random(1);
    const [target, other] = [date(random), date(random, 3)];
    const mask = randomMask(SIZE, SIZE, 0.9, random);
    const aggregates = new TemporalAggregates(target);
    aggregates.add('before', other, mask);
    expect(aggregates.aggregate('before')?.image).toBe(other);
    expect(aggregates.aggregate('before')?.mask.data).toEqual(mask.data);
    expect(aggregates.aggregate('after')).toBeUndefined();
  });

  it('averages unchanged dates: looks add up', () => {
    const random = new Random(2);
    const aggregates = new TemporalAggregates(date(random));
    for (let n = 0; n < 8; n++) aggregates.add(n % 2 ? 'after' : 'before', date(random));
    const { image, dates } = aggregates.mean();
    expect(mean(planes(dates)[0])).toBeGreaterThan(7.8);
    for (const plane of planes(image)) {
      expect(mean(plane)).toBeCloseTo(1, 1);
      expect(enl(plane) / LOOKS).toBeGreaterThan(7);
      expect(enl(plane) / LOOKS).toBeLessThan(9);
    }
    const side = planes(aggregates.aggregate('after')?.image as Image)[0];
    expect(enl(side) / LOOKS).toBeGreaterThan(3.5);
    expect(enl(side) / LOOKS).toBeLessThan(4.5);
  });

  it('weighs dates by the p-value of the ratio of local means', () => {
    const random = new Random(3);
    const [target, ...others] = [date(random), date(random), date(random, 1, 1.3)];
    const aggregates = new TemporalAggregates(target);
    for (const other of others) aggregates.add('before', other);
    const result = planes((aggregates.aggregate('before') as { image: Image }).image)[0];
    const weighted = others.map((other, n) => naiveWeights(target, other, n === 0));
    const expected = (i: number) => {
      const [a, b] = weighted.map(({ weights }) => weights[i]);
      const [x, y] = weighted.map(({ gain }, n) => gain * planes(others[n])[0][i]);
      return (a * x + b * y) / (a + b);
    };
    expectWithin(result, expected, (value) => 1e-5 * value);
  });

  it('leaves out pixels that changed, and keeps the level of the target', () => {
    const random = new Random(4);
    const aggregates = new TemporalAggregates(date(random));
    aggregates.add('after', date(random));
    aggregates.add('after', date(random, 1.6, 6));
    aggregates.add('after', date(random));
    const plane = planes((aggregates.aggregate('after') as { image: Image }).image)[1];
    expect(mean(corner(plane))).toBeCloseTo(1, 1);
    expect(Math.abs(enl(corner(plane)) / (2 * LOOKS) - 1)).toBeLessThan(0.1);
    expect(mean(outside(plane))).toBeCloseTo(1, 1);
    expect(enl(outside(plane)) / LOOKS).toBeGreaterThan(2.6);
  });

  it('keeps the nearest date where all have changed', () => {
    const random = new Random(5);
    const aggregates = new TemporalAggregates(date(random, 1, 10));
    const nearest = date(random);
    for (const other of [nearest, date(random, 1, 2), date(random, 1, 0.5)]) aggregates.add('before', other);
    const plane = planes((aggregates.aggregate('before') as { image: Image }).image)[0];
    const level = mean(corner(plane)) / mean(corner(planes(nearest)[0]));
    expect(Math.abs(level - 1)).toBeLessThan(0.1);
    const ratios = corner(plane).map((value, i) => value / (level * corner(planes(nearest)[0])[i]));
    expect(enl(ratios)).toBeGreaterThan(1e3);
  });

  it('keeps the nearest valid date where that one is invalid and all have changed', () => {
    const random = new Random(9);
    const aggregates = new TemporalAggregates(date(random, 1, 30));
    const [nearest, second, third] = [date(random), date(random), date(random, 1, 1.5)];
    const outsideCorner = ndarray(
      Uint8Array.from({ length: SIZE * SIZE }, (_, i) => Number(!isInCorner(i))),
      [SIZE, SIZE],
    );
    for (const side of ['before', 'after'] as const) {
      aggregates.add(side, nearest, outsideCorner);
      aggregates.add(side, second);
      aggregates.add(side, third);
    }
    const { image, mask, dates } = aggregates.mean();
    expect(mask.data.includes(0)).toBe(false);
    const ratios = corner(planes(image)[0]).map((value, i) => value / corner(planes(second)[0])[i]);
    expect(enl(ratios)).toBeGreaterThan(1e3);
    // One date of each side remains.
    for (const count of corner(planes(dates)[0])) expect(count).toBeCloseTo(2, 1);
    expect(dates.data.every(Number.isFinite)).toBe(true);
  });

  it('compares means over the pixels that are valid at both dates', () => {
    const random = new Random(10);
    const target = date(random, 1, 100);
    const outsideCorner = ndarray(
      Uint8Array.from({ length: SIZE * SIZE }, (_, i) => Number(!isInCorner(i))),
      [SIZE, SIZE],
    );
    const aggregates = new TemporalAggregates(target);
    for (let n = 0; n < 6; n++) aggregates.add('before', date(random, 1, 100), outsideCorner);
    const [dates] = planes(aggregates.mean().dates);
    const beside = dates.filter((_, i) => i % SIZE === SIZE / 2 && Math.floor(i / SIZE) < SIZE / 2 - 4);
    expect(mean(beside)).toBeGreaterThan(5.5);
  });

  it('never uses invalid pixels', () => {
    const random = new Random(6);
    const aggregates = new TemporalAggregates(date(random));
    const masks: Mask[] = [0.8, 0.8].map((share) => randomMask(SIZE, SIZE, share, random));
    for (const mask of masks) {
      const image = date(random);
      for (const plane of planes(image))
        mask.data.forEach((valid, i) => {
          if (!valid) plane[i] = Number.NaN;
        });
      aggregates.add('before', image, mask);
    }
    const { image, mask } = aggregates.aggregate('before') as { image: Image; mask: Mask };
    expect([...mask.data]).toEqual([...masks[0].data].map((valid, i) => valid | masks[1].data[i]));
    expect(image.data.every(Number.isFinite)).toBe(true);
  });
});

/** Weights by the formula, and the gain of the first band, by sums over each window. */
function naiveWeights(target: Image, other: Image, nearest: boolean) {
  const localMean = (plane: Float32Array, i: number) => {
    const [r, c] = [Math.floor(i / SIZE), i % SIZE];
    let [sum, count] = [0, 0];
    for (let y = Math.max(0, r - 2); y <= Math.min(SIZE - 1, r + 2); y++)
      for (let x = Math.max(0, c - 2); x <= Math.min(SIZE - 1, c + 2); x++, count++)
        sum += plane[y * SIZE + x];
    return sum / count;
  };
  const middle = (values: number[]) => {
    const sorted = [...values].sort((a, b) => a - b);
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  };
  const bands = [0, 1].map((b) => {
    const [t, o] = [planes(target)[b], planes(other)[b]];
    const logs = Array.from(t, (_, i) => Math.log(localMean(t, i) / localMean(o, i)));
    const center = middle(logs);
    const spread = 1.4826 * middle(logs.map((l) => Math.abs(l - center)));
    return { z: logs.map((l) => ((l - center) / spread) ** 2), gain: Math.exp(center) };
  });
  const weights = bands[0].z.map(
    (z, i) => Math.min(1, Math.exp(-(z + bands[1].z[i]) / 2) / 0.01) + (nearest ? 1e-3 : 0),
  );
  return { weights, gain: bands[0].gain };
}

describe('combineWithTemporalMean', () => {
  const random = new Random(7);
  const target = date(random, 1, 4);
  const aggregates = new TemporalAggregates(target);
  for (let n = 0; n < 6; n++) aggregates.add(n % 2 ? 'after' : 'before', date(random));
  const temporalMean = aggregates.mean();
  // A despeckled target with 0.1 of standard deviation, less than that of six dates of four looks.
  const despeckled = createImage(2, SIZE, SIZE);
  for (const plane of planes(despeckled))
    for (let i = 0; i < plane.length; i++) plane[i] = (isInCorner(i) ? 4 : 1) * (1 + 0.1 * random.normal());
  const result = combineWithTemporalMean(despeckled, target, temporalMean);

  it('has the variance of two estimates weighted by theirs', () => {
    for (const plane of planes(result)) {
      // 1/(1/0.01 + 24) = 0.0081: the mean of six dates has a variance of 1/24.
      expect(1 / enl(outside(plane))).toBeCloseTo(0.0081, 3);
      expect(mean(outside(plane))).toBeCloseTo(1, 1);
    }
  });

  it('keeps what changed at the target', () => {
    planes(result).forEach((plane, b) => {
      expect(mean(corner(plane)) / mean(corner(planes(despeckled)[b]))).toBeCloseTo(1, 2);
    });
  });

  it('is no worse than the despeckled target where dates differ as the sea does', () => {
    const waves = () => {
      const noise = createImage(2, SIZE, SIZE);
      for (let i = 0; i < noise.size; i++) noise.data[i] = random.normal();
      const smooth = boxcar(noise, 21);
      return planes(smooth).map((plane) => plane.map((value) => Math.exp(6 * value)));
    };
    const sea = (levels: Float32Array[], factor: () => number) => {
      const image = createImage(2, SIZE, SIZE);
      planes(image).forEach((plane, b) => {
        for (let i = 0; i < plane.length; i++) plane[i] = levels[b][i] * factor();
      });
      return image;
    };
    const speckle = () => random.gamma(LOOKS);
    const truth = waves();
    const speckled = sea(truth, speckle);
    const sides = new TemporalAggregates(speckled);
    for (let n = 0; n < 6; n++) sides.add(n % 2 ? 'after' : 'before', sea(waves(), speckle));
    const estimate = sea(truth, () => Math.exp(0.1 * random.normal()));
    const errors = (image: Image) =>
      planes(image).map((plane, b) => Math.sqrt(mean(plane.map((v, i) => Math.log(v / truth[b][i]) ** 2))));
    const before = errors(estimate);
    errors(combineWithTemporalMean(estimate, speckled, sides.mean())).forEach((error, b) => {
      expect(error).toBeLessThan(1.02 * before[b]);
    });
  });

  it('gives a covariance that is positive semidefinite', () => {
    const matrices = (correlation: number): Image => {
      const image = createImage(4, SIZE, SIZE);
      const [c11, c22, re, im] = planes(image);
      for (let i = 0; i < c11.length; i++) {
        [c11[i], c22[i]] = [random.gamma(LOOKS), random.gamma(LOOKS)];
        const phase = 2 * Math.PI * random.uniform();
        re[i] = correlation * Math.sqrt(c11[i] * c22[i]) * Math.cos(phase);
        im[i] = correlation * Math.sqrt(c11[i] * c22[i]) * Math.sin(phase);
      }
      return image;
    };
    const [speckled, estimate] = [matrices(0.999), matrices(0.999)];
    const sides = new TemporalAggregates(speckled);
    for (let n = 0; n < 12; n++) sides.add('before', matrices(0.999));
    const [c11, c22, re, im] = planes(combineWithTemporalMean(estimate, speckled, sides.mean()));
    for (let i = 0; i < c11.length; i++)
      expect(re[i] ** 2 + im[i] ** 2).toBeLessThanOrEqual(c11[i] * c22[i] * (1 + 1e-5));
  });

  it('leaves a handful of valid pixels finite, wherever they are', () => {
    const size = 264;
    const image = (value: number): Image => {
      const result = createImage(2, size, size);
      result.data.fill(value);
      return result;
    };
    for (const [r, c] of Array.from({ length: 20 }, () => [
      random.integer(0, size - 2),
      random.integer(0, size - 2),
    ])) {
      const mask: Mask = ndarray(new Uint8Array(size * size), [size, size]);
      for (const [y, x] of [[0, 0], [0, 1], [1, 0], [1, 1]]) mask.set(r + y, c + x, 1); // biome-ignore format: a block
      const sides = new TemporalAggregates(image(1), mask);
      sides.add('before', image(7), mask);
      sides.add('after', image(7), mask);
      const result = combineWithTemporalMean(image(1), image(1), sides.mean(), mask);
      expect(result.data.every(Number.isFinite)).toBe(true);
    }
  });

  it('leaves pixels without any other date as they are', () => {
    const alone = new TemporalAggregates(target);
    const mask: Mask = ndarray(new Uint8Array(SIZE * SIZE), [SIZE, SIZE]);
    alone.add('before', date(random), mask);
    alone.add('after', date(random), mask);
    expect(combineWithTemporalMean(despeckled, target, alone.mean()).data).toEqual(despeckled.data);
    const none = { ...temporalMean, dates: createImage(1, SIZE, SIZE) };
    expect(combineWithTemporalMean(despeckled, target, none).data).toEqual(despeckled.data);
  });

  it('refuses numbers of dates of another size', () => {
    const other = { ...temporalMean, dates: createImage(1, SIZE, SIZE - 1) };
    expect(() => combineWithTemporalMean(despeckled, target, other)).toThrow('images of one shape');
  });
});
