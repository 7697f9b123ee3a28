import fc from 'fast-check';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import {
  boxcar,
  createImage,
  type Image,
  isPolsarError,
  type Mask,
  multilook,
  planes,
  Random,
} from '../src/index';
import { digits, expectWithin, imageOf, randomMask, speckledBands } from './images';

/** Mean over rows and columns [top, bottom) × [left, right) of what is valid there, and how many pixels those are. */
function plainMean(
  image: Image,
  mask: Mask,
  b: number,
  top: number,
  bottom: number,
  left: number,
  right: number,
) {
  let [sum, count] = [0, 0];
  for (let r = Math.max(0, top); r < Math.min(bottom, image.shape[1]); r++) {
    for (let c = Math.max(0, left); c < Math.min(right, image.shape[2]); c++) {
      if (mask.get(r, c) === 0) continue;
      sum += image.get(b, r, c);
      count++;
    }
  }
  return { mean: count ? sum / count : 0, count };
}

const cases = fc.record({
  rows: fc.integer({ min: 1, max: 12 }),
  cols: fc.integer({ min: 1, max: 12 }),
  share: fc.constantFrom(1, 0.6, 0.1),
  seed: fc.nat(),
});

describe('boxcar', () => {
  it('is the mean of the valid pixels in the window', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(1, 3, 5, 9), ({ rows, cols, share, seed }, window) => {
        const random = new Random(seed);
        const image = speckledBands(2, rows, cols, random);
        const mask = randomMask(rows, cols, share, random);
        // Invalid pixels must not matter, whatever they hold.
        for (let i = 0; i < image.data.length; i++)
          if (!mask.data[i % (rows * cols)]) image.data[i] = Number.NaN;
        const result = boxcar(image, window, mask);
        const h = (window - 1) / 2;
        for (let b = 0; b < 2; b++) {
          const plain = (i: number) => {
            const [r, c] = [Math.floor(i / cols), i % cols];
            return plainMean(image, mask, b, r - h, r + h + 1, c - h, c + h + 1).mean;
          };
          expectWithin(planes(result)[b], plain, digits(6));
        }
      }),
    );
  });

  it('accepts transposed images and masks', () => {
    const image = imageOf([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]);
    const mask = ndarray(Uint8Array.of(1, 0, 1, 1, 1, 1), [2, 3]);
    const turned = boxcar(image.transpose(0, 2, 1), 3, mask.transpose(1, 0));
    const expected = [10 / 3, 10 / 3, 19 / 5, 19 / 5, 14 / 3, 14 / 3];
    expect([...turned.data]).toEqual(expected.map(Math.fround));
  });

  it('refuses even windows and masks of another size', () => {
    const image = createImage(1, 4, 4);
    expect(() => boxcar(image, 4)).toThrow('boxcar: expected an odd positive window, found 4');
    expect(() => boxcar(image, 3, ndarray(new Uint8Array(4), [2, 2]))).toThrow(
      expect.toSatisfy((error) => isPolsarError(error, 'ShapeMismatch')),
    );
  });
});

describe('multilook', () => {
  it('is the mean of the valid pixels of each block, without the remainder', () => {
    fc.assert(
      fc.property(
        cases,
        fc.record({ range: fc.integer({ min: 1, max: 4 }), azimuth: fc.integer({ min: 1, max: 4 }) }),
        ({ rows, cols, share, seed }, looks) => {
          const random = new Random(seed);
          const image = speckledBands(2, rows, cols, random);
          const mask = randomMask(rows, cols, share, random);
          const result = multilook(image, looks, mask);
          expect(result.image.shape).toEqual([
            2,
            Math.floor(rows / looks.azimuth),
            Math.floor(cols / looks.range),
          ]);
          const means: number[] = [];
          for (let r = 0; r < result.image.shape[1]; r++) {
            for (let c = 0; c < result.image.shape[2]; c++) {
              const block = [
                r * looks.azimuth,
                (r + 1) * looks.azimuth,
                c * looks.range,
                (c + 1) * looks.range,
              ] as const;
              const { mean, count } = plainMean(image, mask, 1, ...block);
              expect(result.mask.get(r, c)).toBe(count > 0 ? 1 : 0);
              means.push(mean);
            }
          }
          expectWithin(planes(result.image)[1], (i) => means[i], digits(6));
        },
      ),
    );
  });

  it('refuses looks that are not positive integers', () => {
    expect(() => multilook(createImage(1, 4, 4), { range: 0, azimuth: 2 })).toThrow(
      'expected positive integer looks, found 0',
    );
  });
});
