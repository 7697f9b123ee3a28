import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { beforeEach, describe, expect, it } from 'vitest';
import { crsOf, type Georeference, type Transform } from '../src/index';
import { createPolsarpro, lostInEnvi, openPolsarpro, polsarproBands } from '../src/node';
import {
  DATA,
  floats,
  gdalInfo,
  temporaryFolder,
  testImage,
  withoutData,
  withoutGdal,
  writeInStrips,
} from './support';

const folder = temporaryFolder();
const [ROWS, COLS] = [41, 29];
const image = testImage(4, ROWS, COLS);
const path = join(folder, 'C2');
const whole = { x: 0, y: 0, width: COLS, height: ROWS };
const C2_FILES = ['C11', 'C12_imag', 'C12_real', 'C22', 'mask_valid_pixels'];

beforeEach(async () => {
  rmSync(path, { recursive: true, force: true });
  await writeInStrips(await createPolsarpro(path, { width: COLS, height: ROWS }), image);
});

describe('writing', () => {
  it('gives the files of a C2 folder', () => {
    expect(readdirSync(path).sort()).toEqual(
      [...C2_FILES.flatMap((name) => [`${name}.bin`, `${name}.bin.hdr`]), 'config.txt'].sort(),
    );
    expect(readFileSync(join(path, 'config.txt'), 'utf8')).toBe(
      'Nrow\n41\n---------\nNcol\n29\n---------\nPolarCase\nmonostatic\n---------\nPolarType\npp2\n',
    );
    expect(floats(join(path, 'C22.bin'))).toEqual(image.data.slice(ROWS * COLS, 2 * ROWS * COLS));
    const header = readFileSync(join(path, 'C12_imag.bin.hdr'), 'utf8');
    expect(header).toBe(
      'ENVI\ndescription = {\nPolSARpro File Imported to ENVI}\nsamples = 29\nlines   = 41\nbands   = 1\n' +
        'header offset = 0\nfile type = ENVI Standard\ndata type = 4\ninterleave = bsq\nsensor type = SENTINEL1\n' +
        'byte order = 0\nband names = {\nC12_imag.bin }\n',
    );
  });

  it('masked pixels are 0, and invalid when read', async () => {
    const mask = ndarray(new Uint8Array(ROWS * COLS).fill(1), [ROWS, COLS]);
    mask.set(40, 28, 0);
    await writeInStrips(await createPolsarpro(path, { width: COLS, height: ROWS }), image, mask);
    expect(floats(join(path, 'C11.bin')).at(-1)).toBe(0);
    const source = await openPolsarpro(path);
    expect((await source.read(whole)).mask.data).toEqual(mask.data);
    await source.close();
  });

  it('leaves other files of the folder alone, and nothing where it is aborted', async () => {
    writeFileSync(join(path, 'notes.txt'), 'mine');
    const before = readFileSync(join(path, 'C11.bin'));
    const sink = await createPolsarpro(path, { width: COLS, height: ROWS });
    await sink.write(testImage(4, 3, COLS));
    await sink.abort();
    expect(readFileSync(join(path, 'C11.bin'))).toEqual(before);
    await writeInStrips(await createPolsarpro(path, { width: COLS, height: ROWS }), testImage(4, ROWS, COLS));
    expect(readFileSync(join(path, 'notes.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['C2']);
  });

  it.skipIf(withoutGdal).each([
    [crsOf(32733), /UTM zone 33.*Latitude of natural origin",0,.*"False northing",10000000/is],
    [crsOf(32611), /UTM zone 11.*Longitude of natural origin",-117,.*"False northing",0/is],
    [crsOf(4326), /^GEOGCRS\["WGS 84"/],
    [crsOf(25833), /Longitude of natural origin",15,.*"Scale factor at natural origin",0.9996/is],
  ])('place in %o, as GDAL reads it (skipped without GDAL)', async (crs, wkt) => {
    const transform = [500.5, 0.25, 0, 40.75, 0, -0.125] as const;
    const sink = await createPolsarpro(path, { width: COLS, height: ROWS, georeference: { crs, transform } });
    await writeInStrips(sink, image);
    const info = gdalInfo(join(path, 'C11.bin'));
    expect(info.geoTransform.map((value: number) => value + 0)).toEqual(transform);
    expect(info.coordinateSystem.wkt).toMatch(wkt);
    const source = await openPolsarpro(path);
    expect(source.georeference.transform).toEqual(transform);
    expect(source.georeference.crs).toMatchObject(crs);
    await source.close();
  });
});

describe('the place of an image', () => {
  const [sin, cos] = [0.5, Math.sqrt(0.75)];

  it.each([
    ['north up', [500, 10, 0, 900, 0, -10]],
    ['south up', [500, 10, 0, 900, 0, 10]],
    ['rotated by 30°', [500, 10 * cos, 10 * sin, 900, 20 * sin, -20 * cos]],
    ['rotated by 90°', [500, 0, 10, 900, 20, 0]],
    ['rotated by -150° and mirrored', [500, -10 * cos, -10 * sin, 900, 20 * sin, -20 * cos]],
  ] as [string, Transform][])('%s is read back, also by GDAL', async (_, transform) => {
    const georeference = { crs: crsOf(25833), transform };
    await writeInStrips(await createPolsarpro(path, { width: COLS, height: ROWS, georeference }), image);
    const source = await openPolsarpro(path);
    await source.close();
    expect(source.georeference.crs).toMatchObject({ epsg: 25833 });
    const read = [source.georeference.transform!];
    if (!withoutGdal) read.push(gdalInfo(join(path, 'C11.bin')).geoTransform);
    for (const found of read)
      found.forEach((value, i) => {
        expect(value).toBeCloseTo(transform[i], 9);
      });
  });

  it.each([
    ['the reference system EPSG:3857', { crs: crsOf(3857), transform: [0, 1, 0, 0, 0, -1] }],
    ['the reference system', { crs: { geographic: false }, transform: [0, 1, 0, 0, 0, -1] }],
    ['a transform that is not a rotation', { crs: crsOf(32633), transform: [0, 1, 0.5, 0, 0, -1] }],
    ['ground control points', { gcps: [{ column: 0, row: 0, x: 0, y: 0, z: 0 }] }],
    [undefined, { crs: crsOf(32633), transform: [0, 1, 0, 0, 0, -1] }],
    [undefined, {}],
  ] as [string | undefined, Georeference][])('loses %s in headers', (lost, georeference) => {
    expect(lostInEnvi(georeference)).toBe(lost);
  });
});

describe('reading', () => {
  it.skipIf(withoutData)(
    'a real T3 folder, by names of its files (skipped without shared data)',
    async () => {
      const t3 = join(DATA, 'polsarpro-t3');
      const source = await openPolsarpro(t3, { bands: ['T11', 'T12_imag'] });
      const { image } = await source.read({ x: 17, y: 31, width: 100, height: 50 });
      const raw = floats(join(t3, 'T12_imag.bin'));
      expect(source).toMatchObject({ width: 256, height: 256 });
      for (const [y, x] of [
        [0, 0],
        [49, 99],
        [20, 3],
      ])
        expect(image.get(1, y, x)).toBe(raw[(31 + y) * 256 + 17 + x]);
      await expect(openPolsarpro(t3)).rejects.toThrow(/expected C11.bin, .*found .*T11.bin/);
      await source.close();
    },
  );

  it('a window of some bands', async () => {
    const source = await openPolsarpro(path);
    const { image: part } = await source.read({ x: 5, y: 7, width: 11, height: 13 }, { bands: [3, 0] });
    expect(part.shape).toEqual([2, 13, 11]);
    expect([part.get(0, 12, 10), part.get(1, 0, 0)]).toEqual([image.get(3, 19, 15), image.get(0, 7, 5)]);
    await source.close();
  });

  it('big-endian files, by their headers', async () => {
    for (const name of C2_FILES) {
      const file = join(path, `${name}.bin`);
      writeFileSync(file, readFileSync(file).swap32());
      writeFileSync(join(path, `${name}.hdr`), 'ENVI\r\nbyte order = 1\r\ndata type = 4\r\n');
      unlinkSync(`${file}.hdr`);
    }
    const source = await openPolsarpro(path);
    expect((await source.read(whole)).image.data).toEqual(image.data);
    await source.close();
  });

  it.each([
    ['old names, CRLF', 'nlig\r\n41\r\n---------\r\nncol\r\n29\r\n'],
    ['other spacing', 'Nrow \n 41\n----\nNcol\n29'],
  ])('a config.txt with %s', async (_, text) => {
    writeFileSync(join(path, 'config.txt'), text);
    const source = await openPolsarpro(path);
    expect(source).toMatchObject({ width: 29, height: 41 });
    await source.close();
  });

  it('sizes from headers where there is no config.txt', async () => {
    unlinkSync(join(path, 'config.txt'));
    const source = await openPolsarpro(path);
    expect(source).toMatchObject({ width: 29, height: 41 });
    await source.close();
  });

  it('reports damaged folders', async () => {
    truncateSync(join(path, 'C22.bin'), 1000);
    await expect(openPolsarpro(path)).rejects.toThrow(
      /C22.bin: expected 4756 bytes for 29 × 41 float32, found 1000/,
    );
    unlinkSync(join(path, 'C22.bin'));
    await expect(openPolsarpro(path)).rejects.toMatchObject({ code: 'CorruptFile' });
    await expect(openPolsarpro(join(folder, 'none'))).rejects.toMatchObject({ code: 'NotFound' });
    mkdirSync(join(path, 'empty'));
    await expect(openPolsarpro(join(path, 'empty'))).rejects.toThrow('found no .bin file');
  });

  it('H and A are in files of the names of PolSARpro', async () => {
    const haAlpha = join(folder, 'HAAlpha');
    const bands = ['C11', 'H', 'A', 'alpha'];
    await writeInStrips(await createPolsarpro(haAlpha, { width: COLS, height: ROWS, bands }), image);
    expect(readdirSync(haAlpha)).toEqual(expect.arrayContaining(['entropy.bin', 'anisotropy.bin.hdr']));
    expect(await polsarproBands(haAlpha)).toEqual(bands);
    const source = await openPolsarpro(haAlpha, { bands });
    expect(source.bands.map(({ name }) => name)).toEqual(bands);
    expect((await source.read(whole)).image.data).toEqual(image.data);
    await source.close();
  });

  it.each([
    [{ x: 20, y: 0, width: 10, height: 5 }],
    [{ x: 0, y: -1, width: 10, height: 5 }],
    [{ x: 0.5, y: 0, width: 1, height: 1 }],
  ])('no window outside: %o', async (window) => {
    const source = await openPolsarpro(path);
    await expect(source.read(window)).rejects.toMatchObject({ code: 'InvalidArgument' });
    await source.close();
  });
});
