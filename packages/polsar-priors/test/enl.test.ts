import { describe, expect, it } from 'vitest';
import {
  createImage,
  enl,
  homogeneousWindows,
  logCumulantEnl,
  median,
  Random,
  robustDeviation,
} from '../src/index';
import { randomMask } from './images';

it('median is the middle value, or the mean of both', () => {
  expect(median([3, -1, 20])).toBe(3);
  expect(median([4, 1, 10, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

it('robustDeviation is that of a normal distribution, whatever a few values are', () => {
  const random = new Random(12);
  const values = Array.from({ length: 20_000 }, (_, i) => (i % 20 ? 5 + 3 * random.normal() : 1e6));
  expect(Math.abs(robustDeviation(values) / 3 - 1)).toBeLessThan(0.1);
  expect(robustDeviation([1, 2, 4], 2)).toBeCloseTo(1.4826, 12);
  expect(robustDeviation([])).toBeNaN();
});

describe('equivalent number of looks', () => {
  it.each([1, 3.5, 12])('of Gamma intensities is their shape, %d', (looks) => {
    const random = new Random(11);
    const count = 200_000;
    const intensities = Float64Array.from({ length: count }, () => 0.3 * random.gamma(looks));
    // Five standard deviations: the relative ones are about √(2(1 + 1/L)/n)·√(1 + 2/L) and below for ln.
    const margin = 5 * Math.sqrt((2 * (1 + 1 / looks) * (1 + 4 / looks)) / count);
    expect(Math.abs(enl(intensities) / looks - 1)).toBeLessThan(margin);
    expect(Math.abs(logCumulantEnl(intensities) / looks - 1)).toBeLessThan(margin);
  });

  it('inverts ψ₁ of a known variance of logarithms', () => {
    // Two values e^±v have the sample variance 2v²; ψ₁(1) = π²/6.
    const v = Math.sqrt(Math.PI ** 2 / 12);
    expect(logCumulantEnl([Math.exp(v), Math.exp(-v)])).toBeCloseTo(1, 12);
    expect(enl([1, 3])).toBe(2);
  });

  it('is infinite for constant values and NaN for too few', () => {
    for (const measure of [enl, logCumulantEnl]) {
      expect(measure([2, 2, 2])).toBe(Number.POSITIVE_INFINITY);
      expect(measure([2])).toBeNaN();
    }
  });
});

describe('homogeneousWindows', () => {
  it('finds the homogeneous part of an image, best first, without masked pixels', () => {
    const random = new Random(2);
    const image = createImage(2, 96, 96);
    const mask = randomMask(96, 96, 1, random);
    for (let r = 0; r < 96; r++) {
      for (let c = 0; c < 96; c++) {
        const texture = r < 48 ? 1 : random.gamma(1);
        image.set(1, r, c, texture * random.gamma(4));
      }
    }
    mask.set(3, 3, 0);
    const found = homogeneousWindows(image, { size: 16, count: 12, band: 1, mask });
    expect(found).toHaveLength(12);
    expect(found.every(({ window }) => window.y < 48 && !(window.x === 0 && window.y === 0))).toBe(true);
    expect(found.map((w) => w.enl)).toEqual(found.map((w) => w.enl).sort((a, b) => b - a));
    const { window, enl: best } = found[0];
    const values: number[] = [];
    for (let r = 0; r < 16; r++)
      for (let c = 0; c < 16; c++) values.push(image.get(1, window.y + r, window.x + c));
    expect(best).toBeCloseTo(enl(values), 10);
    expect(found[6].enl).toBeGreaterThan(3);
    expect(found[6].enl).toBeLessThan(5);
  });

  it('leaves out windows of a single value, as of pixels that a floor was given', () => {
    const random = new Random(3);
    const image = createImage(1, 64, 64);
    for (let i = 0; i < image.data.length; i++) image.data[i] = i < 16 * 64 ? 1e-4 : random.gamma(4);
    const found = homogeneousWindows(image, { size: 16 });
    expect(found).toHaveLength(10);
    expect(found.every(({ window, enl }) => window.y >= 16 && enl < 8)).toBe(true);
    const all = homogeneousWindows(image, { size: 16, constant: true });
    expect(all.slice(0, 4).every(({ window, enl }) => window.y < 16 && enl === Infinity)).toBe(true);
    expect(all.slice(4)).toEqual(found.slice(0, 6));
  });

  it('refuses a band that does not exist', () => {
    expect(() => homogeneousWindows(createImage(1, 8, 8), { band: 1 })).toThrow('a band below 1, found 1');
  });
});
