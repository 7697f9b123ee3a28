import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crsOfWkt } from '../src/georeference/crs-of-wkt';
import { crsOf } from '../src/index';
import { createGeoTiff, openAcquisition, openEnvi, openRaster } from '../src/node';
import {
  DATA,
  floats,
  gdal,
  temporaryFolder,
  testImage,
  withoutData,
  withoutGdal,
  writeInStrips,
} from './support';

const folder = temporaryFolder();
const [ROWS, COLS] = [23, 37];
const whole = { x: 0, y: 0, width: COLS, height: ROWS };
const COMPLEX = join(DATA, 'gdal-complex-tiffs/cfloat32.raw');

/** Every sample type of ENVI's, as bytes written one by one. */
const TYPES = [
  [1, 1, 'uint8', 'setUint8'],
  [2, 2, 'int16', 'setInt16'],
  [3, 4, 'int32', 'setInt32'],
  [4, 4, 'float32', 'setFloat32'],
  [5, 8, 'float64', 'setFloat64'],
  [6, 4, 'cfloat32', 'setFloat32'],
  [9, 8, 'cfloat64', 'setFloat64'],
  [12, 2, 'uint16', 'setUint16'],
  [13, 4, 'uint32', 'setUint32'],
] as const;

/** Where sample (band, y, x) lies in the file, in samples. */
const PLACE = {
  bsq: (bands: number, b: number, y: number, x: number) => (b * ROWS + y) * COLS + x + 0 * bands,
  bil: (bands: number, b: number, y: number, x: number) => (y * bands + b) * COLS + x,
  bip: (bands: number, b: number, y: number, x: number) => (y * COLS + x) * bands + b,
};

/** A number that fits every type, of its own for each band, component and pixel. */
const sampleAt = (b: number, c: number, y: number, x: number) => (b * 61 + c * 29 + y * 7 + x * 3) % 127;

function writeEnvi(
  name: string,
  bands: number,
  code: (typeof TYPES)[number],
  interleave: keyof typeof PLACE,
  bigEndian: boolean,
  offset: number,
): string {
  const [type, bytes, dataType, set] = code;
  const components = dataType.startsWith('c') ? 2 : 1;
  const view = new DataView(new ArrayBuffer(offset + bands * ROWS * COLS * bytes * components));
  for (let b = 0; b < bands; b++) {
    for (let y = 0; y < ROWS; y++) {
      for (let x = 0; x < COLS; x++) {
        for (let c = 0; c < components; c++) {
          const at = offset + bytes * (PLACE[interleave](bands, b, y, x) * components + c);
          view[set](at, sampleAt(b, c, y, x), !bigEndian);
        }
      }
    }
  }
  const path = join(folder, name);
  writeFileSync(path, new Uint8Array(view.buffer));
  const header = [
    'ENVI',
    'Description = {made of',
    ' two lines}',
    `samples=${COLS}`,
    `lines   = ${ROWS}`,
    `bands   = ${bands}`,
    `header offset = ${offset}`,
    `data type = ${type}`,
    `interleave = ${interleave.toUpperCase()}`,
    `byte order = ${Number(bigEndian)}`,
  ];
  writeFileSync(`${path}.hdr`, `${header.join('\r\n')}\r\n`);
  return path;
}

describe('well-known text', () => {
  const utm = (datum: string, northing: string) =>
    `PROJCS["unknown",GEOGCS["unknown",DATUM[${datum}],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],` +
    `PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",15],PARAMETER[${northing}],UNIT["metre",1]]`;
  const zone = (text: string) => text.replace('unknown', 'UTM zone 33');
  const wgs84 = '"WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]';

  it.each([
    ['WGS 84 in the north', zone(utm(wgs84, '"false_northing",0')), 32633],
    ['WGS 84 in the south', zone(utm(wgs84, '"false_northing",10000000')), 32733],
    ['ESRI in the south', zone(utm(wgs84, '"False_Northing",10000000.0')), 32733],
    ['exponents', zone(utm(wgs84, '"False_Northing",1.0E7')), 32733],
    ['WKT 2, with spaces in names', zone(utm(wgs84, '"False northing",10000000')), 32733],
    [
      'another datum, of which the way to WGS 84 is known',
      zone(
        utm(
          '"ED50",SPHEROID["International",6378388,297],TOWGS84[-87,-98,-121,0,0,0,0]',
          '"false_northing",0',
        ),
      ),
      undefined,
    ],
    [
      'geographic, of another datum',
      'GEOGCS["unknown",DATUM["ED50",SPHEROID["International",6378388,297],TOWGS84[-87,-98,-121,0,0,0,0]]]',
      undefined,
    ],
  ])('%s', (_, wkt, epsg) => expect(crsOfWkt(wkt).epsg).toBe(epsg));

  it.skipIf(withoutGdal).each([
    [utm('"D_ED50",SPHEROID["International",6378388,297]', '"false_northing",0'), '+proj=tmerc'],
    [
      'GEOGCS["GCS_ED50",DATUM["D_ED50",SPHEROID["International",6378388,297]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]',
      '+proj=longlat',
    ],
  ])('of a system without a code goes into GeoTIFFs, for GDAL too: %s', async (wkt, proj) => {
    const path = join(folder, 'text.tif');
    const crs = crsOfWkt(wkt);
    const georeference = { crs, transform: [5, 1, 0, 50, 0, -1] as const };
    const sink = await createGeoTiff(path, { width: 16, height: 16, bands: ['VV'], georeference });
    await sink.write(testImage(1, 16, 16));
    await sink.close();
    expect(gdal('gdalinfo', '-proj4', path)).toMatch(new RegExp(`\\${proj}.*\\+ellps=intl`));
    const source = await openRaster(path);
    expect(source.georeference.crs).toMatchObject(crs);
    await source.close();
  });
});

describe('any layout', () => {
  it('is read as it was written: types, interleaves, byte orders, offsets, windows', async () => {
    const layout = fc.record({
      code: fc.constantFrom(...TYPES),
      bands: fc.integer({ min: 1, max: 3 }),
      interleave: fc.constantFrom('bsq', 'bil', 'bip' as const),
      bigEndian: fc.boolean(),
      offset: fc.integer({ min: 0, max: 9 }),
      x: fc.integer({ min: 0, max: COLS - 1 }),
      y: fc.integer({ min: 0, max: ROWS - 1 }),
      width: fc.integer({ min: 1, max: COLS }),
      height: fc.integer({ min: 1, max: ROWS }),
    });
    await fc.assert(
      fc.asyncProperty(layout, async ({ code, bands, interleave, bigEndian, offset, x, y, ...size }) => {
        const path = writeEnvi('any.raw', bands, code, interleave, bigEndian, offset);
        const [width, height] = [Math.min(size.width, COLS - x), Math.min(size.height, ROWS - y)];
        const source = await openEnvi(path);
        try {
          expect(source).toMatchObject({ width: COLS, height: ROWS, dataType: code[2] });
          const { image } = await source.read({ x, y, width, height });
          const components = source.complex ? 2 : 1;
          const expected = Array.from({ length: bands * components }, (_, plane) =>
            Array.from({ length: width * height }, (_, i) =>
              sampleAt(
                Math.floor(plane / components),
                plane % components,
                y + Math.floor(i / width),
                x + (i % width),
              ),
            ),
          ).flat();
          expect(Array.from(image.data)).toEqual(expected);
        } finally {
          await source.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe.skipIf(withoutGdal)('files of GDAL (skipped without GDAL)', () => {
  const tiff = join(folder, 'source.tif');
  const image = testImage(2, ROWS, COLS);

  it.each(['BSQ', 'BIL', 'BIP'])('%s, with its place, names and nodata', async (interleave) => {
    const georeference = { crs: crsOf(32633), transform: [500020, 10, 0, 4600010, 0, -10] } as const;
    const bands = ['Sigma0_VV', 'Sigma0_VH'];
    await writeInStrips(await createGeoTiff(tiff, { width: COLS, height: ROWS, bands, georeference }), image);
    const path = join(folder, 'gdal.img');
    gdal(
      'gdal_translate',
      '-q',
      '-of',
      'ENVI',
      '-a_nodata',
      '-9',
      '-co',
      `INTERLEAVE=${interleave}`,
      tiff,
      path,
    );
    const source = await openRaster(path);
    expect(source.bands).toEqual(bands.map((name) => ({ name, nodata: -9 })));
    expect(source).toMatchObject({ georeference: { transform: georeference.transform } });
    expect(source.georeference.crs).toMatchObject({ epsg: 32633, geographic: false });
    expect((await source.read(whole)).image.data).toEqual(image.data);
    await source.close();
  });

  it('geographic coordinates', async () => {
    const georeference = { crs: crsOf(4326), transform: [10.5, 0.001, 0, 45.25, 0, -0.002] } as const;
    await writeInStrips(
      await createGeoTiff(tiff, { width: COLS, height: ROWS, bands: ['a', 'b'], georeference }),
      image,
    );
    const path = join(folder, 'geographic.img');
    gdal('gdal_translate', '-q', '-of', 'ENVI', tiff, path);
    const source = await openEnvi(join(folder, 'geographic.hdr'));
    expect(source.path).toBe(path);
    source.georeference.transform!.forEach((value, i) =>
      expect(value).toBeCloseTo(georeference.transform[i], 12),
    );
    expect(source.georeference.crs).toMatchObject({ epsg: 4326, geographic: true });
    await source.close();
  });
});

it.skipIf(withoutData)('a complex file of GDAL’s own tests (skipped without shared data)', async () => {
  const source = await openRaster(COMPLEX);
  expect(source).toMatchObject({ width: 20, height: 20, dataType: 'cfloat32', complex: true });
  expect(source.bands).toEqual([{ name: 'cfloat32' }]);
  expect(source.georeference.transform).toEqual([440720, 60, 0, 3751320, 0, -60]);
  const { image } = await source.read({ x: 3, y: 5, width: 4, height: 2 });
  const raw = floats(COMPLEX);
  expect([image.get(0, 1, 2), image.get(1, 1, 2)]).toEqual([
    raw[2 * (6 * 20 + 5)],
    raw[2 * (6 * 20 + 5) + 1],
  ]);
  await source.close();
});

it('a folder of single files is a covariance', async () => {
  const names = ['C11', 'C22', 'C12_real', 'C12_imag', 'Entropy', 'alpha'];
  for (const name of names) writeEnvi(`${name}.img`, 1, TYPES[3], 'bsq', true, 0);
  rmSync(join(folder, 'any.raw'), { force: true });
  for (const other of ['any.raw', 'gdal.img', 'geographic.img', 'source.tif'])
    rmSync(join(folder, other), { force: true });
  const acquisition = await openAcquisition(folder);
  expect(acquisition).toMatchObject({ polarimetry: 'covariance', width: COLS, height: ROWS });
  expect(acquisition.paths.map((path) => path.slice(folder.length + 1))).toEqual(
    names.slice(0, 4).map((name) => `${name}.img`),
  );
  await acquisition.close();
});

describe('wrong files', () => {
  const good = () => writeEnvi('bad.raw', 1, TYPES[3], 'bsq', false, 0);
  const edit = (path: string, from: RegExp, to: string) =>
    writeFileSync(`${path}.hdr`, readFileSync(`${path}.hdr`, 'utf8').replace(from, to));

  it.each([
    [
      'CorruptFile',
      /lines +=.*/,
      'lines = 24',
      /bad.raw: expected 3552 bytes for 37 × 24 float32, found 3404/,
    ],
    ['CorruptFile', /lines +=.*/, '', /bad.raw.hdr: expected a size in pixels, found .*lines = undefined/],
    ['CorruptFile', /bands.*/, 'bands = 0', /expected a size in pixels, found .*bands = 0/],
    ['CorruptFile', /ENVI/, 'II*', /bad.raw.hdr: expected an ENVI header, found "II/],
    ['UnsupportedFormat', /ENVI/, 'BYTEORDER      I', /expected an ENVI header, found an ESRI header/],
    ['UnsupportedFormat', /data type.*/, 'data type = 14', /expected data type 1, 2, .*, found 14/],
    ['UnsupportedFormat', /BSQ/, 'tiled', /expected interleave bsq, bil or bip, found tiled/],
    ['UnsupportedFormat', /byte/, 'file compression = 1\nbyte', /expected an uncompressed file/],
  ])('%s where %s is %j', async (code, from, to, message) => {
    const path = good();
    edit(path, from, to);
    await expect(openEnvi(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('that are missing or end early', async () => {
    const path = good();
    truncateSync(path, 1000);
    await expect(openRaster(path)).rejects.toThrow(/bad.raw: expected 3404 bytes .*, found 1000/);
    rmSync(path);
    await expect(openRaster(`${path}.hdr`)).rejects.toThrow(/expected one file bad.raw with samples/);
    writeFileSync(path, 'x');
    rmSync(`${path}.hdr`);
    await expect(openEnvi(path)).rejects.toThrow(/expected an ENVI header bad.raw.hdr beside it, found none/);
  });
});
