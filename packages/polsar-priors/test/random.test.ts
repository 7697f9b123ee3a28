import { describe, expect, it } from 'vitest';
import { Random } from '../src/index';
import { mean } from './images';

describe('Random', () => {
  it('is xoshiro128**', () => {
    const random = new Random(0);
    random.restore([1, 2, 3, 4]);
    // Reference values of the published C code for this state.
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(expected.map(() => random.uniform() * 2 ** 32)).toEqual(expected);
  });

  it('repeats itself from a seed or a saved state, and differs between seeds', () => {
    const random = new Random(5);
    const first = [random.normal(), random.gamma(2), random.integer(0, 9)];
    const state = random.save();
    const later = Array.from({ length: 5 }, () => random.uniform());
    const other = new Random(5);
    expect([other.normal(), other.gamma(2), other.integer(0, 9)]).toEqual(first);
    const resumed = new Random(99);
    resumed.restore(JSON.parse(JSON.stringify(state)));
    expect(Array.from({ length: 5 }, () => resumed.uniform())).toEqual(later);
    expect(new Random(6).normal()).not.toBe(first[0]);
    const streams = Array.from({ length: 1000 }, (_, stream) => new Random(5, stream).normal());
    expect(streams[0]).toBe(first[0]);
    expect(new Set(streams).size).toBe(1000);
    // Independent of the seed's neighbors: ± 4 deviations of the correlation of 1000 pairs.
    const others = Array.from({ length: 1000 }, (_, stream) => new Random(6, stream).normal());
    expect(Math.abs(mean(streams.map((value, i) => value * others[i])))).toBeLessThan(4 / Math.sqrt(1000));
    expect(Math.abs(mean(streams.map((value, i) => value * (streams[i + 1] ?? 0))))).toBeLessThan(
      4 / Math.sqrt(1000),
    );
  });

  it('draws integers and items evenly', () => {
    const random = new Random(1);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) counts[random.pick([0, 1, 2, 3])]++;
    for (const count of counts)
      expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(40_000 * 0.25 * 0.75));
    expect(new Set(Array.from({ length: 100 }, () => random.integer(-1, 1)))).toEqual(new Set([-1, 0, 1]));
  });

  const count = 200_000;
  const moment = (values: Float32Array | Float64Array, order: number) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] ** order;
    return sum / values.length;
  };

  it('draws normal values', () => {
    const values = new Float32Array(count + 1);
    new Random(3).fillNormal(values, 2);
    const singles = Float64Array.from(
      { length: count },
      (() => {
        const r = new Random(4);
        return () => 2 * r.normal();
      })(),
    );
    for (const sample of [values, singles]) {
      // E x = 0, x² = 4, x³ = 0, x⁴ = 48 with variances 4, 32, 960 and 24576, five deviations.
      [
        [0, 4],
        [4, 32],
        [0, 960],
        [48, 24576],
      ].forEach(([expected, variance], i) => {
        expect(Math.abs(moment(sample, i + 1) - expected)).toBeLessThan(5 * Math.sqrt(variance / count));
      });
    }
  });

  it.each([0.5, 1, 4])('draws Gamma values of shape %d and mean 1', (k) => {
    const random = new Random(7);
    const values = Float64Array.from({ length: count }, () => random.gamma(k));
    expect(Math.abs(moment(values, 1) - 1)).toBeLessThan(5 / Math.sqrt(k * count));
    const fourth = (1 + 1 / k) * (1 + 2 / k) * (1 + 3 / k);
    const second = 1 + 1 / k;
    expect(Math.abs(moment(values, 2) - second)).toBeLessThan(5 * Math.sqrt((fourth - second ** 2) / count));
  });
});
