import { createImage, type Window } from '@mtpi/polsar-priors';
import type { Acquisition } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { emptyDates } from '../src/acquisitions/empty-dates';

const [WIDTH, HEIGHT] = [100, 300];

/** An acquisition with these valid pixels, and the windows that are read of it. */
function acquisition(isValid: (column: number, row: number) => boolean) {
  const reads: Window[] = [];
  const read = async (window: Window) => {
    reads.push(window);
    const { x, y, width, height } = window;
    const mask = ndarray(new Uint8Array(width * height), [height, width]);
    for (let i = 0; i < width * height; i++)
      mask.data[i] = Number(isValid(x + (i % width), y + Math.floor(i / width)));
    return { image: createImage(2, height, width), mask };
  };
  const date = { width: WIDTH, height: HEIGHT, georeference: {}, paths: ['a.tif'], read };
  return { date: date as unknown as Acquisition, reads };
}

test.each([
  [0, 0],
  [99, 299],
  [0, 299],
  [50, 150],
  [99, 130],
])('a date with the pixel %i, %i alone is not empty', async (column, row) => {
  const { date } = acquisition((x, y) => x === column && y === row);
  expect(await emptyDates({})(date, date)).toBe(false);
  const crop = { x: column, y: row, width: 1, height: 1 };
  expect(await emptyDates({ crop })(date, date)).toBe(false);
});

test('a date is read until its first valid pixel, once for all targets on its grid', async () => {
  const full = acquisition(() => true);
  const isEmpty = emptyDates({});
  for (const target of [full.date, acquisition(() => false).date])
    expect(await isEmpty(full.date, target)).toBe(false);
  expect(full.reads).toEqual([{ x: 18, y: 118, width: 64, height: 64 }]);
});

test('a date without valid pixels is empty when all of it has been read, once', async () => {
  const { date, reads } = acquisition(() => false);
  expect(await emptyDates({})(date, date)).toBe(true);
  expect(reads.slice(1).map(({ y, height }) => [y, y + height])).toEqual(
    expect.arrayContaining([0, 64, 128, 192, 256].map((y) => [y, Math.min(HEIGHT, y + 64)])),
  );
  expect(reads).toHaveLength(6);
});

test('only the crop counts', async () => {
  const { date } = acquisition((x) => x >= 50);
  expect(await emptyDates({ crop: { x: 0, y: 10, width: 50, height: 200 } })(date, date)).toBe(true);
  expect(await emptyDates({ crop: { x: 1, y: 10, width: 50, height: 200 } })(date, date)).toBe(false);
});
