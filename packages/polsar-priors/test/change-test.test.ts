import { describe, expect, it } from 'vitest';
import { createImage, type Image, omnibusTest, planes, Random, simulateSpeckle } from '../src/index';
import { expectWithin, imageOf, uniformCovariance } from './images';

const [rows, cols] = [80, 80];

/** Averaged speckle over the same ground: a date. */
function date(bands: 1 | 2 | 4, looks: number, random: Random, gain = 1): Image {
  const truth = uniformCovariance(rows, cols, [0.08 * gain, 0.016 * gain, 0.01 * gain, -0.004 * gain]);
  if (bands === 4) return simulateSpeckle(truth, { random, looks });
  const image = createImage(bands, rows, cols);
  image.data.forEach((_, i) => (image.data[i] = gain * random.gamma(looks)));
  return image;
}

describe('omnibusTest', () => {
  it.each([
    [1, 2, 5],
    [2, 3, 4],
    [4, 2, 6],
    [4, 3, 12],
  ] as const)('has a uniform confidence without change: %d bands, %d dates, %d looks', (bands, k, looks) => {
    const random = new Random(k + 10 * bands);
    const images = Array.from({ length: k }, () => date(bands, looks, random));
    const [, confidence] = planes(omnibusTest(images, { looks }));
    const sorted = confidence.slice().sort();
    const distance = sorted.reduce(
      (worst, p, i) => Math.max(worst, Math.abs(p - (i + 0.5) / sorted.length)),
      0,
    );
    // Kolmogorov–Smirnov, 0.1 %.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length));
  });

  it('finds a change of 6 dB, and only there', () => {
    const random = new Random(1);
    const [before, after, changed] = [1, 1, 4].map((gain) => date(4, 20, random, gain));
    const share = (images: Image[]) => {
      const [, confidence] = planes(omnibusTest(images, { looks: 20 }));
      return confidence.filter((value) => value > 0.99).length / confidence.length;
    };
    expect(share([before, changed])).toBeGreaterThan(0.99);
    expect(share([before, after])).toBeLessThan(0.02);
  });

  it('is the likelihood ratio of two intensities, times ρ', () => {
    const [x, y, n] = [0.3, 1.1, 4];
    const [statistic, confidence] = planes(omnibusTest([imageOf([[[x]]]), imageOf([[[y]]])], { looks: n }));
    // Exponential-family likelihoods: twice the gain of two means over their common one.
    const ratio = 2 * n * (2 * Math.log((x + y) / 2) - Math.log(x) - Math.log(y));
    const rho = 1 - (1 / 6) * (2 / n - 1 / (2 * n));
    expect(statistic[0]).toBeCloseTo(rho * ratio, 5);
    // The ratio x/y follows F(2n, 2n): the probability of a smaller one, doubled, by its finite sum for whole n.
    const u = x / (x + y);
    const choose = (m: number, j: number): number => (j === 0 ? 1 : (choose(m, j - 1) * (m - j + 1)) / j);
    let tail = 0;
    for (let j = n; j < 2 * n; j++) tail += choose(2 * n - 1, j) * u ** j * (1 - u) ** (2 * n - 1 - j);
    expect(confidence[0]).toBeCloseTo(1 - 2 * tail, 3);
  });

  it('does not depend on the basis: A·C·A* for every date gives the same', () => {
    const random = new Random(2);
    const images = [1, 2, 3].map((gain) => date(4, 9, random, gain));
    // A = [[2, 0], [1, 0.5]]: C11' = 4·C11, C12' = 2·C11 + C12, C22' = C11 + Re C12 + ¼·C22.
    const turned = images.map((image) => {
      const result = createImage(4, rows, cols);
      const [c11, c22, re, im] = planes(image);
      planes(result).forEach((plane, b) =>
        plane.forEach((_, i) => {
          plane[i] = [4 * c11[i], c11[i] + re[i] + c22[i] / 4, 2 * c11[i] + re[i], im[i]][b];
        }),
      );
      return result;
    });
    const [first, second] = [images, turned].map((dates) => planes(omnibusTest(dates, { looks: 9 }))[0]);
    expectWithin(
      second,
      (i) => first[i],
      (value) => 1e-3 * (1 + value),
    );
  });

  it('is 0 where intensities are negative, though their product is positive', () => {
    const [before, after] = [
      [1, -1, 2, -2],
      [9, -3, 1, -1],
    ].map((values) => {
      const image = createImage(2, 1, 2);
      image.data.set(values);
      return image;
    });
    const [statistic, confidence] = planes(omnibusTest([before, after], { looks: 4 }));
    expect(statistic[0]).toBeGreaterThan(0);
    expect([statistic[1], confidence[1]]).toEqual([0, 0]);
  });

  it('is 0 where a determinant is 0, and refuses covariances of a single look, and a single date', () => {
    const single = uniformCovariance(1, 2, [4, 1, 2, 0]);
    expect([...omnibusTest([single, single], { looks: 2 }).data]).toEqual([0, 0, 0, 0]);
    expect(() => omnibusTest([single, single], { looks: 1 })).toThrow(
      'two looks or more of covariances, found 1',
    );
    expect(() => omnibusTest([single], { looks: 2 })).toThrow('two images or more, found 1');
  });
});
