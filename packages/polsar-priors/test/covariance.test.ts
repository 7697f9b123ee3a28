import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompose } from '../src/h-a-alpha';
import {
  coherency,
  covariance,
  exceedsCoherence,
  isPolsarError,
  limitCoherence,
  planes,
  validCovariance,
} from '../src/index';
import { imageOf } from './images';

const amplitude = fc.float({ min: -10, max: 10, noNaN: true });

describe('covariance', () => {
  it('is S₁·conj(S₂)', () => {
    // (3 + 4j)·conj(1 − 2j) = −5 + 10j
    expect([...covariance(imageOf([[[3]], [[4]]]), imageOf([[[1]], [[-2]]])).data]).toEqual([25, 5, -5, 10]);
  });

  it('has rank 1', () => {
    fc.assert(
      fc.property(fc.tuple(amplitude, amplitude, amplitude, amplitude), ([ar, ai, br, bi]) => {
        const [c11, c22, re, im] = covariance(imageOf([[[ar]], [[ai]]]), imageOf([[[br]], [[bi]]])).data;
        expect(Math.abs(re * re + im * im - c11 * c22)).toBeLessThanOrEqual(1e-6 * c11 * c22 + 1e-30);
      }),
    );
  });

  it('refuses images of different shapes', () => {
    expect(() => covariance(imageOf([[[1]], [[1]]]), imageOf([[[1, 2]], [[1, 2]]]))).toThrow(
      expect.toSatisfy((error) => isPolsarError(error, 'ShapeMismatch')),
    );
  });
});

describe('coherency', () => {
  it('is the covariance in the basis (1, 1)/√2, (1, −1)/√2', () => {
    // k = U·(S₁, S₂) for a single look, S₁ = 3 + 4j and S₂ = 1 − 2j: k = (4 + 2j, 2 + 6j)/√2.
    const t = coherency(covariance(imageOf([[[3]], [[4]]]), imageOf([[[1]], [[-2]]]))).data;
    expect([...t]).toEqual([10, 20, 10, -10]);
  });

  it('keeps trace and determinant, hence the eigenvalues', () => {
    fc.assert(
      fc.property(fc.tuple(amplitude, amplitude, amplitude, amplitude), (matrix) => {
        // Not only valid covariances: the identity holds for every Hermitian matrix.
        const [c11, c22, re, im] = matrix.map(Math.fround);
        const t = coherency(imageOf([[[c11]], [[c22]], [[re]], [[im]]])).data;
        const scale = Math.max(...matrix.map(Math.abs));
        expect(Math.abs(t[0] + t[1] - c11 - c22)).toBeLessThanOrEqual(1e-6 * scale + 1e-30);
        const determinant = t[0] * t[1] - t[2] ** 2 - t[3] ** 2;
        const expected = c11 * c22 - re ** 2 - im ** 2;
        expect(Math.abs(determinant - expected)).toBeLessThanOrEqual(2e-6 * scale ** 2 + 1e-30);
      }),
    );
  });

  it('keeps entropy and anisotropy', () => {
    const t = coherency(imageOf([[[0.08]], [[0.016]], [[0.004]], [[-0.002]]])).data;
    const { H, A } = decompose(t[0], t[1], t[2], t[3]);
    expect(H).toBeCloseTo(0.642446, 6);
    expect(A).toBeCloseTo(0.673146, 6);
  });
});

describe('validCovariance', () => {
  const value = fc.float({ min: -100, max: 100, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-10);

  it('gives matrices without negative eigenvalues, and changes nothing twice', () => {
    fc.assert(
      fc.property(fc.tuple(value, value, value, value), ([c11, c22, re, im]) => {
        const valid = validCovariance(imageOf([[[c11]], [[c22]], [[re]], [[im]]]));
        const [v11, v22, vre, vim] = valid.data;
        expect(v11).toBe(Math.max(0, Math.fround(c11)));
        expect(v22).toBe(Math.max(0, Math.fround(c22)));
        expect(vre * vre + vim * vim).toBeLessThanOrEqual(v11 * v22);
        expect([...validCovariance(valid).data]).toEqual([...valid.data]);
      }),
    );
  });

  it('keeps what is valid, and the phase of what is not', () => {
    const valid = imageOf([[[1, 1]], [[0.25, 0.25]], [[0.1, 3]], [[0.2, 4]]]);
    const [, , re, im] = planes(validCovariance(valid));
    expect([re[0], im[0]]).toEqual([Math.fround(0.1), Math.fround(0.2)]);
    expect(re[1]).toBeCloseTo(0.3, 6);
    expect(im[1]).toBeCloseTo(0.4, 6);
  });
});

describe('limitCoherence', () => {
  it.each<[c11: number, c22: number, re: number, im: number, expected: [number, number]]>([
    [-1, 1, 0, 0, [0, 0]],
    [1, 0, 0, 0, [0, 0]],
    [1, -1, 0.3, 0.4, [0, 0]],
    [-1, -1, 0.3, 0.4, [0, 0]],
    [1, 0.25, 3, 4, [0.3, 0.4]],
    [1, 0.25, 0.1, 0.2, [0.1, 0.2]],
    [2 ** -140, 2 ** -140, 2 ** -139, 0, [0, 0]],
  ])('of powers %d and %d makes %d + j·%d a possible C12', (c11, c22, re, im, expected) => {
    const image = imageOf([[[c11]], [[c22]], [[re]], [[im]]]);
    const bands = planes(image);
    limitCoherence(bands);
    expect([bands[0][0], bands[1][0]]).toEqual([c11, c22]);
    expect(bands[2][0]).toBeCloseTo(expected[0], 6);
    expect(bands[3][0]).toBeCloseTo(expected[1], 6);
    expect(exceedsCoherence(bands, 0, 0)).toBe(false);
  });

  it('keeps an excess that rounding to float32 explains', () => {
    const bands = planes(imageOf([[[1]], [[1]], [[1 + 2 ** -22]], [[0]]]));
    limitCoherence(bands);
    expect(bands[2][0]).toBe(1 + 2 ** -22);
    expect(exceedsCoherence(bands, 0)).toBe(false);
    limitCoherence(bands, 0);
    expect(bands[2][0]).toBeLessThanOrEqual(1);
  });
});
