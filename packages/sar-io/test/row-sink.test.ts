import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createGeoTiff, createNpy, createPolsarpro, openGeoTiff, openPolsarpro, readNpy } from '../src/node';
import { imageOf, temporaryFolder } from './support';

const folder = temporaryFolder();
const [WIDTH, HEIGHT] = [5, 12];
const size = { width: WIDTH, height: HEIGHT };

const numbers = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => i + 1);
const rows = (first: number, count: number) =>
  imageOf(Array.from(numbers.subarray(first * WIDTH, (first + count) * WIDTH)), 1, count, WIDTH);

const FORMATS = [
  {
    name: 'a.tif',
    create: (path: string) => createGeoTiff(path, { ...size, bands: ['C11'] }),
    read: async (path: string) => {
      const source = await openGeoTiff(path);
      return source.read({ x: 0, y: 0, ...size }).finally(() => source.close());
    },
  },
  {
    name: 'a.npy',
    create: (path: string) => createNpy(path, { ...size, bands: 1 }),
    read: async (path: string) => ({ image: await readNpy(path) }),
  },
  {
    name: 'C2',
    create: (path: string) => createPolsarpro(path, { ...size, bands: ['C11'] }),
    read: async (path: string) => {
      const source = await openPolsarpro(path, { bands: ['C11'] });
      return source.read({ x: 0, y: 0, ...size }).finally(() => source.close());
    },
  },
];

it.each(FORMATS)('rows of calls that do not wait lie below one another: $name', async (format) => {
  const path = join(folder, format.name);
  const sink = await format.create(path);
  await Promise.all([sink.write(rows(0, 5)), sink.write(rows(5, 1)), sink.write(rows(6, 6)), sink.close()]);
  expect((await format.read(path)).image.data).toEqual(numbers);
});

it.each(FORMATS)('rows too many in one of them leave nothing behind: $name', async (format) => {
  const path = join(folder, `failed-${format.name}`);
  const sink = await format.create(path);
  const calls = [sink.write(rows(0, 8)), sink.write(rows(4, 8)), sink.write(rows(8, 4)), sink.close()];
  const results = await Promise.allSettled(calls);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
  expect(results[1]).toMatchObject({ reason: { code: 'InvalidArgument' } });
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes('failed'))).toEqual([]);
});
