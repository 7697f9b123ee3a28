import { describe, expect, it } from 'vitest';
import { sigmaRange } from '../src/filters/sigma-range';
import {
  createImage,
  enl,
  frost,
  gammaMap,
  type Image,
  leeSigma,
  type Mask,
  planes,
  quegan,
  Random,
  simulateSpeckle,
  temporalMean,
} from '../src/index';
import { digits, expectWithin, imageOf, mean, randomMask, speckledBands, uniformCovariance } from './images';

/** Valid pixels of the window around a pixel: row, column. */
function windowOf(mask: Mask, window: number, r: number, c: number): [number, number][] {
  const [rows, cols] = mask.shape;
  const found: [number, number][] = [];
  const h = (window - 1) / 2;
  for (let y = Math.max(0, r - h); y <= Math.min(rows - 1, r + h); y++)
    for (let x = Math.max(0, c - h); x <= Math.min(cols - 1, c + h); x++)
      if (mask.get(y, x)) found.push([y, x]);
  return found;
}

const variance = (values: number[]) => mean(values.map((v) => v * v)) - mean(values) ** 2;

const leeShare = (values: number[], speckle: number) => {
  const [m, v] = [mean(values), variance(values)];
  return v > 0 ? Math.max(0, (v - m * m * speckle) / (v * (1 + speckle))) : 0;
};

/** Compares every pixel of a filter with one spelled out; invalid pixels with 0. */
function expectPixels(result: Image, mask: Mask, plain: (b: number, r: number, c: number) => number): void {
  const [bands, , cols] = result.shape;
  for (let b = 0; b < bands; b++) {
    const expected = (i: number) => {
      const [r, c] = [Math.floor(i / cols), i % cols];
      return mask.get(r, c) ? plain(b, r, c) : 0;
    };
    expectWithin(planes(result)[b], expected, (value) => 2e-5 * (1 + Math.abs(value)));
  }
}

function speckledStep(bands: number, seed: number, looks = 4): { image: Image; mask: Mask } {
  const random = new Random(seed);
  const image = createImage(bands, 22, 19);
  for (let i = 0; i < image.data.length; i++) image.data[i] = random.gamma(looks) * (i % 19 > 9 ? 5 : 1);
  return { image, mask: randomMask(22, 19, 0.8, random) };
}

describe('frost', () => {
  it('agrees with the weighted mean spelled out', () => {
    const { image, mask } = speckledStep(2, 1);
    expectPixels(frost(image, { damping: 1.5, window: 5, mask }), mask, (b, r, c) => {
      const pixels = windowOf(mask, 5, r, c);
      const powers = pixels.map(([y, x]) => image.get(0, y, x) + image.get(1, y, x));
      const decay = (1.5 * variance(powers)) / mean(powers) ** 2;
      const weights = pixels.map(([y, x]) => Math.exp(-decay * Math.hypot(y - r, x - c)));
      return (
        pixels.reduce((sum, [y, x], k) => sum + weights[k] * image.get(b, y, x), 0) /
        (mean(weights) * weights.length)
      );
    });
  });
});

describe('gammaMap', () => {
  it('is the mean, the pixel, or between them the maximum of the posterior, found by search', () => {
    const { image, mask } = speckledStep(2, 2);
    const looks = 4;
    const kinds = new Set<string>();
    expectPixels(gammaMap(image, { looks, window: 5, mask }), mask, (b, r, c) => {
      const values = windowOf(mask, 5, r, c).map(([y, x]) => image.get(b, y, x));
      const m = mean(values);
      const pixel = image.get(b, r, c);
      const contrast = variance(values) / m ** 2;
      if (contrast <= 1 / looks) return kinds.add('mean') && m;
      if (contrast >= 2 / looks) return kinds.add('pixel') && pixel;
      kinds.add('between');
      const alpha = (1 + 1 / looks) / (contrast - 1 / looks);
      // d/dx of ln p(pixel | x) + ln p(x) for Gamma speckle and a Gamma scene; it falls through 0 once.
      const slope = (x: number) => -looks / x + (looks * pixel) / (x * x) + ((alpha - 1) / x - alpha / m);
      let [low, high] = [1e-6, 1e3];
      for (let k = 0; k < 100; k++) {
        const middle = Math.sqrt(low * high);
        if (slope(middle) > 0) low = middle;
        else high = middle;
      }
      return low;
    });
    expect([...kinds].sort()).toEqual(['between', 'mean', 'pixel']);
  });

  it('refuses a covariance', () => {
    expect(() => gammaMap(createImage(4, 3, 3))).toThrow('gammaMap: expected [1 or 2, rows, cols]');
  });
});

describe('sigmaRange', () => {
  it.each([0.5, 0.7, 0.9, 0.95])(
    'of a single look holds the share %d, of mean 1 and its deviation',
    (share) => {
      const { low, high, deviation } = sigmaRange(1, share);
      // Integrals of e^-x, x·e^-x and x²·e^-x in closed form.
      const tails = [
        (x: number) => Math.exp(-x),
        (x: number) => (1 + x) * Math.exp(-x),
        (x: number) => (2 + 2 * x + x * x) * Math.exp(-x),
      ];
      const [zeroth, first, second] = tails.map((tail) => tail(low) - tail(high));
      expect(zeroth).toBeCloseTo(share, 10);
      expect(first).toBeCloseTo(share, 10);
      expect(second / share - 1).toBeCloseTo(deviation ** 2, 10);
    },
  );

  it('agrees with the table of Lee et al. 2009', () => {
    const { low, high, deviation } = sigmaRange(1, 0.5);
    expect([low, high, deviation].map((v) => v.toFixed(2))).toEqual(['0.44', '1.92', '0.41']);
  });
});

describe('leeSigma', () => {
  it('agrees with the filter spelled out', () => {
    const { image, mask } = speckledStep(2, 3);
    const looks = 4;
    // Two targets: a cluster of four is none, one of six is.
    for (const [r, c] of [
      [3, 3],
      [3, 4],
      [4, 3],
      [4, 4],
      [14, 4],
      [14, 5],
      [14, 6],
      [15, 4],
      [15, 5],
      [15, 6],
    ]) {
      image.set(0, r, c, 300 + r);
      mask.set(r, c, 1);
    }
    const power = (y: number, x: number) => Math.fround(image.get(0, y, x) + image.get(1, y, x));
    const all = windowOf(mask, 99, 0, 0)
      .map(([y, x]) => power(y, x))
      .sort((a, b) => a - b);
    const threshold = all[Math.floor(0.98 * (all.length - 1))];
    const bright = (y: number, x: number) => power(y, x) > threshold;
    const targets = new Set<string>();
    for (const [r, c] of windowOf(mask, 99, 0, 0)) {
      const cluster = windowOf(mask, 3, r, c).filter(([y, x]) => bright(y, x));
      if (bright(r, c) && cluster.length >= 5) for (const pixel of cluster) targets.add(pixel.join());
    }
    expect(targets.size).toBeGreaterThanOrEqual(5);
    const { low, high, deviation } = sigmaRange(looks, 0.9);
    expectPixels(leeSigma(image, { looks, window: 7, mask }), mask, (b, r, c) => {
      if (targets.has([r, c].join())) return image.get(b, r, c);
      const near = windowOf(mask, 3, r, c).map(([y, x]) => power(y, x));
      const guess = mean(near) + leeShare(near, 1 / looks) * (power(r, c) - mean(near));
      const chosen = windowOf(mask, 7, r, c).filter(
        ([y, x]) => !targets.has([y, x].join()) && power(y, x) >= low * guess && power(y, x) <= high * guess,
      );
      if (chosen.length === 0) return image.get(b, r, c);
      const local = mean(chosen.map(([y, x]) => image.get(b, y, x)));
      const share = leeShare(
        chosen.map(([y, x]) => power(y, x)),
        deviation ** 2,
      );
      return local + share * (image.get(b, r, c) - local);
    });
  });
});

describe('quegan', () => {
  const estimate = (image: Image) => {
    const level = createImage(image.shape[0], image.shape[1], image.shape[2]);
    planes(level).forEach((plane, b) => plane.fill(mean(planes(image)[b])));
    return level;
  };

  it('is J = σₖ/M·Σ I/σ with the given means', () => {
    const dates = [imageOf([[[1, 3]]]), imageOf([[[6, 2]]]), imageOf([[[9, 11]]])]; // means 2, 4, 10
    const sums = [1 / 2 + 6 / 4 + 9 / 10, 3 / 2 + 2 / 4 + 11 / 10];
    const found = quegan(dates, { estimate }).map(({ data }) => [...data]);
    [2, 4, 10].forEach((level, k) =>
      sums.forEach((sum, i) => expect(found[k][i]).toBeCloseTo((level * sum) / 3, 5)),
    );
  });

  it('averages M dates of one level to M times the looks', () => {
    const random = new Random(4);
    const dates = [1, 5, 0.2, 3].map((level) => {
      const image = speckledBands(1, 200, 200, random);
      image.data.forEach((value, i) => (image.data[i] = level * value));
      return image;
    });
    const looks = quegan(dates, { estimate }).map(({ data }) => enl(data));
    // Five standard deviations √(2(1 + 1/L)/n)·L.
    for (const found of looks) expect(Math.abs(found - 4)).toBeLessThan(5 * 4 * Math.sqrt(2.5 / 40_000));
  });

  it('keeps a covariance valid, and is the image itself for one date', () => {
    const random = new Random(6);
    const truth = uniformCovariance(32, 32, [0.08, 0.016, 0.01, -0.02]);
    const dates = [1, 2, 3].map(() => simulateSpeckle(truth, { random, looks: 1 }));
    for (const image of quegan(dates)) {
      const [c11, c22, re, im] = planes(image);
      expect(c11.every((power, i) => re[i] ** 2 + im[i] ** 2 <= power * c22[i] * (1 + 1e-5))).toBe(true);
    }
    const [alone] = quegan([dates[0]]);
    expectWithin(alone.data, (i) => dates[0].data[i], digits(6));
  });
});

it('temporalMean is the mean of the dates and refuses other shapes', () => {
  const dates = [imageOf([[[1, 2]]]), imageOf([[[3, 8]]])];
  expect([...temporalMean(dates).data]).toEqual([2, 5]);
  expect(() => temporalMean([dates[0], createImage(1, 2, 2)])).toThrow(
    'temporalMean: expected images of one shape',
  );
});

describe.each([
  ['frost', (image: Image, looks: number) => frost(image, { damping: looks / 8 })],
  ['gammaMap', (image: Image, looks: number) => gammaMap(image, { looks })],
  ['leeSigma', (image: Image, looks: number) => leeSigma(image, { looks })],
])('%s', (_, filter) => {
  it('keeps a constant image and follows a change of scale', () => {
    const flat = createImage(2, 12, 12);
    flat.data.fill(0.25);
    expectWithin(filter(flat, 4).data, () => 0.25, digits(6));
    const { image } = speckledStep(2, 8);
    const scaled = createImage(2, 22, 19);
    scaled.data.set(image.data.map((value) => 4 * value)); // a power of 2: no rounding
    const [small, large] = [filter(image, 4), filter(scaled, 4)];
    expectWithin(
      large.data.map((value) => value / 4),
      (i) => small.data[i],
      digits(5),
    );
  });

  it('smooths a homogeneous area and keeps its mean', () => {
    const random = new Random(9);
    const image = createImage(1, 96, 96);
    image.data.forEach((_value, i) => (image.data[i] = random.gamma(4)));
    const { data } = filter(image, 4);
    expect(enl(data)).toBeGreaterThan(3 * enl(image.data));
    expect(Math.abs(10 * Math.log10(mean(data) / mean(image.data)))).toBeLessThan(0.1);
  });
});
