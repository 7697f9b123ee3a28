import fc from 'fast-check';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { decompose } from '../src/h-a-alpha';
import {
  boxcar,
  changeResponse,
  createImage,
  enl,
  epdRoa,
  epi,
  type Image,
  logPsnr,
  logSsim,
  mIndex,
  planes,
  polarimetricPreservation,
  Random,
  ratioError,
  ratioStatistics,
  sentinel1Swaths,
  simulateSpeckle,
  targetContrast,
} from '../src/index';
import { imageOf, mean, randomMask, speckledBands, uniformCovariance } from './images';

const constant = (bands: number, rows: number, cols: number, value: number): Image => {
  const image = createImage(bands, rows, cols);
  image.data.fill(value);
  return image;
};

describe('intensity in dB', () => {
  // As scikit-image 0.26 has it: x = −25 + ((7r² + 13c + 3rc) mod 31)·30/31, y = clip(x + 2·sin(0.9r + 1.7c), −25, 5);
  // structural_similarity(x + 25, y + 25, data_range=30, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
  // and peak_signal_noise_ratio(x, y, data_range=30).
  const [rows, cols] = [24, 20];
  const x = Float64Array.from({ length: rows * cols }, (_, i) => {
    const [r, c] = [Math.floor(i / cols), i % cols];
    return -25 + (((7 * r * r + 13 * c + 3 * r * c) % 31) * 30) / 31;
  });
  const y = x.map((value, i) =>
    Math.min(5, Math.max(-25, value + 2 * Math.sin(0.9 * Math.floor(i / cols) + 1.7 * (i % cols)))),
  );
  const [first, second] = [x, y].map((plane) => Float32Array.from(plane, (db) => 10 ** (db / 10)));

  it('has the SSIM and PSNR of scikit-image', () => {
    expect(logSsim(first, second, rows, cols)).toBeCloseTo(0.9863305254, 6);
    expect(logPsnr(first, second)).toBeCloseTo(26.6639492562, 4);
  });

  it('is perfect for equal planes, with zeros too', () => {
    const zeros = first.map((value, i) => (i % 7 ? value : 0));
    expect(logSsim(zeros, zeros, rows, cols)).toBeCloseTo(1, 12);
    expect(() => logSsim(first, first, 10, 48)).toThrow('11 × 11 pixels or more');
  });

  it('has an error that no gain changes', () => {
    expect(
      ratioError(
        second.map((v) => 8 * v),
        first,
      ),
    ).toBeCloseTo(ratioError(second, first), 6);
  });

  it('has an error of the pixels in the mask alone', () => {
    const mask = randomMask(rows, cols, 0.6, new Random(9));
    const spoiled = second.map((value, i) => (mask.data[i] ? value : 1e3));
    const inMask = (plane: Float32Array) => plane.filter((_, i) => mask.data[i]);
    expect(ratioError(spoiled, first)).toBeGreaterThan(5);
    expect(ratioError(spoiled, first, mask)).toBe(ratioError(inMask(second), inMask(first)));
  });
});

describe('ratioStatistics', () => {
  it('has the mean, the variance and the correlation of IW1 speckle where the filter is perfect', () => {
    const truth = uniformCovariance(512, 512, [0.08, 0.016, 0.004, -0.002]);
    const noisy = simulateSpeckle(truth, { random: new Random(2), correlation: sentinel1Swaths.IW1 });
    for (const { mean, variance, autocorrelation } of ratioStatistics(noisy, truth)) {
      expect(Math.abs(mean - 1)).toBeLessThan(0.02);
      expect(Math.abs(variance - 1)).toBeLessThan(0.05);
      expect(Math.abs(autocorrelation.range - 0.178)).toBeLessThan(0.02);
      expect(Math.abs(autocorrelation.azimuth - 0.441)).toBeLessThan(0.02);
    }
  });

  it('leaves out masked pixels and zeros', () => {
    const noisy = imageOf([[[2, Number.NaN, 6, 9]]]);
    const filtered = imageOf([[[1, 1, 2, 0]]]);
    const mask = ndarray(Uint8Array.from([1, 0, 1, 1]), [1, 4]);
    expect(ratioStatistics(noisy, filtered, mask)[0]).toMatchObject({ mean: 2.5, variance: 0.5 });
  });
});

describe('epdRoa', () => {
  const step = createImage(1, 512, 512);
  for (let i = 0; i < step.data.length; i++) step.data[i] = i % 512 < 256 ? 1 : 4;
  const random = new Random(3);
  const noisy = createImage(1, 512, 512);
  step.data.forEach((value, i) => (noisy.data[i] = value * random.gamma(1)));

  it.each([
    [3, 0.795],
    [5, 0.769],
    [7, 0.765],
  ])('of a step under single-look speckle and a boxcar %d × %d is the known %d', (window, expected) => {
    expect(Math.abs(epdRoa(noisy, boxcar(noisy, window))[0].horizontal - expected)).toBeLessThan(0.005);
  });

  it('of a perfect filter is 1 / ∫₀⁸ r/(1 + r)² dr, for L looks clipped nowhere (L − 1)/L', () => {
    const { horizontal, vertical } = epdRoa(noisy, step)[0];
    for (const index of [horizontal, vertical])
      expect(Math.abs(index - 1 / (Math.log(9) - 8 / 9))).toBeLessThan(0.004);
    const looks16 = createImage(1, 512, 512);
    step.data.forEach((value, i) => (looks16.data[i] = value * random.gamma(16)));
    expect(Math.abs(epdRoa(looks16, step, { clip: Infinity })[0].vertical - 15 / 16)).toBeLessThan(0.002);
    // 4 × 4 looks of single-look pixels are those 16 looks.
    expect(Math.abs(epdRoa(noisy, step, { clip: Infinity, looks: 4 })[0].vertical - 15 / 16)).toBeLessThan(
      0.006,
    );
  });

  it('is 1 without a filter, whatever is masked or 0', () => {
    const holed = createImage(1, 512, 512);
    holed.data.set(noisy.data.map((value, i) => (i % 11 ? value : i % 2 ? 0 : Number.NaN)));
    const mask = randomMask(512, 512, 0.7, random);
    expect(epdRoa(holed, holed, { mask })).toEqual([{ horizontal: 1, vertical: 1 }]);
  });
});

describe('epi', () => {
  it('is the correlation of Laplacians', () => {
    const random = new Random(4);
    const [x, y] = [speckledBands(1, 6, 7, random), speckledBands(1, 6, 7, random)];
    const of = (image: Image) => {
      const values: number[] = [];
      for (let r = 1; r < 5; r++)
        for (let c = 1; c < 6; c++) {
          const around = [
            image.get(0, r - 1, c),
            image.get(0, r + 1, c),
            image.get(0, r, c - 1),
            image.get(0, r, c + 1),
          ];
          values.push(4 * mean(around) - 4 * image.get(0, r, c));
        }
      return values.map((value) => value - mean(values));
    };
    const [a, b] = [of(x), of(y)];
    const dot = (p: number[], q: number[]) => p.reduce((sum, value, i) => sum + value * q[i], 0);
    expect(epi(x, y)[0]).toBeCloseTo(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)), 6);
  });

  it('is 1 for equal edges at any gain and level, −1 for opposite ones', () => {
    const image = speckledBands(1, 9, 9, new Random(5));
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (gain, level) => {
          const other = createImage(1, 9, 9);
          other.data.set(image.data.map((value) => gain * value + level));
          expect(epi(other, image)[0]).toBeCloseTo(1, 5);
          other.data.set(image.data.map((value) => -gain * value + level));
          expect(epi(other, image)[0]).toBeCloseTo(-1, 5);
        },
      ),
    );
  });

  it('does not look at masked pixels', () => {
    const image = speckledBands(1, 9, 9, new Random(6));
    const spoiled = createImage(1, 9, 9);
    spoiled.data.set(image.data);
    spoiled.set(0, 4, 4, 1e6);
    const mask = ndarray(new Uint8Array(81).fill(1), [9, 9]);
    mask.set(4, 4, 0);
    expect(epi(spoiled, image)[0]).toBeLessThan(0.5);
    expect(epi(spoiled, image, mask)[0]).toBeCloseTo(1, 6);
  });
});

describe('targetContrast', () => {
  it('is the ratio of points to the rim of 9 × 9', () => {
    const [noisy, filtered] = [constant(1, 30, 30, 1), constant(1, 30, 30, 1)];
    for (const [r, c, before, after] of [
      [10, 10, 100, 10],
      [10, 22, 1000, 1000],
      [22, 15, 15, 1],
      [2, 2, 500, 1],
    ]) {
      noisy.set(0, r, c, before);
      filtered.set(0, r, c, after);
    }
    const [found] = targetContrast(noisy, filtered);
    expect(found.count).toBe(2); // 15 is too weak, and one lies at the border
    expect(found.noisy).toBeCloseTo(25, 6);
    expect(found.filtered).toBeCloseTo(20, 6);
    expect(found.loss).toBeCloseTo(5, 6);
  });
});

describe('mIndex', () => {
  const [rows, cols] = [150, 150];
  const random = new Random(7);
  const noisy = Float32Array.from({ length: rows * cols }, () => random.gamma(4));
  const flat = new Float32Array(rows * cols).fill(1);

  it('finds no structure in pure speckle, and much in stripes', () => {
    const options = { looks: 4, tolerance: 0.2 };
    const perfect = mIndex(noisy, flat, rows, cols, options);
    expect(perfect.structure).toBeLessThan(2);
    const striped = flat.map((_, i) => ((i % cols) % 50 < 25 ? 1 : 3));
    const spoiled = mIndex(noisy, striped, rows, cols, options);
    expect(spoiled.structure).toBeGreaterThan(10 * perfect.structure);
    expect(spoiled.m).toBe(spoiled.residual + spoiled.structure);
    expect(mIndex(noisy, striped, rows, cols, options)).toEqual(spoiled);
  });

  it('has the residual of the ratio over blocks, all but the last row and column', () => {
    // A filter that halves: the ratio has the looks of the input and mean 2·mean of the block.
    const means: number[] = [];
    for (let block = 0; block < 25; block++) {
      const [top, left] = [25 * Math.floor(block / 5), 25 * (block % 5)];
      const values = Array.from(
        { length: 625 },
        (_, i) => noisy[(top + Math.floor(i / 25)) * cols + left + (i % 25)],
      );
      if (Math.abs(enl(values) / 4 - 1) <= 0.05) means.push(mean(values));
    }
    const half = flat.map(() => 0.5);
    const { residual, blocks } = mIndex(noisy, half, rows, cols, { looks: 4 });
    expect(blocks).toBe(means.length);
    expect(blocks).toBeGreaterThan(3);
    expect(residual).toBeCloseTo(100 * mean(means.map((m) => (2 * m - 1) / 2)), 3);
    expect(mIndex(noisy, half, rows, cols, { looks: 40 })).toMatchObject({ blocks: 0, residual: Number.NaN });
  });

  it.each([0, Number.NaN])('is not a number where the filtered plane has a %s', (value) => {
    const spoiled = flat.slice();
    spoiled[77] = value;
    expect(mIndex(noisy, spoiled, rows, cols, { looks: 4 })).toMatchObject({
      structure: Number.NaN,
      m: Number.NaN,
    });
  });
});

describe('polarimetricPreservation', () => {
  const reference = uniformCovariance(2, 8, [0.08, 0.016, 0.004, -0.002]);

  it('is perfect for the reference', () => {
    const { H, phaseError, semidefinite, wishartDistance, correlationBias } = polarimetricPreservation(
      reference,
      reference,
    );
    expect([H.bias, H.rmse, correlationBias]).toEqual([0, 0, 0]);
    expect(semidefinite).toBe(1);
    expect(phaseError).toBeCloseTo(0, 4);
    expect(wishartDistance).toBeCloseTo(0, 6);
  });

  it('has the figures of a change of matrix, masked pixels left out', () => {
    const filtered = uniformCovariance(2, 8, [0.05, 0.02, 0.012, 0.001]);
    for (const plane of planes(filtered)) plane[3] = Number.NaN;
    const mask = ndarray(new Uint8Array(16).fill(1), [2, 8]);
    mask.data[3] = 0;
    const [a, b] = [decompose(0.05, 0.02, 0.012, 0.001), decompose(0.08, 0.016, 0.004, -0.002)];
    const found = polarimetricPreservation(filtered, reference, mask);
    for (const key of ['H', 'A', 'alpha'] as const) {
      expect(found[key].bias).toBeCloseTo(a[key] - b[key], 4);
      expect(found[key].rmse).toBeCloseTo(Math.abs(a[key] - b[key]), 4);
    }
    const rho = Math.hypot(0.012, 0.001) / Math.sqrt(0.001) - Math.hypot(0.004, 0.002) / Math.sqrt(0.00128);
    expect(found.correlationBias).toBeCloseTo(rho, 6);
  });

  it('scales: ½·(2s + 2/s) − 2 is the distance of s·C from C', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), (s) => {
        const scaled = uniformCovariance(2, 8, [0.08 * s, 0.016 * s, 0.004 * s, -0.002 * s]);
        const expected = s + 1 / s - 2;
        expect(Math.abs(polarimetricPreservation(scaled, reference).wishartDistance - expected)).toBeLessThan(
          1e-5 * (1 + expected),
        );
      }),
    );
  });

  it('has the circular deviation of phases ±θ, and counts covariances that are none', () => {
    const theta = 0.6;
    const turned = uniformCovariance(2, 8, [0.08, 0.016, 0, 0]);
    const [, , re, im] = planes(turned);
    for (let i = 0; i < 16; i++) {
      const angle = Math.atan2(-0.002, 0.004) + (i % 2 ? theta : -theta);
      const magnitude = i < 4 ? 1 : 0.01; // the first four are impossible
      re[i] = magnitude * Math.cos(angle);
      im[i] = magnitude * Math.sin(angle);
    }
    const { phaseError, semidefinite } = polarimetricPreservation(turned, reference);
    expect(phaseError).toBeCloseTo((180 / Math.PI) * Math.sqrt(-2 * Math.log(Math.cos(theta))), 4);
    expect(semidefinite).toBe(0.75);
  });
});

describe('changeResponse', () => {
  const changed = ndarray(
    Uint8Array.from({ length: 100 }, (_, i) => (i < 50 ? 1 : 0)),
    [10, 10],
  );
  const before = speckledBands(2, 10, 10, new Random(8));
  const retained = (share: number) => {
    const after = createImage(2, 10, 10);
    after.data.set(before.data.map((value, i) => (i % 100 < 50 ? value * 10 ** ((share * 6) / 10) : 1e9)));
    return after;
  };

  it('is the share of the change in dB, over changed pixels alone', () => {
    for (const share of [0, 0.05, 1]) {
      const found = changeResponse(retained(share), before, { decibel: 6, changed });
      for (const value of found) expect(value).toBeCloseTo(100 * share, 4);
    }
  });

  it('leaves out pixels without power, and is NaN where nothing changed', () => {
    const after = retained(1);
    after.set(0, 2, 3, 0);
    expect(changeResponse(after, before, { decibel: 6, changed })[0]).toBeCloseTo(100, 4);
    const nowhere = ndarray(new Uint8Array(100), [10, 10]);
    expect(changeResponse(after, before, { decibel: 6, changed: nowhere })).toEqual([NaN, NaN]);
  });

  it('refuses a change of 0 dB', () => {
    expect(() => changeResponse(before, before, { decibel: 0, changed })).toThrow('a change other than 0 dB');
  });
});
