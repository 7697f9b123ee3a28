import type { Image } from '@mtpi/polsar-priors';
import { defineCrs, type MapGrid, mapGrid, SarIoError } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import { afterAll, expect, it } from 'vitest';
import { analyticElevation, type ElevationModel } from '../src/geocoding/elevation-model';
import { terrainCorrect, terrainLayers } from '../src/geocoding/terrain-correction';
import { TerrainPool } from '../src/geocoding/terrain-worker';
import { type RadarImage, type RasterRows, radarGeometry } from '../src/index';
import { CircularOrbit, toGeodetic } from './mini-safe/circular-orbit';

const pool = new TerrainPool(2);
afterAll(() => pool.close());

const orbit = new CircularOrbit();
const vectors = Array.from({ length: 12 }, (_, i) => {
  const time = -55 + 10 * i;
  return { time, position: orbit.position(time), velocity: orbit.velocity(time) };
});
const [FIRST_LINE_TIME, LINE_INTERVAL, NEAR_RANGE_TIME, SAMPLING_RATE] = [-0.6, 1.5e-3, 5.6e-3, 2e7];
const geometry = radarGeometry(vectors, {
  ...{ firstLineTime: FIRST_LINE_TIME, azimuthTimeInterval: LINE_INTERVAL },
  ...{ slantRangeTime: NEAR_RANGE_TIME, rangeSamplingRate: SAMPLING_RATE },
});
const [ROWS, COLUMNS] = [800, 600];

/** Two bands that differ from pixel to pixel. */
const image: RadarImage = {
  ...{ bands: 2, width: COLUMNS, height: ROWS },
  async read({ x, y, width, height }) {
    const pixels: Image = ndarray(new Float32Array(2 * width * height), [2, height, width]);
    for (let i = 0; i < width * height; i++) {
      const [row, column] = [y + Math.floor(i / width), x + (i % width)];
      pixels.data[i] = 1 + ((31 * row + 17 * column) % 101);
      pixels.data[i + width * height] = 1 + Math.sin(row / 40) * Math.cos(column / 30);
    }
    return { image: pixels, mask: ndarray(new Uint8Array(width * height).fill(1), [height, width]) };
  },
};

/** Hills of 300 m. */
const hills = analyticElevation(
  (longitude, latitude) => 150 + 150 * Math.sin(500 * longitude) * Math.cos(700 * latitude),
);

const corners = [0, ROWS].flatMap((row) =>
  [0, COLUMNS].map((column) => {
    const time = FIRST_LINE_TIME + row * LINE_INTERVAL;
    const { longitude, latitude } = toGeodetic(
      orbit.toGround(time, NEAR_RANGE_TIME + column / SAMPLING_RATE, 0),
    );
    return [longitude, latitude] as const;
  }),
);
/** Four tiles, in a system that the threads do not know by themselves. */
await defineCrs({ epsg: 3035, geographic: false });
const grid: MapGrid = { ...mapGrid(corners, { epsg: 3035, spacing: 25 }), height: 270 };

async function bytesOf(rows: AsyncGenerator<RasterRows>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const { image, mask } of rows)
    parts.push(Buffer.from(image.data.buffer), Buffer.from(mask.data));
  return Buffer.concat(parts);
}

it('threads compute the same as the calling thread, to the last bit', async () => {
  const options = { elevation: hills, flatten: true };
  const one = new TerrainPool(1);
  const [alone, ofOne, ofTwo] = [
    await bytesOf(terrainCorrect(image, geometry, grid, options)),
    await bytesOf(terrainCorrect(image, geometry, grid, options, one)),
    await bytesOf(terrainCorrect(image, geometry, grid, options, pool)),
  ];
  await one.close();
  expect(grid.width > 256 && grid.width < 512).toBe(true);
  expect(alone.some((value) => value > 0)).toBe(true);
  expect(ofOne.equals(alone)).toBe(true);
  expect(ofTwo.equals(alone)).toBe(true);
  const layers = await bytesOf(terrainLayers(geometry, grid, options));
  expect((await bytesOf(terrainLayers(geometry, grid, options, pool))).equals(layers)).toBe(true);
});

it('an image may give views of larger arrays', async () => {
  const views: RadarImage = {
    ...image,
    async read(window, options) {
      const { image: pixels, mask } = await image.read(window, options);
      const { height, width } = window;
      const wide: Image = ndarray(new Float32Array(2 * height * (width + 3)), [2, height, width + 3]).lo(
        0,
        0,
        3,
      );
      const valid = ndarray(new Uint8Array(height * (width + 3)), [height, width + 3]).lo(0, 3);
      for (let r = 0; r < height; r++)
        for (let c = 0; c < width; c++) {
          valid.set(r, c, mask.get(r, c));
          for (const b of [0, 1]) wide.set(b, r, c, pixels.get(b, r, c));
        }
      return { image: wide, mask: valid };
    },
  };
  const options = { elevation: hills };
  const expected = await bytesOf(terrainCorrect(image, geometry, grid, options));
  expect((await bytesOf(terrainCorrect(views, geometry, grid, options))).equals(expected)).toBe(true);
  expect((await bytesOf(terrainCorrect(views, geometry, grid, options, pool))).equals(expected)).toBe(true);
});

it('an image keeps its memory', async () => {
  const [powers, ones] = [
    new Float32Array(2 * ROWS * COLUMNS).fill(1),
    new Uint8Array(ROWS * COLUMNS).fill(1),
  ];
  const kept: RadarImage = {
    ...image,
    async read({ width, height }) {
      return {
        image: ndarray(powers.subarray(0, 2 * height * width), [2, height, width]),
        mask: ndarray(ones.subarray(0, height * width), [height, width]),
      };
    },
  };
  await bytesOf(terrainCorrect(kept, geometry, grid, { elevation: hills }, pool));
  expect([powers.length, ones.length]).toEqual([2 * ROWS * COLUMNS, ROWS * COLUMNS]);
});

it('errors of image and heights arrive as they are', async () => {
  const error = new SarIoError('ReadFailed', { path: 'image.tif', found: 'a broken disk' });
  const broken = { ...image, read: () => Promise.reject(error) };
  await expect(bytesOf(terrainCorrect(broken, geometry, grid, { elevation: hills }, pool))).rejects.toBe(
    error,
  );
  const unknown = { heightsAt: () => Promise.reject(error) };
  await expect(bytesOf(terrainLayers(geometry, grid, { elevation: unknown }, pool))).rejects.toBe(error);
});

it('stops at once when aborted', async () => {
  const stop = new AbortController();
  // Heights that never arrive.
  const elevation: ElevationModel = {
    heightsAt() {
      stop.abort();
      return new Promise(() => {});
    },
  };
  const rows = terrainCorrect(image, geometry, grid, { elevation, signal: stop.signal }, pool);
  await expect(rows.next()).rejects.toMatchObject({ name: 'AbortError' });
});

it('tiles in progress are rejected when the threads end', async () => {
  const other = new TerrainPool(1);
  const elevation = { heightsAt: () => other.close().then(() => new Promise<never>(() => {})) };
  await expect(terrainLayers(geometry, grid, { elevation }, other).next()).rejects.toThrow();
});
