import { expect, it } from 'vitest';
import { groundRangeAt } from '../src/index';

const record = (time: number, groundToSlant: number[]) => ({
  ...{ time, groundRangeOrigin: 0, groundToSlant },
});

const SHORT = [8e5, 0.5];
const LONG = [8.001e5, 0.48, 1e-6, 2e-13];

it.each([
  ['the first', SHORT, LONG],
  ['the second', LONG, SHORT],
])('records of different degrees, %s the shorter: all terms count', (_, first, second) => {
  for (const time of [0, 0.25, 1]) {
    const { slantRange, groundRange } = groundRangeAt([record(0, first), record(1, second)], time);
    for (const x of [0, 5e4, 2.5e5]) {
      const polynomial = (coefficients: number[]) =>
        coefficients.reduce((sum, coefficient, k) => sum + coefficient * x ** k, 0);
      const expected = (1 - time) * polynomial(first) + time * polynomial(second);
      expect(slantRange(x)).toBeCloseTo(expected, 6);
      // Newton's method ends below a step of a tenth of a millimeter.
      expect(Math.abs(groundRange(expected) - x)).toBeLessThan(1e-4);
    }
  }
});
