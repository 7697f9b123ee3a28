import { createImage, type Image } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { compositeRanges, crsOf, footprint, readOverview, toCompositeImage } from '../src/index';

it('averages the valid pixels of blocks, whatever rows are read at a time', async () => {
  const [width, height] = [7, 600];
  const value = (row: number, col: number) => 1 + ((row * 31 + col * 7) % 11);
  const invalid = (row: number, col: number) => (row * width + col) % 5 === 0 || row >= 590;
  const read = async (window: { y: number; height: number }) => {
    const image = createImage(3, window.height, width);
    const mask = ndarray(new Uint8Array(window.height * width), [window.height, width]);
    for (let row = 0; row < window.height; row++)
      for (let col = 0; col < width; col++) {
        if (invalid(window.y + row, col)) continue;
        image.set(1, row, col, value(window.y + row, col));
        mask.set(row, col, 1);
      }
    return { image, mask };
  };
  const progress: number[] = [];
  const { image, mask } = await readOverview({ width, height, read }, 2, 60, {
    onProgress: (done, total) => progress.push(done / total),
  });
  expect(progress).toEqual([256 / 600, 512 / 600, 1]);
  expect(image.shape).toEqual([2, 60, 1]);
  for (let y = 0; y < 60; y++) {
    const values: number[] = [];
    for (let row = 10 * y; row < 10 * y + 10; row++)
      for (let col = 0; col < width; col++) if (!invalid(row, col)) values.push(value(row, col));
    expect(mask.get(y, 0)).toBe(values.length ? 1 : 0);
    const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
    expect(image.get(1, y, 0)).toBeCloseTo(mean, 5);
  }
});

it('averages blocks of more pixels than float32 can count', async () => {
  const [width, height] = [4200, 4200]; // 2^24 and 5 % more
  const image = createImage(1, 256, width);
  image.data.fill(1);
  const mask = ndarray(new Uint8Array(256 * width).fill(1), [256, width]);
  const read = async (window: { height: number }) => ({
    image: image.hi(1, window.height),
    mask: mask.hi(window.height),
  });
  const overview = await readOverview({ width, height, read }, 1, 1);
  expect(overview.image.data[0]).toBe(1);
});

it('paints C11 red, C22 green and their ratio blue', () => {
  const image = ndarray(Float32Array.of(1, 10, 0, 1, 0.1, 0), [2, 1, 3]) as Image;
  const mask = ndarray(Uint8Array.of(1, 1, 0), [1, 3]);
  expect(compositeRanges(image, mask)).toEqual([
    { min: 0, max: 10 },
    { min: expect.closeTo(-10, 5), max: 0 },
    { min: 0, max: expect.closeTo(20, 5) },
  ]);
  expect([...toCompositeImage(image, mask).data]).toEqual([0, 255, 0, 255, 0, 0, 0, 255, 0, 255, 255, 0]);
});

it('gives the corners in degrees, from a transform and from control points', () => {
  const size = { width: 10, height: 20 };
  const transform = [14, 0.1, 0, 52, 0, -0.05] as const;
  const corners = [
    [14, 52],
    [15, 52],
    [15, 51],
    [14, 51],
  ];
  const close = corners.map((corner) => corner.map((degrees) => expect.closeTo(degrees, 9)));
  expect(footprint({ ...size, georeference: { crs: crsOf(4326), transform } })).toEqual(close);
  const gcps = [
    [0, 0],
    [10, 0],
    [10, 20],
    [0, 20],
    [5, 10],
  ].map(([column, row]) => ({ column, row, x: 14 + column / 10, y: 52 - row / 20, z: 0 }));
  expect(footprint({ ...size, georeference: { gcps } })).toEqual(close);
  // The central meridian of zone 33 at the equator is 15° E, easting 500 km.
  const utm = footprint({
    ...size,
    georeference: { crs: crsOf(32633), transform: [500000, 10, 0, 0, 0, -10] },
  });
  expect(utm?.[0]).toEqual([expect.closeTo(15, 9), expect.closeTo(0, 9)]);
  expect(footprint({ ...size, georeference: {} })).toBeUndefined();
});
