import { sentinel1Swaths } from '@mtpi/polsar-priors';
import { expect, it } from 'vitest';
import { equivalentLooks } from '../src/coregister/equivalent-looks';

// Section 10 of ../shared/spec/sentinel1.md, from the autocorrelation of the whole spectral windows.
it.each([
  [{ range: 3, azimuth: 3 }, [4.52, 4.15, 3.8]],
  [{ range: 5, azimuth: 5 }, [11.14, 10.13, 9.16]],
  [{ range: 7, azimuth: 7 }, [20.8, 18.8, 16.9]],
  [{ range: 4, azimuth: 1 }, [3.15, 2.78, 2.52]],
  [{ range: 9, azimuth: 2 }, [9.45, 8.35, 7.49]],
])('of %j pixels are those of the spectral windows', (looks, expected) => {
  for (const [s, swath] of (['IW1', 'IW2', 'IW3'] as const).entries())
    expect(Math.abs(equivalentLooks(sentinel1Swaths[swath], looks) / expected[s] - 1)).toBeLessThan(0.01);
});

// White speckle: a box b convolved with the triangle of bilinear interpolation has ∫ K² = (1 − E|x| / b) / b, where the mean
// |x| of the cubic B-spline, the triangle convolved with itself, is 7/15. A box of nothing leaves the triangle's 2/3.
const cellLooks = (size: number) => (size - 1) / (1 - 7 / 15 / (size - 1));

it.each([
  [1, 1, 1, 1, 1.5 ** 2],
  [1, 1, 4, 1, cellLooks(4) * 1.5],
  [4, 2, 10, 20, 4 * cellLooks(10) * 2 * cellLooks(20)],
])(
  'of %i × %i looks and cells of %i × %i are the mean over all places',
  (range, azimuth, columns, rows, expected) => {
    expect(Math.abs(equivalentLooks({}, { range, azimuth }, { rows, columns }) / expected - 1)).toBeLessThan(
      2e-3,
    );
  },
);
