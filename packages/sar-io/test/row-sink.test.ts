import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import {
  createGeoTiff,
  createNpy,
  createPolsarpro,
  openGeoTiff,
  openPolsarpro,
  readNpy,
  Staging,
} from '../src/node';
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

it('a refusal says what was expected and what was found', async () => {
  const create = () => createGeoTiff(join(folder, 'refused.tif'), { ...size, bands: ['C11', 'C22'] });
  const of = (bands: number, rows: number, columns: number) =>
    imageOf(new Float32Array(bands * rows * columns), bands, rows, columns);
  await expect((await create()).write(of(4, 3, 7))).rejects.toMatchObject({
    message: expect.stringMatching(
      /refused.tif: expected 2 bands of at most 12 rows and 5 columns, found 4 bands of 3 × 7$/,
    ),
    expected: '2 bands of at most 12 rows and 5 columns',
    found: '4 bands of 3 × 7',
  });
  const mask = ndarray(new Uint8Array(HEIGHT * WIDTH), [HEIGHT, WIDTH]);
  await expect((await create()).write(of(2, 1, 5), mask)).rejects.toThrow(
    /expected a mask of 1 × 5, found 12 × 5$/,
  );
  const short = await create();
  await short.write(of(2, 11, 5));
  await expect(short.close()).rejects.toThrow(/refused.tif: expected 1 more row before close$/);
});

it('a folder is published into one that is there, whose other files stay', async () => {
  const target = join(folder, 'stack');
  for (const content of ['first', 'second']) {
    const staging = await Staging.open(target);
    mkdirSync(staging.path('dates/C2'), { recursive: true });
    writeFileSync(staging.path('dates/C2/C11.bin'), content);
    writeFileSync(staging.path(`dates/${content}.txt`), content);
    writeFileSync(staging.path('config.txt'), content);
    await staging.publishFolder();
    expect(readFileSync(join(target, 'dates/C2/C11.bin'), 'utf8')).toBe(content);
    expect(readFileSync(join(target, 'config.txt'), 'utf8')).toBe(content);
  }
  expect(readdirSync(join(target, 'dates')).sort()).toEqual(['C2', 'first.txt', 'second.txt']);
  expect(readdirSync(folder).filter((name) => name.startsWith('.stack'))).toEqual([]);
});
