import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { createImage, fillInvalid, intersectMasks, isPolsarError, maskedTemporalMean } from '../src/index';

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
  expect(() => maskedTemporalMean([dates[0], dateOf([1], [1])])).toThrow(
    expect.toSatisfy((error) => isPolsarError(error, 'ShapeMismatch')),
  );
});

it('masks intersect where all are valid', () => {
  expect([...intersectMasks([maskOf(1, 1, 0), maskOf(1, 0, 1)]).data]).toEqual([1, 0, 0]);
  expect(() => intersectMasks([maskOf(1), maskOf(1, 0)])).toThrow(
    expect.toSatisfy((error) => isPolsarError(error, 'ShapeMismatch')),
  );
});

it('invalid pixels are filled with the mean of the valid ones', () => {
  expect([...fillInvalid(dateOf([1, Number.NaN, 5], [1, 0, 1])).data]).toEqual([1, 3, 5]);
  expect([...fillInvalid(dateOf([1, Number.NaN], [0, 0])).data]).toEqual([0, 0]);
});
