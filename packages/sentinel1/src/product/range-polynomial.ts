import type { RangePolynomial } from './annotation';

/** Value of a polynomial, such as the Doppler centroid (Hz), at a two-way slant range time (s). */
export const rangePolynomialAt = ({ coefficients, t0 }: RangePolynomial, slantRangeTime: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * (slantRangeTime - t0) + coefficient, 0);

/** The polynomial that is nearest to a time (s); of one at least. */
export const nearestPolynomial = (polynomials: readonly RangePolynomial[], time: number): RangePolynomial =>
  polynomials.reduce((best, other) =>
    Math.abs(other.time - time) < Math.abs(best.time - time) ? other : best,
  );
