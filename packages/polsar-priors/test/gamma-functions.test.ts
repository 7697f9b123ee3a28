import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regularizedGamma, trigamma } from '../src/gamma-functions';

describe('trigamma', () => {
  it.each([
    [1, Math.PI ** 2 / 6],
    [0.5, Math.PI ** 2 / 2],
    [2, Math.PI ** 2 / 6 - 1],
    [0.25, Math.PI ** 2 + 8 * 0.915965594177219], // Catalan's constant
  ])('ψ₁(%d) = %d', (x, value) => {
    expect(trigamma(x) / value).toBeCloseTo(1, 12);
  });
});

describe('regularizedGamma', () => {
  it('is 1 − e⁻ˣ·Σ xⁿ/n! for whole shapes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 150, noNaN: true }),
        (shape, x) => {
          let [term, sum] = [1, 0];
          for (let n = 0; n < shape; n++) {
            sum += term;
            term *= x / (n + 1);
          }
          expect(regularizedGamma(shape, x)).toBeCloseTo(1 - Math.exp(-x) * sum, 12);
        },
      ),
    );
  });

  it('is the error function of √x for the shape ½', () => {
    // erf(z) by Simpson's rule over 2/√π·exp(−t²).
    const erf = (z: number, steps = 2000) => {
      let sum = 0;
      for (let k = 0; k <= steps; k++) {
        const weight = k === 0 || k === steps ? 1 : k % 2 ? 4 : 2;
        sum += weight * Math.exp(-(((k * z) / steps) ** 2));
      }
      return (2 / Math.sqrt(Math.PI)) * ((sum * z) / steps / 3);
    };
    for (const z of [0.01, 0.3, 1, 1.2247, 1.2248, 2, 5])
      expect(regularizedGamma(0.5, z * z)).toBeCloseTo(erf(z), 12);
  });

  it('rises by the density from one shape to the next: P(a, x) − P(a + 1, x) = xᵃ·e⁻ˣ/Γ(a + 1)', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 1000, noNaN: true }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (a, ratio) => {
          const step = (shape: number) =>
            regularizedGamma(shape, ratio * a) - regularizedGamma(shape + 1, ratio * a);
          // The factor from one step to the next is x/(a + 1), whatever Γ is.
          expect(step(a + 1)).toBeCloseTo((step(a) * ratio * a) / (a + 1), 11);
        },
      ),
    );
  });

  it('is 0 up to 0 and 1 far out', () => {
    for (const x of [-1, 0]) expect(regularizedGamma(2.5, x)).toBe(0);
    expect(regularizedGamma(2.5, 200)).toBe(1);
  });
});
