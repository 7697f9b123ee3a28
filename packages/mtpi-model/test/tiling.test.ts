import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { RowBlender } from '../src/row-blender';
import { blendingRamp, tileStarts } from '../src/tiling';

const sizes = fc.record({
  length: fc.integer({ min: 1, max: 700 }),
  tile: fc.integer({ min: 16, max: 128 }),
  share: fc.double({ min: 0, max: 0.5, noNaN: true }),
});

test('tiles cover the image, stay inside it and overlap at least as asked', () => {
  fc.assert(
    fc.property(sizes, ({ length, tile, share }) => {
      const overlap = Math.floor(tile * share);
      const starts = tileStarts(length, tile, overlap);
      expect(starts[0]).toBe(0);
      expect(starts[starts.length - 1]).toBe(Math.max(0, length - tile));
      starts.slice(1).forEach((start, i) => expect(starts[i] + tile - start).toBeGreaterThanOrEqual(overlap));
    }),
  );
});

test('ramps of neighbouring tiles sum to one over exactly their overlap', () => {
  const [left, right] = [blendingRamp(32, 8, true, false), blendingRamp(32, 8, false, true)];
  for (let i = 0; i < 8; i++) expect(left[24 + i] + right[i]).toBeCloseTo(1, 6);
  expect(Math.min(...left.subarray(0, 24))).toBe(1);
});

test('tiles of a constant blend to that constant, and of a ramp to the ramp', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 90 }),
      fc.integer({ min: 40, max: 90 }),
      fc.integer({ min: 0, max: 12 }),
      (width, height, overlap) => {
        const tile = 24;
        const [ys, xs] = [tileStarts(height, tile, overlap), tileStarts(width, tile, overlap)];
        const blender = new RowBlender(1, width, tile);
        const seen: number[] = [];
        ys.forEach((y, j) => {
          xs.forEach((x, i) => {
            const image = ndarray(
              Float32Array.from(
                { length: tile * tile },
                (_, k) => (y + Math.floor(k / tile)) * 1000 + x + (k % tile),
              ),
              [1, tile, tile],
            );
            const mask = ndarray(new Uint8Array(tile * tile).fill(1), [tile, tile]);
            blender.add(
              image,
              mask,
              x,
              y,
              blendingRamp(tile, overlap, i === 0, i === xs.length - 1),
              blendingRamp(tile, overlap, j === 0, j === ys.length - 1),
            );
          });
          const rows = blender.take(j + 1 < ys.length ? ys[j + 1] : height);
          expect(rows.y * width).toBe(seen.length);
          seen.push(...rows.image.data);
        });
        expect(seen.length).toBe(width * height);
        seen.forEach((value, k) => {
          const expected = Math.floor(k / width) * 1000 + (k % width);
          if (Math.abs(value - expected) > 1e-6 * expected + 1e-3)
            throw new Error(`pixel ${k}: expected ${expected}, got ${value}`);
        });
      },
    ),
    { numRuns: 20 },
  );
});
