import { createImage, Random, sentinel1Swaths, simulateSpeckle } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { cellMeans } from '../src/geocoding/cell-means';
import { equivalentLooks } from '../src/stack/equivalent-looks';

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

it('of map cells of a GRD image are those of simulated speckle', () => {
  const window = { bandwidth: 0.5, alpha: 0.75 };
  const [size, looks, cell] = [512, 2, { rows: 1.97, columns: 2.6 }];
  const scene = createImage(2, size, size);
  scene.data.fill(1);
  const options = { random: new Random(3), looks, correlation: { range: window, azimuth: window } };
  const image = simulateSpeckle(scene, options);
  const whole = { x: 0, y: 0, width: size, height: size };
  const mask = ndarray(new Uint8Array(size * size).fill(1), [size, size]);
  const across = Math.floor(size / 4);
  const places = (step: (i: number) => number) =>
    Float64Array.from({ length: across * across }, (_, i) => 4.03 * step(i));
  const [rows, columns] = [places((i) => Math.floor(i / across)), places((i) => i % across)];
  const { values, mask: valid } = cellMeans({ image, mask }, whole, rows, columns, cell);
  const powers = values[0].filter((_, i) => valid[i]);
  const mean = powers.reduce((sum, value) => sum + value, 0) / powers.length;
  const variance = powers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / powers.length;
  const expected = looks * equivalentLooks(options.correlation, { range: 1, azimuth: 1 }, cell);
  // A standard deviation is 1.2 %.
  expect(Math.abs((mean * mean) / variance / expected - 1)).toBeLessThan(0.04);
});
