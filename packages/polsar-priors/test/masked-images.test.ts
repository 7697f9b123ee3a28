import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import {
  createImage,
  fillInvalid,
  intersectMasks,
  isPolsarError,
  maskedTemporalMean,
  mirrorSources,
} from '../src/index';

const maskOf = (...valid: number[]) => ndarray(Uint8Array.from(valid), [1, valid.length]);

function dateOf(values: number[], valid: number[]) {
  const image = createImage(1, 1, values.length);
  image.data.set(values);
  return { image, mask: maskOf(...valid) };
}

it('the masked temporal mean is over the valid dates of each pixel', () => {
  const dates = [dateOf([1, 2, Number.NaN], [1, 1, 0]), dateOf([3, Number.NaN, Number.NaN], [1, 0, 0])];
  const { image, mask } = maskedTemporalMean(dates);
  expect([...image.data]).toEqual([2, 2, 0]);
  expect([...mask.data]).toEqual([1, 1, 0]);
  expect(() => maskedTemporalMean([])).toThrow('maskedTemporalMean: expected one image or more');
  const turned = { image: createImage(1, 3, 1), mask: ndarray(new Uint8Array(3).fill(1), [3, 1]) };
  for (const other of [dateOf([1], [1]), turned])
    expect(() => maskedTemporalMean([dates[0], other])).toThrow(
      expect.toSatisfy((error) => isPolsarError(error, 'ShapeMismatch')),
    );
});

it('masks intersect where all are valid', () => {
  expect([...intersectMasks([maskOf(1, 1, 0), maskOf(1, 0, 1)]).data]).toEqual([1, 0, 0]);
  expect(() => intersectMasks([maskOf(1), maskOf(1, 0)])).toThrow(
    expect.toSatisfy((error) => isPolsarError(error, 'ShapeMismatch')),
  );
});

it('invalid pixels are filled with valid ones, mirrored at the edge', () => {
  const { NaN: none } = Number;
  expect([...fillInvalid(dateOf([1, 2, 3, none, none], [1, 1, 1, 0, 0])).data]).toEqual([1, 2, 3, 2, 1]);
  expect([...fillInvalid(dateOf([1, none, 5], [1, 0, 1])).data]).toEqual([1, 1, 5]);
  expect([...fillInvalid(dateOf([1, none], [0, 0])).data]).toEqual([0, 0]);
});

it('what lies across the edge stands for an invalid pixel, again and again', () => {
  const [rows, cols] = [12, 11];
  const sourcesOf = (isValid: (r: number, c: number) => boolean) => {
    const valid = Uint8Array.from({ length: rows * cols }, (_, i) =>
      Number(isValid(Math.floor(i / cols), i % cols)),
    );
    return mirrorSources(ndarray(valid, [rows, cols]));
  };
  // With 0 to 3 valid, 4 → 2, 5 → 1, 6 → 0; 7 → −1, which is 0 mirrored at the border, 8 → −2, which is 1, …
  const expected = [0, 1, 2, 3, 2, 1, 0, 0, 1, 2, 3, 2];
  const [upper, left] = [sourcesOf((r) => r < 4), sourcesOf((_, c) => c < 4)];
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      expect(upper[r * cols + c]).toBe(expected[r] * cols + c);
      expect(left[r * cols + c]).toBe(r * cols + expected[c]);
    }
});

it('valid pixels stand for themselves, and valid ones for the others, if there are any', () => {
  const mask = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([rows, cols]) =>
      fc
        .uint8Array({ min: 0, max: 1, minLength: rows * cols, maxLength: rows * cols })
        .map((valid) => ndarray(valid, [rows, cols])),
    );
  fc.assert(
    fc.property(mask, (mask) => {
      const isAny = mask.data.includes(1);
      mirrorSources(mask).forEach((source, i) => {
        if (mask.data[i]) expect(source).toBe(i);
        else if (isAny) expect(mask.data[source]).toBe(1);
        else expect(source).toBe(-1);
      });
    }),
  );
});
