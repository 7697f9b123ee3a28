import { evaluatePolynomial } from '../geocoding/ground-range';

/** Polynomial c₀ + c₁(τ − t0) + c₂(τ − t0)² of the two-way slant range time τ (s), valid around `time` (s). */
export interface RangePolynomial {
  time: number;
  t0: number;
  coefficients: readonly number[];
}

/** Value of a polynomial, such as the Doppler centroid (Hz), at a two-way slant range time (s). */
export const rangePolynomialAt = ({ coefficients, t0 }: RangePolynomial, slantRangeTime: number): number =>
  evaluatePolynomial(coefficients, slantRangeTime - t0);

/** The polynomial nearest in time (s); of at least one. */
export const nearestPolynomial = (polynomials: readonly RangePolynomial[], time: number): RangePolynomial =>
  polynomials.reduce((best, other) =>
    Math.abs(other.time - time) < Math.abs(best.time - time) ? other : best,
  );
