import { join } from 'node:path';
import type { Image } from '@mtpi/polsar-priors';
import { describe, expect, it } from 'vitest';
import { type AcquisitionOptions, createGeoTiff, openAcquisition } from '../src/node';
import { imageOf, temporaryFolder, writeInStrips } from './support';
import { writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();
const [WIDTH, HEIGHT] = [90, 70];
const PIXELS = WIDTH * HEIGHT;
const whole = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
const C2 = ['C11', 'C22', 'C12_real', 'C12_imag'];

/** Speckled powers of VV about −10 dB; those of VH are a quarter of them. */
const vv = Array.from({ length: PIXELS }, (_, i) => 0.1 * (1 + 0.9 * Math.sin(i * i)));
const vh = vv.map((value) => value / 4);
const c12 = vv.map((value) => value / 8);
const zero = vv.map(() => 0);
const toDb = (value: number) => 10 * Math.log10(value);
const isLeft = (i: number) => i % WIDTH < 20;
/** A band with another value on the left. */
const fill = (band: readonly number[], value: number) => band.map((own, i) => (isLeft(i) ? value : own));
const sqrt = (band: readonly number[]) => band.map(Math.sqrt);

let count = 0;
async function write(bands: readonly (readonly number[])[], names: readonly string[], complex = false) {
  const path = join(folder, `1SDV_${count++}.tif`);
  const image: Image = imageOf(bands.flat(), bands.length, HEIGHT, WIDTH);
  const sink = await createGeoTiff(path, { width: WIDTH, height: HEIGHT, bands: names, complex });
  await writeInStrips(sink, image);
  return path;
}

/** VV and VH as intensities, as C2, and as complex samples, which have real parts only. */
const KINDS: readonly [string, (co: readonly number[], cross: readonly number[]) => Promise<string>][] = [
  ['intensities', (co, cross) => write([co, cross], ['VV', 'VH'])],
  ['C2', (co, cross) => write([co, cross, fill(c12, 0), zero], C2)],
  ['complex samples', (co, cross) => write([sqrt(co), zero, sqrt(cross), zero], ['VV', 'VH'], true)],
];

async function read(path: string, options?: AcquisitionOptions) {
  const acquisition = await openAcquisition(path, options);
  const { image, mask } = await acquisition.read(whole);
  await acquisition.close();
  return { warnings: acquisition.warnings, image, valid: Array.from(mask.data) };
}

const rightOnly = vv.map((_, i) => Number(!isLeft(i)));

describe.each(KINDS)('powers of %s', (_, writeKind) => {
  it('are invalid where both are 0', async () => {
    const { valid, image, warnings } = await read(await writeKind(fill(vv, 0), fill(vh, 0)));
    expect(valid).toEqual(rightOnly);
    expect(image.data.subarray(0, PIXELS).every((value, i) => value > 0 !== isLeft(i))).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('are invalid where one is 0, and its share is said', async () => {
    const { valid, warnings } = await read(await writeKind(vv, fill(vh, 0)));
    expect(valid).toEqual(rightOnly);
    expect(warnings).toMatchObject([
      {
        code: 'NonPositivePower',
        message: expect.stringMatching(/^(?:VH|C22) is not positive in \d+ % of the sampled pixels; both/),
      },
    ]);
  });

  it('that may be fill are said and kept', async () => {
    const { valid, warnings } = await read(await writeKind(fill(vv, 2 ** -33), fill(vh, 2 ** -33)));
    expect(valid).not.toContain(0);
    expect(warnings).toMatchObject([
      { code: 'FrequentValue', message: expect.stringMatching(/ is 1\.16415e-10 in .*taken as data/) },
    ]);
  });
});

it.each([-9999, 9999])('%d in areas of C2 is masked, and said', async (value) => {
  const bands = [vv, vh, c12, zero].map((band) => fill(band, value));
  const { valid, warnings } = await read(await write(bands, C2));
  expect(valid).toEqual(rightOnly);
  expect(warnings).toMatchObject([{ code: 'UndeclaredFill', message: expect.stringMatching(/^-?9999 in/) }]);
});

describe('a covariance in dB', () => {
  const write = (names: readonly string[], bands: readonly (readonly number[])[], unit?: string) => {
    const ofBand = (role: string, value: string, b: number) =>
      `<Item name="${role}" sample="${b}" role="${role}">${value}</Item>`;
    const items = names.flatMap((name, b) => [
      ofBand('description', name, b),
      ...(unit && !name.startsWith('C12') ? [ofBand('unittype', unit, b)] : []),
    ]);
    return writeTestTiff(join(folder, `db${count++}.tif`), {
      ...{ width: WIDTH, height: HEIGHT, type: 'float32', bands, items: items.join('') },
    });
  };
  // A ship is above 0 dB.
  const withShip = (band: readonly number[]) => band.map((value, i) => (i % WIDTH > 86 ? 3 : toDb(value)));
  const decibels = [withShip(vv), withShip(vh), c12, zero];
  const NAMED = ['C11_db', 'C22_db', 'C12_real', 'C12_imag'];

  it.each<[string, readonly string[], string | undefined, readonly (readonly number[])[]]>([
    ['by the unit', C2, 'intensity_db', decibels],
    ['by the unit, of high powers', C2, 'dB', [vv.map((v) => toDb(1000 * v)), vv, c12, zero]],
    ['by the name', NAMED, undefined, decibels],
    ['by the values', C2, undefined, decibels],
  ])('%s is refused', async (_, names, unit, bands) => {
    const path = write(names, bands, unit);
    await expect(openAcquisition(path)).rejects.toMatchObject({
      ...{ code: 'UnsupportedFormat', path, expected: 'C11 as linear power' },
      found: expect.stringMatching(new RegExp(`^${names[0]} in ${unit ?? 'dB'}, the median -?\\d+\\.\\d$`)),
    });
  });

  it('of C22 alone is refused', async () => {
    await expect(openAcquisition(write(C2, [vv, withShip(vh), c12, zero]))).rejects.toMatchObject({
      expected: 'C22 as linear power',
    });
  });

  it('is linear on request, and where the values are', async () => {
    const bands = [vv, vh, c12, zero];
    for (const [path, options] of [
      [write(NAMED, bands), {}],
      [write(C2, bands, 'dB'), { scale: 'linear' }],
    ] as const)
      expect((await read(path, options)).valid).not.toContain(0);
  });
});
