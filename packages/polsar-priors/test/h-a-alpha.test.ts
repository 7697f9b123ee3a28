import fc from 'fast-check';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { decompose, haAlpha } from '../src/index';
import { imageOf } from './images';

/** Test vectors: C11, C22, Re C12, Im C12 → H, A, alpha. */
const vectors: [number[], number[]][] = [
  [
    [1, 0.2, 0.1, 0.05],
    [0.619492, 0.692219, 19.255049],
  ],
  [
    [0.08, 0.016, 0.004, -0.002],
    [0.642446, 0.673146, 17.386154],
  ],
  [
    [0.1, 0.025, 0, 0],
    [0.721928, 0.6, 18],
  ],
  [
    [1, 1, 0, 0],
    [1, 0, 45],
  ],
  [
    [1, 0, 0, 0],
    [0, 1, 0],
  ],
  [
    [0, 1, 0, 0],
    [0, 1, 90],
  ],
  [
    [1, 1, 1, 0],
    [0, 1, 45],
  ],
  [
    [0.5, 0.5, 0, 0.5],
    [0, 1, 45],
  ],
];

/** C = L·Lᴴ, a valid covariance. */
const covariances = fc
  .tuple(
    fc.double({ min: 1e-4, max: 100, noNaN: true }),
    fc.double({ min: 1e-4, max: 100, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
  )
  .map(([c11, c22, rho, phase]): [number, number, number, number] => {
    const cross = rho * Math.sqrt(c11 * c22);
    return [c11, c22, cross * Math.cos(phase), cross * Math.sin(phase)];
  });

describe('decompose', () => {
  it.each(vectors)('%j → %j', ([c11, c22, re, im], [H, A, alpha]) => {
    const result = decompose(c11, c22, re, im);
    expect(Math.abs(result.H - H)).toBeLessThan(6e-7);
    expect(Math.abs(result.A - A)).toBeLessThan(6e-7);
    expect(Math.abs(result.alpha - alpha)).toBeLessThan(6e-7);
  });

  it('agrees with eigenvalues and eigenvectors found by power iteration', () => {
    fc.assert(
      fc.property(covariances, ([c11, c22, re, im]) => {
        const { H, A, alpha } = decompose(c11, c22, re, im);
        const slow = eigenDecomposition(c11, c22, re, im);
        if (slow.A < 0.05) return; // power iteration does not converge
        expect(A).toBeCloseTo(slow.A, 9);
        expect(H).toBeCloseTo(slow.H, 8);
        expect(alpha).toBeCloseTo(slow.alpha, 5);
      }),
    );
  });

  it('does not depend on scale or on the phase of C12; swapping the channels turns alpha into 90° − alpha', () => {
    fc.assert(
      fc.property(
        covariances,
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        ([c11, c22, re, im], scale) => {
          const one = decompose(c11, c22, re, im);
          const scaled = decompose(scale * c11, scale * c22, -scale * re, scale * im);
          const swapped = decompose(c22, c11, re, -im);
          for (const key of ['H', 'A', 'alpha'] as const) expect(scaled[key]).toBeCloseTo(one[key], 9);
          expect(swapped.alpha).toBeCloseTo(90 - one.alpha, 9);
          expect(swapped.H).toBe(one.H);
        },
      ),
    );
  });

  it('is continuous where the series for small anisotropy takes over', () => {
    const entropy = (A: number) => decompose((1 + A) / 2, (1 - A) / 2, 0, 0).H;
    expect(entropy(0.000999999)).toBeCloseTo(entropy(0.001000001), 8);
    expect(entropy(1e-5)).toBeCloseTo(1 - 1e-10 / (2 * Math.LN2), 14);
  });

  it('is 0 without power', () => {
    for (const c of [0, Number.NaN, -1]) expect(decompose(c, 0, 0, 0)).toEqual({ H: 0, A: 0, alpha: 0 });
  });
});

describe('haAlpha', () => {
  it('decomposes each valid pixel and leaves 0 elsewhere', () => {
    const c2 = imageOf([[[1, Number.NaN, 1]], [[0.2, 1, 1]], [[0.1, 1, 0]], [[0.05, 1, 0]]]);
    const result = haAlpha(c2, ndarray(Uint8Array.of(1, 0, 1), [1, 3]));
    const expected = [0.619492, 0, 1, 0.692219, 0, 0, 19.255049, 0, 45];
    result.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
    expect(result.shape).toEqual([3, 1, 3]);
  });

  it('takes C12 = 0 for intensities', () => {
    const result = haAlpha(imageOf([[[0.1]], [[0.025]]]));
    [0.721928, 0.6, 18].forEach((value, i) => expect(result.data[i]).toBeCloseTo(value, 5));
  });
});

function eigenDecomposition(c11: number, c22: number, re: number, im: number) {
  let [ar, ai, br, bi] = [1, 0.3, 0.5, -0.2];
  for (let n = 0; n < 2000; n++) {
    const next = [
      c11 * ar + re * br - im * bi,
      c11 * ai + re * bi + im * br,
      re * ar + im * ai + c22 * br,
      re * ai - im * ar + c22 * bi,
    ];
    const norm = Math.hypot(...next);
    [ar, ai, br, bi] = next.map((x) => x / norm);
  }
  const first =
    c11 * (ar * ar + ai * ai) +
    c22 * (br * br + bi * bi) +
    2 * (re * (ar * br + ai * bi) - im * (ar * bi - ai * br));
  const p1 = Math.min(1, first / (c11 + c22));
  const p2 = 1 - p1;
  const plogp = (p: number) => (p > 0 ? p * Math.log2(p) : 0);
  const angle = (x: number) => (Math.acos(Math.min(1, x)) * 180) / Math.PI;
  return {
    H: -plogp(p1) - plogp(p2),
    A: p1 - p2,
    alpha: p1 * angle(Math.hypot(ar, ai)) + p2 * angle(Math.hypot(br, bi)),
  };
}
