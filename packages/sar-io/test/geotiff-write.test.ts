import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createImage } from '@mtpi/polsar-priors';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { crsOf, type GeoTiffOptions } from '../src/index';
import { createGeoTiff, openGeoTiff } from '../src/node';
import {
  DATA,
  gdal,
  gdalInfo,
  gdalRead,
  imageOf,
  temporaryFolder,
  testImage,
  validateCog,
  withoutCogValidator,
  withoutData,
  withoutGdal,
  writeInStrips,
} from './support';

const folder = temporaryFolder();
const [ROWS, COLS] = [203, 331];
const OPTIONS: GeoTiffOptions = { width: COLS, height: ROWS, bands: ['C11', 'C22'], tileSize: 64 };
const utm: GeoTiffOptions['georeference'] = {
  crs: crsOf(32611),
  transform: [244920, 30, 0, 3816660, 0, -30],
};

/** A mask with a hole over several tiles and an invalid last row. */
function testMask(rows: number, cols: number) {
  const inside = (y: number, x: number) => (y > 20 && y < 90 && x > 30 && x < 170) || y === rows - 1;
  const data = Uint8Array.from({ length: rows * cols }, (_, i) =>
    Number(!inside(Math.floor(i / cols), i % cols)),
  );
  return ndarray(data, [rows, cols]);
}

const masked = (values: Float32Array, mask: Uint8Array) =>
  values.map((value, i) => (mask[i % mask.length] ? value : Number.NaN));

/** Means of the valid values among 2 × 2, pixel by pixel. */
function plainHalf(values: Float32Array, bands: number, rows: number, cols: number): Float32Array {
  const result: number[] = [];
  for (let b = 0; b < bands; b++)
    for (let y = 0; y < rows; y += 2)
      for (let x = 0; x < cols; x += 2) {
        const four = [0, 1].flatMap((dy) =>
          [0, 1].map((dx) =>
            y + dy < rows && x + dx < cols ? values[(b * rows + y + dy) * cols + x + dx] : Number.NaN,
          ),
        );
        const valid = four.filter((value) => !Number.isNaN(value));
        result.push(valid.length > 0 ? valid.reduce((sum, value) => sum + value) / valid.length : Number.NaN);
      }
  return Float32Array.from(result);
}

describe('round trips', () => {
  it.each([
    ['deflate with predictor', {}],
    ['deflate without', { predictor: 1 }],
    ['uncompressed', { compression: 'none' }],
    ['BigTIFF', { bigTiff: true }],
    ['no overviews', { overviews: false }],
    ['one tile', { tileSize: 512 }],
  ] satisfies [string, Partial<GeoTiffOptions>][])('%s', async (_, options) => {
    const path = join(folder, 'round.tif');
    const [image, mask] = [testImage(2, ROWS, COLS), testMask(ROWS, COLS)];
    await writeInStrips(await createGeoTiff(path, { ...OPTIONS, ...options }), image, mask);
    const source = await openGeoTiff(path);
    const read = await source.read({ x: 0, y: 0, width: COLS, height: ROWS });
    expect(read.mask.data).toEqual(mask.data);
    expect(read.image.data).toEqual(
      image.data.map((value, i) => (mask.data[i % mask.data.length] ? value : 0)),
    );
    expect(source.bands.map(({ name }) => name)).toEqual(['C11', 'C22']);
    await source.close();
  });

  it('keeps reference system, place, names, units, date and items', async () => {
    const path = join(folder, 'meta.tif');
    const bands = [{ name: 'C11', unit: 'm²/m²' }, { name: 'α & <β>' }];
    const metadata = { ACQUISITION_TIME: '2021-11-19T01:58:58Z', FILTER: 'a < b & "c"' };
    const sink = await createGeoTiff(path, { ...OPTIONS, bands, metadata, georeference: utm });
    await writeInStrips(sink, testImage(2, ROWS, COLS));
    const source = await openGeoTiff(path);
    expect(source.bands).toEqual(bands.map((band) => ({ ...band, nodata: Number.NaN })));
    expect(source.metadata).toEqual(metadata);
    expect(source.acquired).toEqual(new Date('2021-11-19T01:58:58Z'));
    expect(source.georeference.transform).toEqual(utm!.transform);
    expect(source.georeference.crs).toMatchObject(utm!.crs!);
    if (!withoutGdal) {
      const info = gdalInfo(path);
      expect(info.bands[1].description).toBe('α & <β>');
      expect(info.bands[0].unit).toBe('m²/m²');
      expect(info.metadata['']).toMatchObject(metadata);
    }
    await source.close();
  });

  it('spells control characters out, which XML has not', async () => {
    const path = join(folder, 'control.tif');
    const metadata = { 'TARGET\x1b[31m': 'a\x1b]0;title\x07\x9b.tif, b\tc' };
    const sink = await createGeoTiff(path, { ...OPTIONS, bands: ['V\x00V'], metadata });
    await writeInStrips(sink, testImage(1, ROWS, COLS));
    const source = await openGeoTiff(path);
    expect(source.bands[0].name).toBe('V\\x00V');
    expect(source.metadata).toEqual({ 'TARGET\\x1b[31m': 'a\\x1b]0;title\\x07\\x9b.tif, b\tc' });
    await source.close();
  });

  it('does not depend on how rows are handed over', async () => {
    const [rows, cols] = [90, 70];
    const image = testImage(3, rows, cols);
    const options: GeoTiffOptions = { width: cols, height: rows, bands: ['a', 'b', 'c'], tileSize: 32 };
    const bytesOf = async (strip: number) => {
      const path = join(folder, 'strips.tif');
      await writeInStrips(await createGeoTiff(path, options), image, undefined, strip);
      return readFileSync(path).toString('base64');
    };
    const expected = await bytesOf(rows);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: rows }),
        async (strip) => (await bytesOf(strip)) === expected,
      ),
      { numRuns: 20 },
    );
  });

  it('of complex samples', async () => {
    const path = join(folder, 'complex.tif');
    const image = testImage(4, ROWS, COLS);
    const sink = await createGeoTiff(path, { ...OPTIONS, bands: ['VV', 'VH'], complex: true });
    await writeInStrips(sink, image);
    const source = await openGeoTiff(path);
    expect(source).toMatchObject({ complex: true, dataType: 'cfloat32' });
    expect((await source.read({ x: 0, y: 0, width: COLS, height: ROWS })).image.data).toEqual(image.data);
    await source.close();
    if (!withoutGdal) {
      const [re, im] = [image.get(2, 100, 300), image.get(3, 100, 300)];
      const value = gdal('gdallocationinfo', '-valonly', '-b', '2', path, '300', '100').trim();
      expect(
        value
          .split(/\+|i/)
          .slice(0, 2)
          .map((part) => Math.fround(Number(part))),
      ).toEqual([re, im]);
    }
  });
});

describe.skipIf(withoutGdal)('as GDAL reads it (skipped without GDAL)', () => {
  it('pixels, masked ones as nodata', async () => {
    const path = join(folder, 'pixels.tif');
    const [image, mask] = [testImage(2, ROWS, COLS), testMask(ROWS, COLS)];
    await writeInStrips(await createGeoTiff(path, { ...OPTIONS, georeference: utm }), image, mask);
    expect(gdalRead(path, folder)).toEqual(masked(image.data, mask.data));
    const info = gdalInfo(path);
    expect(info.geoTransform).toEqual(utm!.transform);
    expect(info.coordinateSystem.wkt).toContain('ID["EPSG",32611]]');
    expect(info.metadata.IMAGE_STRUCTURE).toMatchObject({
      COMPRESSION: 'DEFLATE',
      PREDICTOR: '3',
      LAYOUT: 'COG',
    });
  });

  it('overviews are means of valid pixels', async () => {
    const path = join(folder, 'overviews.tif');
    const [image, mask] = [testImage(2, ROWS, COLS), testMask(ROWS, COLS)];
    await writeInStrips(await createGeoTiff(path, OPTIONS), image, mask);
    const sizes = gdalInfo(path).bands[0].overviews.map(({ size }: { size: [number, number] }) => size);
    expect(sizes).toEqual([
      [166, 102],
      [83, 51],
      [42, 26],
    ]);
    let [values, rows, cols]: [Float32Array, number, number] = [masked(image.data, mask.data), ROWS, COLS];
    for (const [i, [width, height]] of sizes.entries()) {
      [values, rows, cols] = [plainHalf(values, 2, rows, cols), height, width];
      expect(gdalRead(path, folder, '-oo', `OVERVIEW_LEVEL=${i}`)).toEqual(values);
    }
  });

  it('ground control points', async () => {
    const path = join(folder, 'gcps.tif');
    const gcps = [
      { column: 0.5, row: 0.5, x: -119.5, y: 34.25, z: 12 },
      { column: 330.5, row: 0.5, x: -119.25, y: 34.5, z: 0 },
      { column: 0.5, row: 202.5, x: -119.75, y: 34, z: 3 },
    ];
    const sink = await createGeoTiff(path, { ...OPTIONS, georeference: { crs: crsOf(4326), gcps } });
    await writeInStrips(sink, testImage(2, ROWS, COLS));
    const read = gdalInfo(path).gcps;
    expect(read.coordinateSystem.wkt).toContain('ID["EPSG",4326]]');
    expect(
      read.gcpList.map(({ pixel, line, x, y, z }: Record<string, number>) => ({
        column: pixel,
        row: line,
        x,
        y,
        z,
      })),
    ).toEqual(gcps);
  });

  it('a rotated transform', async () => {
    const path = join(folder, 'rotated.tif');
    const transform = [500000, 8, 6, 4000000, 6, -8] as const;
    const sink = await createGeoTiff(path, { ...OPTIONS, georeference: { crs: crsOf(32733), transform } });
    await writeInStrips(sink, testImage(2, ROWS, COLS));
    expect(gdalInfo(path).geoTransform).toEqual(transform);
  });

  it.skipIf(withoutData)('a reference system that has no code survives', async () => {
    const original = join(folder, 'lambert.tif');
    const proj = '+proj=lcc +lat_1=41 +lat_2=47 +lat_0=44 +lon_0=12 +x_0=100 +y_0=200 +ellps=intl +units=m';
    gdal('gdal_translate', '-q', '-a_srs', proj, join(DATA, 'gdal-complex-tiffs/cint16.tif'), original);
    const source = await openGeoTiff(original);
    const { georeference } = source;
    await source.close();
    const path = join(folder, 'copy.tif');
    await writeInStrips(await createGeoTiff(path, { ...OPTIONS, georeference }), testImage(2, ROWS, COLS));
    const srs = (file: string) => gdal('gdalsrsinfo', '-o', 'proj4', file);
    expect(georeference.crs!.epsg).toBeUndefined();
    expect(srs(path)).toBe(srs(original));
  });
});

describe.skipIf(withoutCogValidator)('cloud-optimized, says GDAL (skipped without its Python module)', () => {
  it.each([
    [{}],
    [{ bigTiff: true }],
    [{ compression: 'none' }],
    [{ overviews: false, tileSize: 512 }],
    [{ bands: ['VV'], complex: true }],
    [{ width: 700, height: 600, tileSize: 256 }],
  ] satisfies [Partial<GeoTiffOptions>][])('%o', async (changes) => {
    const path = join(folder, 'cog.tif');
    const options = { ...OPTIONS, georeference: utm, ...changes };
    await writeInStrips(await createGeoTiff(path, options), testImage(2, options.height, options.width));
    expect(validateCog(path)).toContain('is a valid cloud optimized GeoTIFF');
  });
});

describe('nothing half-written', () => {
  const image = testImage(2, ROWS, COLS);
  const path = join(folder, 'target.tif');
  const files = () => readdirSync(folder).filter((file) => file.startsWith('target') || file.startsWith('.'));

  it('abort leaves nothing, and what was there stays', async () => {
    writeFileSync(path, 'before');
    const sink = await createGeoTiff(path, OPTIONS);
    await sink.write(image.hi(2, 100, COLS));
    await sink.abort();
    await sink.abort();
    expect(files()).toEqual(['target.tif']);
    expect(readFileSync(path, 'utf8')).toBe('before');
    await expect(sink.write(image.hi(2, 1, COLS))).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it.each([
    ['rows of another width', testImage(2, 10, COLS - 1)],
    ['rows of another number of bands', testImage(3, 10, COLS)],
    ['more rows than there are', testImage(2, ROWS + 1, COLS)],
  ])('%s', async (_, rows) => {
    const sink = await createGeoTiff(path, OPTIONS);
    await expect(sink.write(rows)).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(files()).toEqual(['target.tif']);
  });

  it('closing with rows missing', async () => {
    const sink = await createGeoTiff(path, OPTIONS);
    await sink.write(image.hi(2, 100, COLS));
    await expect(sink.close()).rejects.toThrow('expected 103 more rows before close');
    expect(files()).toEqual(['target.tif']);
  });

  it('a signal, while closing', async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const sink = await createGeoTiff(path, { ...OPTIONS, signal: controller.signal, onProgress });
    await sink.write(image);
    await expect(sink.close()).rejects.toThrow(/abort/i);
    expect(files()).toEqual(['target.tif']);
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  it('what was there is replaced on success, and progress ends at the total', async () => {
    let last = [0, 1];
    const sink = await createGeoTiff(path, { ...OPTIONS, onProgress: (...progress) => (last = progress) });
    await writeInStrips(sink, image);
    expect(files()).toEqual(['target.tif']);
    expect(last[0]).toBe(last[1]);
    await (await openGeoTiff(path)).close();
  });

  it('a folder that is not there', async () => {
    const missing = join(folder, 'no', 'target.tif');
    await expect(createGeoTiff(missing, OPTIONS)).rejects.toMatchObject({ code: 'NotFound' });
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });

  it.each([
    [{ tileSize: 100 }],
    [{ width: 0 }],
    [{ bands: [] }],
    [{ complex: true, predictor: 3 }],
  ] satisfies [Partial<GeoTiffOptions>][])('options %o', async (changes) => {
    await expect(createGeoTiff(path, { ...OPTIONS, ...changes })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
    expect(files()).toEqual(['target.tif']);
  });
});

it('masked pixels of an image whose mask is a part of a larger one', async () => {
  const path = join(folder, 'strided.tif');
  const big = ndarray(Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 1, 1]), [3, 3]);
  const sink = await createGeoTiff(path, { width: 2, height: 2, bands: ['a'], tileSize: 16 });
  await sink.write(imageOf([1, 2, 3, 4], 1, 2, 2), big.lo(1, 1));
  await sink.close();
  const source = await openGeoTiff(path);
  expect((await source.read({ x: 0, y: 0, width: 2, height: 2 })).image.data).toEqual(
    Float32Array.from([1, 0, 3, 4]),
  );
  await source.close();
});

it('keeps the names of bands beside long metadata', async () => {
  const path = join(folder, 'long-metadata.tif');
  const bands = ['C11', 'C22', 'C12_real', 'C12_imag'];
  const metadata = { PRODUCT: 'S1A_IW_SLC__1SDV_'.repeat(40) };
  const gcps = Array.from({ length: 90 }, (_, i) => ({ column: i, row: 2 * i, x: 11, y: 46, z: i }));
  const georeference = { crs: crsOf(4326), gcps };
  const sink = await createGeoTiff(path, { width: 256, height: 256, bands, metadata, georeference });
  const image = createImage(4, 256, 256);
  for (let i = 0; i < image.data.length; i++) image.data[i] = Math.sin(i * i);
  await sink.write(image);
  await sink.close();
  const source = await openGeoTiff(path);
  expect(source.bands.map(({ name }) => name)).toEqual(bands);
  expect(source.metadata).toMatchObject(metadata);
  await source.close();
});
