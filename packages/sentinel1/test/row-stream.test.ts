import { createImage } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { mergeSwaths } from '../src/coregister/merge-swaths';
import { inMultiplesOf, withNeighbors } from '../src/coregister/row-stream';
import { type SwathGrid, stackGrid } from '../src/coregister/stack-grid';
import type { Annotation } from '../src/product/annotation';

/** Rows in groups of these heights whose pixels are their row numbers; in odd rows the mask is 0. */
async function* numbered(heights: readonly number[], cols = 2, base = 0): AsyncGenerator<MaskedImage> {
  let first = 0;
  for (const rows of heights) {
    const image = createImage(1, rows, cols);
    const mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
    for (let i = 0; i < rows * cols; i++) {
      const row = first + Math.floor(i / cols);
      image.data[i] = base + row;
      mask.data[i] = 1 - (row % 2);
    }
    first += rows;
    yield { image, mask };
  }
}

const rowsIn = ({ image, mask }: MaskedImage) =>
  Array.from({ length: mask.shape[0] }, (_, r) => {
    expect(mask.get(r, 1)).toBe(1 - (image.get(0, r, 1) % 2));
    return image.get(0, r, 1);
  });
const heights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

it('regroups rows', () =>
  fc.assert(
    fc.asyncProperty(heights, fc.integer({ min: 1, max: 12 }), async (parts, step) => {
      const strips: number[][] = [];
      for await (const strip of inMultiplesOf(numbered(parts), step)) strips.push(rowsIn(strip));
      expect(strips.flat()).toEqual(upTo(total(parts)));
      for (const strip of strips.slice(0, -1)) expect(strip.length % step).toBe(0);
    }),
  ));

it('shows every row once, with its neighbors', () =>
  fc.assert(
    fc.asyncProperty(heights, fc.integer({ min: 0, max: 6 }), async (parts, radius) => {
      const rows = total(parts);
      const own: number[] = [];
      for await (const { rows: strip, first, count } of withNeighbors(numbered(parts), radius)) {
        const all = rowsIn(strip);
        const part = all.slice(first, first + count);
        own.push(...part);
        for (const row of part) {
          const around = upTo(rows).filter((other) => Math.abs(other - row) <= radius);
          expect(all).toEqual(expect.arrayContaining(around));
        }
      }
      expect(own).toEqual(upTo(rows));
    }),
  ));

it('lays swaths beside each other, cut in the middle of what both show', async () => {
  const swath = (slantRangeTime: number, samples: number, start: number, rows: number) => ({
    annotation: {
      slantRangeTime,
      rangeSamplingRate: 1000,
      azimuthTimeInterval: 0.5,
      bursts: [
        {
          time: start,
          firstValidSample: Int32Array.of(-1, 2),
          lastValidSample: Int32Array.of(-1, samples - 3),
        },
      ],
    } as unknown as Annotation,
    grid: { rows, cols: samples, burstSegments: [{ burst: 0, firstLine: 0 }] } as unknown as SwathGrid,
  });
  // The second begins 2.5 s later and 12.4 samples further, the third earlier than both.
  const swaths = [swath(1, 20, 10, 300), swath(1.0124, 20, 12.5, 300), swath(1.025, 10, 9, 290)];
  const plan = stackGrid(swaths);
  expect(plan).toEqual({
    width: 35,
    height: 307,
    placements: [
      { row: 2, column: 0, rows: 300, left: 0, right: 16 },
      { row: 7, column: 12, rows: 300, left: 16, right: 29 },
      { row: 0, column: 25, rows: 290, left: 29, right: 35 },
    ],
  });
  const parts = swaths.map(({ grid }, s) => numbered([100, grid.rows - 100], grid.cols, 1000 * s));
  let y = 0;
  for await (const { image, mask } of mergeSwaths(parts, plan)) {
    for (let r = 0; r < mask.shape[0]; r++, y++) {
      for (let x = 0; x < plan.width; x++) {
        const own = x < 16 ? 0 : x < 29 ? 1 : 2;
        const at = (s: number) => {
          const { row: top, rows, column } = plan.placements[s];
          const [row, col] = [y - top, x - column];
          const inside = row >= 0 && row < rows && col >= 0 && col < swaths[s].grid.cols;
          return { value: inside ? 1000 * s + row : 0, valid: inside && row % 2 === 0 };
        };
        // Its own swath, or else another that has a valid pixel.
        const shown = [own, 0, 1, 2].map(at).find(({ valid }) => valid);
        expect(image.get(0, r, x)).toBe((shown ?? at(own)).value);
        expect(mask.get(r, x)).toBe(shown ? 1 : 0);
      }
    }
  }
  expect(y).toBe(307);
});

it('keeps rows that no swath covers, as invalid ones', async () => {
  const placement = (row: number) => ({ row, column: 0, rows: 64, left: 0, right: 2 });
  const plan = { width: 2, height: 704, placements: [placement(0), placement(640)] };
  const heights: number[] = [];
  let valid = 0;
  for await (const { mask } of mergeSwaths([numbered([64]), numbered([64])], plan)) {
    heights.push(mask.shape[0]);
    valid += total([...mask.data]);
  }
  expect(total(heights)).toBe(704);
  expect(valid).toBe(2 * 64);
});
