import fc from 'fast-check';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { decompose } from '../src/h-a-alpha';
import { haAlpha } from '../src/index';
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

  it('agrees with eigenvalues and eigenvectors found by Jacobi rotations', () => {
    fc.assert(
      fc.property(covariances, ([c11, c22, re, im]) => {
        const { H, A, alpha } = decompose(c11, c22, re, im);
        const slow = eigenDecomposition(c11, c22, re, im);
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

  it('is 0 without power and where an element is not finite', () => {
    const nothing = { H: 0, A: 0, alpha: 0 };
    for (const c of [0, Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(decompose(c, 0, 0, 0)).toEqual(nothing);
    }
    for (const c of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(decompose(1, 1, c, 0)).toEqual(nothing);
      expect(decompose(1, 1, 0, c)).toEqual(nothing);
    }
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

/** By cyclic Jacobi rotations of the real 4 × 4 matrix [[Re C, −Im C], [Im C, Re C]], which has each eigenvalue twice. */
function eigenDecomposition(c11: number, c22: number, re: number, im: number) {
  const matrix = [
    [c11, re, 0, -im],
    [re, c22, im, 0],
    [0, im, c11, re],
    [-im, 0, re, c22],
  ];
  const vectors = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < 3; p++) {
      for (let q = p + 1; q < 4; q++) {
        if (matrix[p][q] === 0) continue;
        const tau = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
        const c = 1 / Math.hypot(1, t);
        const turn = (row: number[]) =>
          ([row[p], row[q]] = [c * row[p] - t * c * row[q], t * c * row[p] + c * row[q]]);
        matrix.forEach(turn);
        const [upper, lower] = [matrix[p], matrix[q]];
        matrix[p] = upper.map((x, j) => c * x - t * c * lower[j]);
        matrix[q] = upper.map((x, j) => t * c * x + c * lower[j]);
        vectors.forEach(turn);
      }
    }
  }
  const first = [0, 1, 2, 3].sort((i, j) => matrix[j][j] - matrix[i][i])[0];
  const p1 = Math.min(1, matrix[first][first] / (c11 + c22));
  const p2 = 1 - p1;
  const plogp = (p: number) => (p > 0 ? p * Math.log2(p) : 0);
  // |first component|; that of the other eigenvector follows from orthogonality, which equal eigenvalues leave open.
  const share = Math.min(1, Math.hypot(vectors[0][first], vectors[2][first]));
  const alpha = ((p1 * Math.acos(share) + p2 * Math.asin(share)) * 180) / Math.PI;
  return { H: -plogp(p1) - plogp(p2), A: p1 - p2, alpha };
}
