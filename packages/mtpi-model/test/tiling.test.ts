import { createImage, planes } from '@mtpi/polsar-priors';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { blendTileRows } from '../src/tiles/blend-tile-rows';
import { TileRowAccumulator } from '../src/tiles/tile-row-accumulator';
import { blendingRamp, layOutTiles, tileStarts } from '../src/tiles/tiling';

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

test('ramps of neighboring tiles sum to one over exactly their overlap', () => {
  const [left, right] = [blendingRamp(32, 8, true, false), blendingRamp(32, 8, false, true)];
  for (let i = 0; i < 8; i++) expect(left[24 + i] + right[i]).toBeCloseTo(1, 6);
  expect(Math.min(...left.subarray(0, 24))).toBe(1);
});

test('tiles of a ramp blend to the ramp', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 40, max: 90 }),
      fc.integer({ min: 40, max: 90 }),
      fc.integer({ min: 0, max: 12 }),
      async (width, height, overlap) => {
        const tile = 24;
        const layout = layOutTiles(width, height, tile, overlap, 0);
        const { xs, ys } = layout;
        const mask = ndarray(new Uint8Array(tile * tile).fill(1), [tile, tile]);
        const tileRows = ys.map((y) => {
          const tileRow = new TileRowAccumulator(1, tile, width);
          xs.forEach((x, i) => {
            const image = createImage(1, tile, tile);
            image.data.forEach((_, k, data) => {
              data[k] = (y + Math.floor(k / tile)) * 1000 + x + (k % tile);
            });
            tileRow.add(image, mask, x, blendingRamp(tile, overlap, i === 0, i === xs.length - 1));
          });
          return tileRow.take(y);
        });
        const seen: number[] = [];
        for await (const rows of blendTileRows(await Promise.all(tileRows), layout)) {
          expect(rows.y * width).toBe(seen.length);
          expect(rows.mask.data.every((flag) => flag === 1)).toBe(true);
          seen.push(...planes(rows.image)[0]);
        }
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
