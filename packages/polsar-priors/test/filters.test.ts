import { describe, expect, it } from 'vitest';
import {
  boxcar,
  createImage,
  enl,
  type Image,
  lee,
  type Mask,
  planes,
  Random,
  refinedLee,
  simulateSpeckle,
} from '../src/index';
import { expectWithin, mean, randomMask, speckledBands, uniformCovariance } from './images';

/** Refined Lee of one pixel, spelled out: nine 3 × 3 means, four masks, eight windows. */
function plainRefinedLee(image: Image, mask: Mask, looks: number, r: number, c: number): number[] {
  const [bands, rows, cols] = image.shape;
  if (!mask.get(r, c)) return Array<number>(bands).fill(0);
  const valid = (y: number, x: number) => y >= 0 && x >= 0 && y < rows && x < cols && mask.get(y, x) === 1;
  const power = (y: number, x: number) =>
    bands === 1 ? image.get(0, y, x) : Math.fround(image.get(0, y, x) + image.get(1, y, x));
  const partMean = (y: number, x: number) => {
    const values: number[] = [];
    for (let v = y - 1; v <= y + 1; v++)
      for (let u = x - 1; u <= x + 1; u++) if (valid(v, u)) values.push(power(v, u));
    return values.length ? Math.fround(mean(values)) : undefined;
  };
  const center = partMean(r, c) as number;
  const m = [-2, 0, 2].map((y) => [-2, 0, 2].map((x) => partMean(r + y, c + x) ?? center));
  const gradients = [
    m[0][2] + m[1][2] + m[2][2] - m[0][0] - m[1][0] - m[2][0], // right − left
    m[1][2] + m[2][1] + m[2][2] - m[0][0] - m[0][1] - m[1][0], // lower right − upper left
    m[2][0] + m[2][1] + m[2][2] - m[0][0] - m[0][1] - m[0][2], // lower − upper
    m[1][0] + m[2][0] + m[2][1] - m[0][1] - m[0][2] - m[1][2], // lower left − upper right
  ].map(Math.abs);
  const edge = gradients.indexOf(Math.max(...gradients));
  const [front, back] = [
    [m[1][2], m[1][0]],
    [m[2][2], m[0][0]],
    [m[2][1], m[0][1]],
    [m[2][0], m[0][2]],
  ][edge];
  const side = Math.abs(front - center) <= Math.abs(back - center) ? 1 : -1;
  const inHalf = (y: number, x: number) => side * [x, x + y, y, y - x][edge] >= 0;
  const pixels: [number, number][] = [];
  for (let y = -3; y <= 3; y++) {
    for (let x = -3; x <= 3; x++) if (inHalf(y, x) && valid(r + y, c + x)) pixels.push([r + y, c + x]);
  }
  const powers = pixels.map(([y, x]) => power(y, x));
  const average = mean(powers);
  const variance = mean(powers.map((p) => (p - average) ** 2));
  const speckle = 1 / looks;
  const signal = Math.max(0, (variance - average ** 2 * speckle) / (1 + speckle));
  const b = variance > 0 ? signal / variance : 0;
  return Array.from({ length: bands }, (_, band) => {
    const local = mean(pixels.map(([y, x]) => image.get(band, y, x)));
    return local + b * (image.get(band, r, c) - local);
  });
}

describe('refinedLee', () => {
  it.each([
    [1, 1, 1],
    [2, 4, 0.8],
    [4, 1, 0.3],
  ])('agrees with the filter spelled out: %d bands, %d looks, %d valid', (bands, looks, share) => {
    const random = new Random(bands);
    const image = speckledBands(bands, 24, 21, random);
    // An edge, so that directions and weights vary.
    for (let i = 0; i < image.data.length; i++) if (i % 21 > 9) image.data[i] *= 8;
    const mask = randomMask(24, 21, share, random);
    const result = refinedLee(image, { looks, mask });
    const pixels = Array.from({ length: 24 * 21 }, (_, i) =>
      plainRefinedLee(image, mask, looks, Math.floor(i / 21), i % 21),
    );
    planes(result).forEach((plane, b) => {
      expectWithin(
        plane,
        (i) => pixels[i][b],
        (value) => 1e-5 * (1 + Math.abs(value)),
      );
    });
  });

  it('keeps a step edge without speckle exactly', () => {
    const image = createImage(1, 20, 20);
    for (let i = 0; i < 400; i++) image.data[i] = i % 20 < 11 ? 1 : 16;
    expect([...refinedLee(image, { looks: 4 }).data]).toEqual([...image.data]);
  });
});

/** Mean of the window around a pixel and weight from its variance, over valid pixels. */
function plainLee(image: Image, mask: Mask, looks: number, window: number, r: number, c: number): number {
  const values: number[] = [];
  const h = (window - 1) / 2;
  for (let y = Math.max(0, r - h); y <= Math.min(image.shape[1] - 1, r + h); y++) {
    for (let x = Math.max(0, c - h); x <= Math.min(image.shape[2] - 1, c + h); x++) {
      if (mask.get(y, x)) values.push(image.get(0, y, x));
    }
  }
  const average = mean(values);
  const variance = mean(values.map((v) => (v - average) ** 2));
  const signal = Math.max(0, (variance - average ** 2 / looks) / (1 + 1 / looks));
  return average + (variance > 0 ? signal / variance : 0) * (image.get(0, r, c) - average);
}

describe('lee', () => {
  it('agrees with the filter spelled out', () => {
    const random = new Random(3);
    const image = speckledBands(1, 20, 17, random);
    const mask = randomMask(20, 17, 0.7, random);
    const result = lee(image, { looks: 2, window: 5, mask });
    const expected = (i: number) => {
      const [r, c] = [Math.floor(i / 17), i % 17];
      return mask.get(r, c) ? plainLee(image, mask, 2, 5, r, c) : 0;
    };
    expectWithin(result.data, expected, () => 1e-4);
  });
});

describe.each([
  ['lee', lee],
  ['refinedLee', refinedLee],
])('%s', (_, filter) => {
  const truth = uniformCovariance(96, 96, [0.08, 0.016, 0.004, -0.002]);
  const speckled = simulateSpeckle(truth, { random: new Random(5), looks: 4 });

  it('smooths a homogeneous area and keeps its mean', () => {
    const filtered = planes(filter(speckled, { looks: 4 }));
    expect(enl(filtered[0])).toBeGreaterThan(6 * enl(planes(speckled)[0]));
    expect(mean(filtered[0]) / mean(planes(boxcar(speckled, 7))[0])).toBeCloseTo(1, 1);
  });

  it('keeps covariances valid', () => {
    const [c11, c22, re, im] = planes(filter(speckled, { looks: 1 }));
    expect(c11.every((power, i) => re[i] ** 2 + im[i] ** 2 <= power * c22[i] * (1 + 1e-5))).toBe(true);
  });
});
