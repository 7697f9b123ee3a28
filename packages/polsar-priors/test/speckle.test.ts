import { describe, expect, it } from 'vitest';
import {
  bandLimit,
  boxcar,
  createImage,
  enl,
  haAlpha,
  planes,
  Random,
  type SpeckleOptions,
  sentinel1Swaths,
  simulateSpeckle,
} from '../src/index';
import { expectWithin, mean, uniformCovariance } from './images';

/** Correlation of a plane with itself, shifted by a pixel along a row or a column. */
function neighborCorrelation(plane: Float32Array, cols: number, step: number): number {
  const average = mean(plane);
  let [product, total] = [0, 0];
  for (let i = 0; i + step < plane.length; i++) {
    if (step === 1 && i % cols === cols - 1) continue;
    product += (plane[i] - average) * (plane[i + step] - average);
    total += (plane[i] - average) ** 2;
  }
  return product / total;
}

const within = (value: number, expected: number, tolerance = 0.02) =>
  expect(Math.abs(value / expected - 1), `${value} for ${expected}`).toBeLessThan(tolerance);

describe('single-look speckle of IW1 over a homogeneous area', () => {
  const size = 1024;
  const c2 = simulateSpeckle(uniformCovariance(size, size, [0.08, 0.016, 0.004, -0.002]), {
    random: new Random(2024),
    correlation: sentinel1Swaths.IW1,
  });
  const [c11, c22, re, im] = planes(c2);

  it('has the covariance of the area', () => {
    within(mean(c11), 0.08);
    within(mean(c22), 0.016);
    // 390 000 independent looks: one standard deviation of either part is √(C11·C22 / 2n) = 4e-5.
    expect(Math.abs(mean(re) - 0.004)).toBeLessThan(1.2e-4);
    expect(Math.abs(mean(im) + 0.002)).toBeLessThan(1.2e-4);
  });

  it('is exponentially distributed', () => {
    within(enl(c11), 0.998);
    within(enl(c22), 0.999);
    const logs = Float64Array.from(c11, (value) => Math.log(value / 0.08));
    const average = mean(logs);
    within(average, -0.5772);
    within(mean(logs.map((value) => (value - average) ** 2)), 1.6449);
  });

  it('correlates between neighbors as the real product', () => {
    within(neighborCorrelation(c11, size, 1), 0.178);
    within(neighborCorrelation(c11, size, size), 0.441);
  });

  it.each([
    [3, 4.52],
    [5, 11.15],
    [7, 20.83],
  ])('has the looks of real speckle in the mean of %d × %d', (window, looks) => {
    within(enl(planes(boxcar(c2, window))[0]), looks);
  });

  it('shows the finite-window bias of H, A and alpha', () => {
    const [H, A, alpha] = planes(haAlpha(boxcar(c2, 5))).map(mean);
    within(H, 0.602);
    within(A, 0.694);
    within(alpha, 19.98);
  });

  it('has rank 1', () => {
    const determinants = c11.map((power, i) => re[i] ** 2 + im[i] ** 2 - power * c22[i]);
    expect(determinants.every((value, i) => Math.abs(value) <= 1e-6 * c11[i] * c22[i])).toBe(true);
  });
});

describe('simulateSpeckle', () => {
  const size = 256;
  const ground = uniformCovariance(size, size, [1, 0.2, 0.1, 0.05]);

  it('averages looks: ENL is their number', () => {
    const [c11, c22] = planes(simulateSpeckle(ground, { random: new Random(1), looks: 5 }));
    within(enl(c11), 5, 0.03);
    within(enl(c22), 5, 0.03);
    expect(Math.abs(neighborCorrelation(c11, size, 1))).toBeLessThan(5 / size);
  });

  it('takes intensities for uncorrelated channels', () => {
    const [c11, c22, re, im] = planes(simulateSpeckle(ground.hi(2), { random: new Random(3) }));
    within(mean(c11), 1);
    within(mean(c22), 0.2);
    const deviation = Math.sqrt(0.2 / 2) / size;
    expect(Math.abs(mean(re))).toBeLessThan(5 * deviation);
    expect(Math.abs(mean(im))).toBeLessThan(5 * deviation);
  });

  it('adds noise that is flat over the azimuth band', () => {
    const options: SpeckleOptions = { random: new Random(4), correlation: sentinel1Swaths.IW3, noise: 0.005 };
    const [c11, c22] = planes(simulateSpeckle(createImage(4, 512, 512), options));
    within(mean(c11), 0.005);
    within(mean(c22), 0.005);
    within(neighborCorrelation(c11, 512, 1), 0.386, 0.03);
    const B = 314 / 486.4863103;
    within(neighborCorrelation(c11, 512, 512), (Math.sin(Math.PI * B) / (Math.PI * B)) ** 2, 0.06);
  });

  it('refuses a number of looks that is not a positive integer', () => {
    expect(() => simulateSpeckle(ground, { random: new Random(0), looks: 0.5 })).toThrow('looks, found 0.5');
  });
});

describe('bandLimit', () => {
  const point = () => {
    const scene = uniformCovariance(24, 32, [0.1, 0.02, 0.01, 0.005]);
    [50, 30, 20, 10].forEach((value, b) => scene.set(b, 12, 16, value));
    return scene;
  };

  it('is the expected value of many looks', () => {
    const scene = point();
    const looks = 1500;
    const options = { correlation: sentinel1Swaths.IW2, noise: 0.02 };
    const average = simulateSpeckle(scene, { random: new Random(8), looks, ...options });
    const expected = bandLimit(scene, options.correlation, options.noise);
    const [c11, c22] = planes(expected);
    // The standard deviation of the mean of n looks is Cᵢᵢ/√n, and at most √(C11·C22/n) for C12.
    const variances = [c11, c22, c11, c11].map((plane, b) =>
      plane.map((v, i) => v * [c11, c22, c22, c22][b][i]),
    );
    planes(average).forEach((plane, b) => {
      expectWithin(
        plane,
        (i) => planes(expected)[b][i],
        (_, i) => 6 * Math.sqrt(variances[b][i] / looks),
      );
    });
  });

  it('keeps the total power and adds the noise to intensities only', () => {
    const scene = point();
    const limited = planes(bandLimit(scene, sentinel1Swaths.IW1, 0.5));
    planes(scene).forEach((plane, b) => {
      expect(mean(limited[b])).toBeCloseTo(mean(plane) + (b < 2 ? 0.5 : 0), 5);
    });
  });
});
