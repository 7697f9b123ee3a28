import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openGeoTiff } from '../src/node';
import {
  DATA,
  floats,
  gdal,
  gdalInfo,
  gdalRead,
  OPERA,
  OPERA_NAME,
  temporaryFolder,
  withoutData,
  withoutGdal,
} from './support';

const COMPLEX = join(DATA, 'gdal-complex-tiffs');
const SLC = join(DATA, 's1-slc-vv-crop/s1a-iw3-slc-vv_subset_hight9800_10400_width11000_11000.tiff');
const VH = join(OPERA, `${OPERA_NAME}_VH.tif`);
const whole = ({ width, height }: { width: number; height: number }) => ({ x: 0, y: 0, width, height });

describe.skipIf(withoutData)('real files (skipped without shared data)', () => {
  it.each(['cint16', 'cint32', 'cfloat32', 'cfloat64'])(
    'reads %s as the pairs of the raw file',
    async (name) => {
      const source = await openGeoTiff(join(COMPLEX, `${name}.tif`));
      const { image, mask } = await source.read(whole(source));
      const raw = floats(join(COMPLEX, 'cfloat32.raw'));
      expect(source).toMatchObject({ complex: true, dataType: name, width: 20, height: 20 });
      expect(image.shape).toEqual([2, 20, 20]);
      expect(image.data.slice(0, 400)).toEqual(raw.filter((_, i) => i % 2 === 0));
      expect(image.data.slice(400)).toEqual(raw.filter((_, i) => i % 2 === 1));
      // Zero is a number like others where samples are complex.
      expect(mask.data.every((valid) => valid === 1)).toBe(true);
      expect(source.georeference.transform).toEqual([440720, 60, 0, 3751320, 0, -60]);
      expect(source.georeference.crs).toMatchObject({ epsg: 26711, geographic: false });
      await source.close();
    },
  );

  it('reads ground control points', async () => {
    const source = await openGeoTiff(join(COMPLEX, 'cint_sar.tif'));
    expect(source.georeference.crs).toMatchObject({ epsg: 4326, geographic: true });
    expect(source.georeference.transform).toBeUndefined();
    expect(source.georeference.gcps).toHaveLength(4);
    expect(source.georeference.gcps![1]).toEqual({
      column: 588.5,
      row: -7430.5,
      x: 297.938,
      y: 16.455,
      z: 0,
    });
    expect(source.metadata.CEOS_SOFTWARE_ID).toBe('ERS2-SLC-6.1');
    await source.close();
  });

  it('reads a single-look complex crop', async () => {
    const source = await openGeoTiff(SLC);
    expect(source).toMatchObject({ width: 1401, height: 601, dataType: 'cint16', bands: [{ name: 'VV' }] });
    const { image } = await source.read({ x: 1398, y: 599, width: 3, height: 2 });
    if (!withoutGdal) {
      const values = gdal('gdallocationinfo', '-valonly', SLC, '1400', '600').trim();
      expect(`${image.get(0, 1, 2)}${image.get(1, 1, 2) < 0 ? '' : '+'}${image.get(1, 1, 2)}i`).toBe(values);
    }
    await source.close();
  });

  it('reads band, date and nodata of an OPERA product', async () => {
    const source = await openGeoTiff(VH);
    expect(source.bands).toEqual([{ name: 'VH', nodata: Number.NaN }]);
    expect(source.acquired).toEqual(new Date('2021-11-19T01:58:58Z'));
    await source.close();
  });
});

describe.skipIf(withoutData || withoutGdal)('what GDAL writes (skipped without GDAL or shared data)', () => {
  const folder = temporaryFolder();
  const tiled = ['TILED=YES', 'BLOCKXSIZE=32', 'BLOCKYSIZE=48'];

  it.each([
    ['uncompressed strips', []],
    ['deflate, tiles', ['COMPRESS=DEFLATE', ...tiled]],
    ['deflate, floating-point predictor', ['COMPRESS=DEFLATE', 'PREDICTOR=3', ...tiled]],
    ['LZW, horizontal predictor, strips', ['COMPRESS=LZW', 'PREDICTOR=2', 'BLOCKYSIZE=7']],
    ['ZSTD', ['COMPRESS=ZSTD', ...tiled]],
    ['PackBits', ['COMPRESS=PACKBITS']],
    ['LERC', ['COMPRESS=LERC', ...tiled]],
    ['BigTIFF', ['BIGTIFF=YES', ...tiled]],
    ['big-endian', ['ENDIANNESS=BIG', ...tiled]],
    ['big-endian, deflate', ['ENDIANNESS=BIG', 'COMPRESS=DEFLATE']],
    ['big-endian, horizontal predictor', ['ENDIANNESS=BIG', 'COMPRESS=LZW', 'PREDICTOR=2', 'BLOCKYSIZE=7']],
    ['three bands, big-endian', ['ENDIANNESS=BIG', 'INTERLEAVE=PIXEL', 'COMPRESS=ZSTD', 'PREDICTOR=2']],
    ['three bands, interleaved by pixel', ['INTERLEAVE=PIXEL', 'COMPRESS=DEFLATE', 'PREDICTOR=3', ...tiled]],
    ['three bands, one after another', ['INTERLEAVE=BAND', 'COMPRESS=DEFLATE', ...tiled]],
  ])('%s', async (name, options) => {
    const bands = name.startsWith('three')
      ? ['-b', '1', '-b', '1', '-b', '1', '-scale_2', '0', '1', '5', '9']
      : [];
    const path = join(folder, 'a.tif');
    gdal('gdal_translate', '-q', ...bands, ...options.flatMap((option) => ['-co', option]), VH, path);
    const source = await openGeoTiff(path);
    const { image } = await source.read(whole(source));
    expect(image.data).toEqual(gdalRead(path, folder).map((value) => (Number.isNaN(value) ? 0 : value)));
    await source.close();
  });

  it('refuses big-endian files with the floating-point predictor, which GDAL itself does not read back', async () => {
    const path = join(folder, 'float.tif');
    const options = ['COMPRESS=DEFLATE', 'PREDICTOR=3', 'ENDIANNESS=BIG'].flatMap((option) => [
      '-co',
      option,
    ]);
    gdal('gdal_translate', '-q', ...options, VH, path);
    await expect(openGeoTiff(path)).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      hint: expect.stringContaining('ENDIANNESS=LITTLE'),
    });
  });

  it.each(['Byte', 'UInt16', 'Int16', 'UInt32', 'Int32'])('%s, big-endian, predictor', async (type) => {
    const path = join(folder, 'p.tif');
    const scale = ['-scale', '0', '1', '0', '200', '-a_nodata', 'none'];
    const options = ['COMPRESS=DEFLATE', 'PREDICTOR=2', 'ENDIANNESS=BIG'].flatMap((option) => [
      '-co',
      option,
    ]);
    gdal('gdal_translate', '-q', '-ot', type, ...scale, ...options, VH, path);
    const source = await openGeoTiff(path);
    expect((await source.read(whole(source))).image.data).toEqual(gdalRead(path, folder));
    await source.close();
  });

  it.each(['Byte', 'UInt16', 'Int16', 'UInt32', 'Int32', 'Float64'])('%s', async (type) => {
    const path = join(folder, 'b.tif');
    const scale = ['-scale', '0', '1', '0', '200', '-a_nodata', 'none'];
    gdal('gdal_translate', '-q', '-ot', type, ...scale, '-co', 'COMPRESS=DEFLATE', VH, path);
    const source = await openGeoTiff(path);
    expect((await source.read(whole(source))).image.data).toEqual(gdalRead(path, folder));
    await source.close();
  });

  it.each([
    ['deflate', ['COMPRESS=DEFLATE']],
    ['LZW tiles', ['COMPRESS=LZW', ...tiled]],
    ['ZSTD strips', ['COMPRESS=ZSTD', 'BLOCKYSIZE=5']],
    ['big-endian', ['ENDIANNESS=BIG']],
    ['two bands, one after another', ['INTERLEAVE=BAND', 'COMPRESS=DEFLATE']],
    ['two bands, interleaved', ['INTERLEAVE=PIXEL']],
  ])('complex integers, %s', async (name, options) => {
    const path = join(folder, 'c.tif');
    const bands = name.startsWith('two') ? ['-b', '1', '-b', '1'] : [];
    const window = ['-srcwin', '700', '200', '301', '101'];
    gdal(
      'gdal_translate',
      '-q',
      ...window,
      ...bands,
      ...options.flatMap((option) => ['-co', option]),
      SLC,
      path,
    );
    const [source, slc] = [await openGeoTiff(path), await openGeoTiff(SLC)];
    const expected = (await slc.read({ x: 700, y: 200, width: 301, height: 101 })).image.data;
    const { image } = await source.read(whole(source));
    expect(image.data).toEqual(bands.length > 0 ? Float32Array.from([...expected, ...expected]) : expected);
    await Promise.all([source.close(), slc.close()]);
  });

  it('a window is the same part of the whole, whatever the window and the bands', async () => {
    const path = join(folder, 'd.tif');
    const options = ['COMPRESS=DEFLATE', 'INTERLEAVE=BAND', 'TILED=YES', 'BLOCKXSIZE=32', 'BLOCKYSIZE=16'];
    gdal(
      'gdal_translate',
      '-q',
      '-b',
      '1',
      '-b',
      '1',
      '-scale_2',
      '0',
      '1',
      '5',
      '9',
      ...options.flatMap((o) => ['-co', o]),
      VH,
      path,
    );
    const source = await openGeoTiff(path);
    const all = await source.read(whole(source));
    const start = fc.integer({ min: 0, max: 99 });
    await fc.assert(
      fc.asyncProperty(
        start,
        start,
        fc.nat(),
        fc.nat(),
        fc.constantFrom([0], [1], [1, 0]),
        async (x, y, w, h, bands) => {
          const [width, height] = [1 + (w % (100 - x)), 1 + (h % (100 - y))];
          const { image, mask } = await source.read({ x, y, width, height }, { bands });
          for (let row = 0; row < height; row++)
            for (let col = 0; col < width; col++) {
              bands.forEach((band, b) => {
                if (image.get(b, row, col) !== all.image.get(band, y + row, x + col))
                  throw new Error(`${row}, ${col}`);
              });
              if (mask.get(row, col) !== all.mask.get(y + row, x + col))
                throw new Error(`mask ${row}, ${col}`);
            }
        },
      ),
    );
    await source.close();
  });

  it('masks nodata, leaving 0', async () => {
    const path = join(folder, 'e.tif');
    gdal('gdal_translate', '-q', '-a_nodata', '7', '-ot', 'Int16', '-scale', '0', '1', '0', '20', VH, path);
    const source = await openGeoTiff(path);
    const { image, mask } = await source.read(whole(source));
    const raw = gdalRead(path, folder);
    expect(raw).toContain(7);
    expect(mask.data).toEqual(Uint8Array.from(raw, (value) => Number(value !== 7)));
    expect(image.data).toEqual(raw.map((value) => (value === 7 ? 0 : value)));
    await source.close();
  });

  it('pixels that are points become areas, as in GDAL', async () => {
    const path = join(folder, 'f.tif');
    gdal('gdal_translate', '-q', '-mo', 'AREA_OR_POINT=Point', VH, path);
    const source = await openGeoTiff(path);
    expect(source.georeference.transform).toEqual(gdalInfo(path).geoTransform);
    await source.close();
  });

  it('reads names and units of bands, and items with special characters', async () => {
    const vrt = join(folder, 'g.vrt');
    const path = join(folder, 'g.tif');
    gdal('gdal_translate', '-q', '-of', 'VRT', '-mo', 'NOTE=a & b < "c"', VH, vrt);
    const { readFileSync, writeFileSync } = await import('node:fs');
    const band = '<Description>Sigma0_VH</Description><UnitType>dB</UnitType>';
    writeFileSync(vrt, readFileSync(vrt, 'utf8').replace('<NoDataValue>', `${band}<NoDataValue>`));
    gdal('gdal_translate', '-q', vrt, path);
    const source = await openGeoTiff(path);
    expect(source.bands).toEqual([{ name: 'Sigma0_VH', unit: 'dB', nodata: Number.NaN }]);
    expect(source.metadata.NOTE).toBe('a & b < "c"');
    await source.close();
  });
});
