import { describe, expect, it } from 'vitest';
import {
  averageLooks,
  createImage,
  type Image,
  planes,
  Random,
  type Scene,
  sceneFromReflectivity,
  sentinel1Swaths,
  simulateScene,
  simulateTriplet,
  type TripletOptions,
} from '../src/index';
import { voronoi } from '../src/simulator/voronoi';
import { digits, expectWithin, mean, uniformCovariance } from './images';

const decibel = (value: number) => 10 * Math.log10(value);

describe('voronoi', () => {
  it.each([1, 7, 300])('gives each pixel the nearest of %d seeds', (count) => {
    const { fields, fieldCount } = voronoi(40, 56, count, new Random(count));
    // The same draws: angle, stretch, seeds.
    const random = new Random(count);
    const angle = random.uniform(0, Math.PI);
    const stretch = random.uniform(1, 3);
    const seeds = Array.from({ length: count }, () => [random.uniform(0, 40), random.uniform(0, 56)]);
    const distance = (r: number, c: number, [y, x]: number[]) =>
      Math.hypot(
        (r - y) * Math.cos(angle) + (c - x) * Math.sin(angle),
        stretch * ((c - x) * Math.cos(angle) - (r - y) * Math.sin(angle)),
      );
    expect(fieldCount).toBe(count);
    const place = (i: number) => [Math.floor(i / 56), i % 56] as const;
    expectWithin(
      Array.from(fields, (field, i) => distance(...place(i), seeds[field])),
      (i) => Math.min(...seeds.map((seed) => distance(...place(i), seed))),
      digits(9),
    );
  });
});

describe('simulateScene', () => {
  const scenes = Array.from({ length: 100 }, (_, seed) =>
    simulateScene({ rows: 64, cols: 96, random: new Random(seed) }),
  );

  it('is a valid covariance at every pixel, within what radars see', () => {
    for (const { reflectivity } of scenes) {
      const [c11, c22, re, im] = planes(reflectivity);
      expect(c11.every((power, i) => re[i] ** 2 + im[i] ** 2 <= power * c22[i])).toBe(true);
      for (const plane of [c11, c22])
        expect(plane.every((power) => Math.abs(decibel(power)) < 75)).toBe(true);
    }
  });

  it('varies from scene to scene in field size, level and contrast', () => {
    const counts = scenes.map(({ fieldCount }) => fieldCount);
    expect(Math.min(...counts)).toBeLessThan(5);
    expect(Math.max(...counts)).toBeGreaterThan(60);
    const logs = scenes.map(({ reflectivity }) => Array.from(planes(reflectivity)[0], decibel));
    const levels = logs.map(mean);
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(8);
    // Between the quartiles: single lines and points do not count.
    const contrasts = logs.map((values) => {
      const sorted = values.sort((a, b) => a - b);
      return sorted[Math.floor(0.75 * sorted.length)] - sorted[Math.floor(0.25 * sorted.length)];
    });
    expect(Math.min(...contrasts)).toBeLessThan(1.2);
    expect(Math.max(...contrasts)).toBeGreaterThan(12);
  });

  it('is the same from the same seed', () => {
    const again = simulateScene({ rows: 64, cols: 96, random: new Random(4) });
    expect([...again.reflectivity.data]).toEqual([...scenes[4].reflectivity.data]);
  });
});

describe('simulateTriplet', () => {
  const size = 128;

  /** Two halves, only the left one coherent. */
  const halves = (coherence: number): Scene => ({
    reflectivity: uniformCovariance(size, size, [0.1, 0.02, 0.005, 0.002]),
    fields: Uint32Array.from({ length: size * size }, (_, i) => (i % size < size / 2 ? 0 : 1)),
    fieldCount: 2,
    coherence: Float32Array.of(coherence, 0),
  });

  /** Correlation of the C11 of two images over one half. */
  function halfCorrelation(a: Float32Array, b: Float32Array, field: number): number {
    const part = (plane: Float32Array) => {
      const values = Array.from(plane).filter((_, i) => (i % size < size / 2 ? 0 : 1) === field);
      const average = mean(values);
      return values.map((value) => value - average);
    };
    const [x, y] = [part(a), part(b)];
    const product = (p: number[], q: number[]) => mean(p.map((value, i) => value * q[i]));
    return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
  }

  const draw = (options: Partial<TripletOptions>) =>
    simulateTriplet({ random: new Random(12), scene: halves(0.8), changed: 0, drift: 0, ...options });

  it('correlates the dates where the ground is coherent, by the squared coherence, and the references never', () => {
    const { target, previous, next, references } = draw({ references: 2 });
    const [t, p, n, r, s] = [target, previous, next, ...references].map((image) => planes(image)[0]);
    const noise = 5 / Math.sqrt((size * size) / 2);
    for (const date of [p, n]) {
      expect(Math.abs(halfCorrelation(t, date, 0) - 0.64)).toBeLessThan(noise);
      expect(Math.abs(halfCorrelation(t, date, 1))).toBeLessThan(noise);
    }
    for (const [a, b] of [
      [t, r],
      [p, r],
      [n, r],
      [t, s],
      [r, s],
    ]) {
      for (const field of [0, 1]) expect(Math.abs(halfCorrelation(a, b, field))).toBeLessThan(noise);
    }
  });

  it('gives the noise-free limit of the references, with persistent speckle and without', () => {
    const [g, count, size2] = [0.8, 40, (size * size) / 2];
    for (const persistent of [true, false]) {
      const { references, noiseFreeReference } = draw({
        references: count,
        persistent,
        noiseFreeReference: true,
      });
      const average = averageLooks(count, () => references.pop() as Image);
      const [found, expected] = [average, noiseFreeReference as Image].map((image) => planes(image)[0]);
      const errors = [0, 0];
      found.forEach((value, i) => {
        errors[i % size < size / 2 ? 0 : 1] += (value - expected[i]) ** 2 / 0.1 ** 2 / size2;
      });
      // Given the coherent scatterers s, |g s + √(1−g²) n|² has the variance (1−g²)² + 2 g² (1−g²) |s|², on average
      // 1 − g⁴, which the mean of the references divides by their number.
      expect(errors[0] * count).toBeCloseTo(persistent ? 1 - g ** 4 : 1, 1);
      expect(errors[1] * count).toBeCloseTo(1, 1);
    }
  });

  it('gives all dates one reflectivity where nothing drifts or changes', () => {
    const { target, previous, next, references, truth, changes } = draw({
      looks: 4,
      correlation: sentinel1Swaths.IW1,
    });
    for (const image of [target, previous, next, ...references]) {
      expect(Math.abs(decibel(mean(planes(image)[0]) / 0.1))).toBeLessThan(0.15);
      expect(Math.abs(decibel(mean(planes(image)[1]) / 0.02))).toBeLessThan(0.15);
    }
    [0.1, 0.02, 0.005, 0.002].forEach((value, b) => {
      expectWithin(planes(truth)[b], () => value, digits(6));
    });
    expect(changes.data.every((value) => value === 0)).toBe(true);
  });

  it('changes fields of the adjacent dates only, by 2 dB or more, and marks them', () => {
    const { target, previous, next, changes } = draw({ changed: 1, looks: 16 });
    const level = (image: typeof target, field: number) =>
      decibel(
        mean(Array.from(planes(image)[0]).filter((_, i) => (i % size < size / 2 ? 0 : 1) === field)) / 0.1,
      );
    for (const field of [0, 1]) {
      expect(Math.abs(level(target, field))).toBeLessThan(0.1);
      const steps = [previous, next].map((image) => Math.abs(level(image, field)));
      for (const step of steps) expect(step < 0.1 || (step > 1.9 && step < 10.1)).toBe(true);
      expect(Math.max(...steps)).toBeGreaterThan(1.9);
    }
    expect(changes.data.every((value) => value === 1)).toBe(true);
  });

  it('marks points that appear at one date, and shows those of the target in the truth', () => {
    const { truth, changes } = draw({ transients: 20 });
    const marked = mean(changes.data) * size * size;
    expect(marked).toBeGreaterThan(50);
    expect(marked).toBeLessThan(60 * 9);
    const bright = Array.from(planes(truth)[0], (value, i) => (value > 0.11 ? i : -1)).filter((i) => i >= 0);
    expect(bright.length).toBeGreaterThanOrEqual(15);
    expect(bright.every((i) => changes.data[i] === 1)).toBe(true);
  });

  it('shows what is coherent in the references too where it counts as the scene’s own', () => {
    const { target, references } = draw({ persistent: true });
    const correlation = (field: number) => {
      const of = (image: typeof target) =>
        Array.from(planes(image)[0]).filter((_, i) => (i % size < size / 2 ? 0 : 1) === field);
      const [a, b] = [of(target), of(references[0])];
      const [p, q] = [mean(a), mean(b)];
      const product = mean(a.map((value, i) => (value - p) * (b[i] - q)));
      return product / Math.sqrt(mean(a.map((v) => (v - p) ** 2)) * mean(b.map((v) => (v - q) ** 2)));
    };
    const found = [0, 1].map(correlation);
    expect(Math.max(...found)).toBeCloseTo(0.8 ** 2, 1);
    expect(Math.min(...found)).toBeCloseTo(0, 1);
  });

  it('brightens or darkens spots at one date each and marks them', () => {
    const { truth, changes } = draw({ spots: 30 });
    const changed = Array.from(planes(truth)[0], (value, i) => (Math.abs(value - 0.1) > 1e-4 ? i : -1));
    const inTarget = changed.filter((i) => i >= 0);
    expect(inTarget.length).toBeGreaterThan(10);
    expect(inTarget.every((i) => changes.data[i] === 1)).toBe(true);
    expect(mean(changes.data) * size * size).toBeGreaterThan(1.2 * inTarget.length);
  });

  it('makes further dates, whose speckle is that of the mean of several where it is not coherent', () => {
    const spread = (image: Image, field: number) => {
      const values = Array.from(planes(image)[0]).filter((_, i) => (i % size < size / 2 ? 0 : 1) === field);
      const average = mean(values);
      return { average, relative: Math.sqrt(mean(values.map((value) => (value / average - 1) ** 2))) };
    };
    const { target, previous, next, earlier, later } = draw({ further: 2, datesEach: 16 });
    expect([earlier.length, later.length]).toEqual([2, 2]);
    expect(spread(target, 1).relative).toBeCloseTo(1, 1);
    for (const date of [previous, next, ...earlier, ...later]) {
      const { average, relative } = spread(date, 1);
      expect(average / 0.1).toBeCloseTo(1, 1);
      expect(Math.abs(relative - 1 / 4)).toBeLessThan(0.02);
      // A coherence of 0.8: by 0.64 the speckle of the target.
      expect(Math.abs(spread(date, 0).relative - (0.64 + 0.36 / 4))).toBeLessThan(0.05);
    }
    expect(halfCorrelation(planes(earlier[0])[0], planes(later[1])[0], 1)).toBeLessThan(0.05);
  });

  it('takes a given reflectivity, with intensities only, and leaves it as it is', () => {
    const given = createImage(2, 40, 48);
    for (let i = 0; i < given.data.length; i++) given.data[i] = 1 + (i % 7);
    const before = [...given.data];
    const random = new Random(9);
    const { target, truth } = simulateTriplet({
      random,
      scene: sceneFromReflectivity(given, random),
      transients: 5,
    });
    expect(target.shape).toEqual([4, 40, 48]);
    expect(truth.shape).toEqual([2, 40, 48]);
    expect([...given.data]).toEqual(before);
  });

  it('is the same from a restored state', () => {
    const random = new Random(21);
    const state = random.save();
    const first = draw({ random });
    random.restore(state);
    expect([...draw({ random }).next.data]).toEqual([...first.next.data]);
  });
});
