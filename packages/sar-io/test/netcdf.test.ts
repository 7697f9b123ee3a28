import { utimesSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGeoTiff, listAcquisitions, openAcquisition, openNetcdf, openRaster } from '../src/node';
import { classicNetcdf } from './fuzz/netcdf-classic';
import { axis, numberAt, replaceDeflate, writeNetcdf, writeSeries } from './netcdf-writer';
import {
  DATA,
  gdal,
  gdalInfo,
  gdalRead,
  imageOf,
  temporaryFolder,
  withoutData,
  withoutGdal,
} from './support';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const UTM = [500_000, 10, 0, 5_000_000, 0, -10];

async function pixels(path: string, window?: { x: number; y: number; width: number; height: number }) {
  const raster = await openRaster(path);
  const { width, height } = raster;
  const { image, mask } = await raster.read(window ?? { x: 0, y: 0, width, height });
  await raster.close();
  return { raster, image, mask, values: Array.from(image.data) };
}

it.each([-10, 10])('a date of a series, its rows %d m apart: north first', async (dy) => {
  const path = await writeSeries(at(`series${dy}.nc`), { dy });
  const { raster, image } = await pixels(`${path}#20240116`);
  expect(raster.georeference).toMatchObject({ crs: { epsg: 32633 }, transform: UTM });
  expect(raster.acquired).toEqual(new Date('2024-01-16T05:00:00Z'));
  expect(raster.bands).toEqual([
    { name: 'VV', unit: '1' },
    { name: 'VH', unit: '1' },
  ]);
  for (let b = 0; b < 2; b++)
    for (let r = 0; r < 4; r++)
      for (let c = 0; c < 5; c++) expect(image.get(b, r, c)).toBe(numberAt(b, 15, r, c));
  const part = await pixels(`${path}#20240116`, { x: 2, y: 1, width: 2, height: 2 });
  expect(part.values.slice(0, 4)).toEqual([
    numberAt(0, 15, 1, 2),
    numberAt(0, 15, 1, 3),
    numberAt(0, 15, 2, 2),
    numberAt(0, 15, 2, 3),
  ]);
});

it('a file that is replaced while it is read is an error', async () => {
  const path = await writeSeries(at('replaced.nc'));
  const raster = await openRaster(`${path}#20240116`);
  const window = { x: 0, y: 0, width: 5, height: 4 };
  await raster.read(window);
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  await expect(raster.read(window)).rejects.toMatchObject({ code: 'ReadFailed', path });
  await raster.close();
});

it('a series is a stack of its dates, alone and in a folder', async () => {
  const path = await writeSeries(at('stack.nc'));
  const dates = ['20240104T050000', '20240116T050000', '20240128T050000'];
  expect(await listAcquisitions(path)).toEqual(dates.map((date) => [`${path}#${date}`]));
  const acquisition = await openAcquisition(`${path}#2024-01-28`);
  expect(acquisition).toMatchObject({
    paths: [`${path}#20240128T050000`],
    channels: ['VV', 'VH'],
    acquired: new Date('2024-01-28T05:00:00Z'),
  });
  await acquisition.close();
});

it('one date without a time axis, and its date from a scalar or the name', async () => {
  const flat = { dimensions: ['y', 'x'], shape: [4, 5], data: new Float32Array(20).fill(2) };
  const change = { VV: flat, VH: flat };
  const scalar = await writeSeries(at('scalar.nc'), {
    change: { ...change, time: { dimensions: [], shape: [], data: Float64Array.of(3) } },
  });
  expect((await pixels(scalar)).raster.acquired).toEqual(new Date('2024-01-04T05:00:00Z'));
  const named = await writeSeries(at('S1A_20240305T170815.nc'), { change: { ...change, time: undefined } });
  expect((await pixels(named)).raster.acquired).toEqual(new Date('2024-03-05T17:08:15Z'));
  expect(await listAcquisitions(named)).toEqual([[named]]);
});

it('scale, offset, fill, missing values, valid range, unsigned numbers and units are believed', async () => {
  const one = (data: Int16Array, attributes: Record<string, string | number | number[]>) => ({
    dimensions: ['time', 'y', 'x'],
    shape: [1, 1, 5],
    data,
    attributes,
  });
  const path = await writeSeries(at('packed.nc'), {
    days: [3],
    height: 1,
    change: {
      y: { data: Float64Array.of(4_999_995) },
      VV: one(Int16Array.of(-1200, -32768, -9999, 500, -800), {
        scale_factor: 0.01,
        add_offset: -1,
        units: 'dB',
        _FillValue: -32768,
        missing_value: -9999,
        valid_range: [-5000, 100],
      }),
      VH: one(Int16Array.of(-1, 1, 2, 3, 4), { _Unsigned: 'true', scale_factor: 0.5, units: '1' }),
    },
  });
  const raster = await openRaster(path);
  expect(raster.bands[0]).toEqual({ name: 'VV', unit: 'dB', scale: 0.01, offset: -1 });
  const window = { x: 0, y: 0, width: 5, height: 1 };
  const vv = await raster.read(window, { bands: [0] });
  expect(Array.from(vv.mask.data)).toEqual([1, 0, 0, 0, 1]);
  expect(vv.image.data[0]).toBeCloseTo(-13, 5);
  expect((await raster.read(window, { bands: [1] })).image.get(0, 0, 0)).toBe(65535 / 2);
  await raster.close();
});

it.each([
  ['int16', Int16Array, '0x8001', true],
  ['uint16', Uint16Array, '0xffff', true],
  ['int32', Int32Array, '0x80000001', true],
  ['float32', Float32Array, '0x7cf00000', true],
  ['float64', Float64Array, '0x479e000000000000', true],
  ['bytes', Uint8Array, '0xff', false],
] as const)('default fill of %s is missing, except of bytes', async (name, type, bits, isFill) => {
  const data = new type(5).fill(9);
  // The bits of NC_FILL_… in netcdf.h.
  const bytes = Buffer.from(data.buffer, data.BYTES_PER_ELEMENT);
  for (let i = 0, rest = BigInt(bits); i < data.BYTES_PER_ELEMENT; i++, rest >>= 8n)
    bytes[i] = Number(rest & 255n);
  const one = (attributes = {}) => ({ dimensions: ['time', 'y', 'x'], shape: [1, 1, 5], data, attributes });
  const path = await writeSeries(at(`fill-${name}.nc`), {
    days: [3],
    height: 1,
    change: { y: { data: Float64Array.of(4_999_995) }, VV: one(), VH: one({ _FillValue: 9 }) },
  });
  const raster = await openRaster(path);
  const read = async (band: number) =>
    (await raster.read({ x: 0, y: 0, width: 5, height: 1 }, { bands: [band] })).mask.data;
  expect(Array.from(await read(0))).toEqual([1, isFill ? 0 : 1, 1, 1, 1]);
  expect(Array.from(await read(1))).toEqual([0, 1, 0, 0, 0]);
  await raster.close();
});

it('bands along a dimension with names, as xarray writes them', async () => {
  const data = Float32Array.from({ length: 2 * 20 }, (_, i) => i);
  const path = await writeSeries(at('bands.nc'), {
    change: {
      VV: undefined,
      VH: undefined,
      time: undefined,
      band: { dimensions: ['band'], data: ['vh', 'vv'] },
      backscatter: {
        dimensions: ['band', 'y', 'x'],
        shape: [2, 4, 5],
        data,
        attributes: { grid_mapping: 'crs' },
      },
    },
  });
  const acquisition = await openAcquisition(path);
  const { image } = await acquisition.read({ x: 0, y: 0, width: 5, height: 4 });
  expect([image.get(0, 0, 1), image.get(1, 0, 1)]).toEqual([21, 1]);
  await acquisition.close();
});

it('other variables beside the polarizations are left alone', async () => {
  const angle = {
    dimensions: ['time', 'y', 'x'],
    shape: [3, 4, 5],
    data: new Float32Array(60),
    attributes: {},
  };
  const path = await writeSeries(at('angle.nc'), { change: { local_incidence_angle: angle } });
  expect((await pixels(`${path}#20240104`)).raster.bands.map(({ name }) => name)).toEqual(['VV', 'VH']);
});

it.each([
  ['seconds since 1970-01-01T00:00:00Z', 1_704_430_800],
  ['hours since 2024-01-01', 101],
  ['milliseconds since 2024-1-5 5:00:0.0', 0],
  ['days since 2023-12-31 05:00:00 UTC', 5],
])('times in %s', async (units, value) => {
  const path = await writeSeries(at('time.nc'), {
    days: [4],
    change: { time: { data: Float64Array.of(value), attributes: { units } } },
  });
  expect((await pixels(path)).raster.acquired).toEqual(new Date('2024-01-05T05:00:00Z'));
});

const irregular = axis(500_005, 10, 5);
irregular[3] += 4;

const WRONG: [string, Parameters<typeof writeSeries>[1], string, object][] = [
  [
    'no date of several named',
    {},
    '',
    {
      code: 'UnsupportedFormat',
      found: expect.stringContaining('3 dates'),
      hint: expect.stringContaining('--stack'),
    },
  ],
  [
    'a date that is not there',
    {},
    '#20240305',
    { code: 'NotFound', found: expect.stringContaining('20240104T050000') },
  ],
  [
    'two dates on the day named',
    { days: [3, 3.5] },
    '#20240104',
    { code: 'NotFound', found: '20240104T050000, 20240104T170000' },
  ],
  ['several images without dates', { change: { time: undefined } }, '', { code: 'UnsupportedFormat' }],
  [
    'times in unknown units',
    { change: { time: { attributes: { units: 'fortnights since 2024-01-01' } } } },
    '',
    { code: 'UnsupportedFormat', found: expect.stringContaining('fortnights') },
  ],
  [
    'times without an epoch',
    { change: { time: { attributes: { units: 'days since then' } } } },
    '',
    { code: 'UnsupportedFormat' },
  ],
  [
    'another calendar',
    { change: { time: { attributes: { calendar: '360_day' } } } },
    '#20240104',
    { code: 'UnsupportedFormat', found: expect.stringContaining('360_day') },
  ],
  [
    'times out of range',
    { change: { time: { data: Float64Array.of(1e18, 2, 3) } } },
    '#20240104',
    { code: 'CorruptFile' },
  ],
  [
    'irregular coordinates',
    { change: { x: { data: irregular } } },
    '#20240104',
    { code: 'UnsupportedFormat', found: expect.stringContaining('0.4 pixels') },
  ],
  [
    'no polarization and no image',
    { change: { VV: undefined, VH: undefined } },
    '',
    { code: 'UnsupportedFormat', hint: expect.stringContaining('gdal_translate') },
  ],
  [
    'columns before rows',
    { change: { VV: { dimensions: ['time', 'x', 'y'], shape: [3, 5, 4] } } },
    '#20240104',
    { code: 'UnsupportedFormat', hint: expect.stringContaining('transpose') },
  ],
  [
    'another dimension',
    {
      change: {
        time: undefined,
        height: { dimensions: ['height'], data: Float64Array.of(1, 2, 3), attributes: { units: 'm' } },
        VV: { dimensions: ['height', 'y', 'x'] },
        VH: { dimensions: ['height', 'y', 'x'] },
      },
    },
    '',
    { code: 'UnsupportedFormat' },
  ],
  [
    'VV and VH of different sizes',
    {
      change: {
        y2: { dimensions: ['y2'], data: axis(0, -10, 2), attributes: { axis: 'Y' } },
        VH: { dimensions: ['time', 'y2', 'x'], shape: [3, 2, 5], data: new Float32Array(30) },
      },
    },
    '#20240104',
    { code: 'UnsupportedFormat', hint: expect.stringContaining('separate files') },
  ],
];

it.each(WRONG)('%s is an error with a hint', async (name, options, date, expected) => {
  const path = await writeSeries(at(`${name.replace(/\W/g, '-')}.nc`), options);
  await expect(openRaster(path + date)).rejects.toMatchObject({
    name: 'SarIoError',
    hint: expect.any(String),
    ...expected,
  });
});

it('chunks are decompressed, and a filter that is not there is named', async () => {
  const path = await writeNetcdf(at('deflate.nc'), {
    y: { dimensions: ['y'], data: axis(0, -1, 64), attributes: { axis: 'Y' } },
    x: { dimensions: ['x'], data: axis(0, 1, 64), attributes: { axis: 'X' } },
    VV: {
      dimensions: ['y', 'x'],
      shape: [64, 64],
      chunks: [64, 64],
      deflate: 4,
      data: new Float32Array(4096).fill(3),
    },
  });
  expect((await pixels(path)).values.every((value) => value === 3)).toBe(true);
  const bytes = await readFile(path);
  replaceDeflate(bytes, 200);
  writeFileSync(at('other-filter.nc'), bytes);
  const raster = await openRaster(at('other-filter.nc'));
  await expect(raster.read({ x: 0, y: 0, width: 8, height: 8 })).rejects.toMatchObject({
    code: 'UnsupportedFormat',
    message: expect.stringContaining('filter 200'),
    hint: expect.stringContaining('nccopy'),
  });
  await raster.close();
});

it('truncated files, other formats and files that are not there', async () => {
  const path = await writeSeries(at('whole.nc'));
  const bytes = await readFile(path);
  writeFileSync(at('short.nc'), bytes.subarray(0, bytes.length >> 1));
  await expect(openNetcdf(at('short.nc'))).rejects.toMatchObject({
    code: 'CorruptFile',
    hint: expect.any(String),
  });
  writeFileSync(at('picture.nc'), '\x89PNG\r\n\x1a\n', 'latin1');
  await expect(openNetcdf(at('picture.nc'))).rejects.toMatchObject({
    code: 'UnsupportedFormat',
    found: 'a PNG picture',
  });
  writeFileSync(at('v5.nc'), 'CDF\x05aaaaaaaaaaaa', 'latin1');
  await expect(openNetcdf(at('v5.nc'))).rejects.toMatchObject({
    code: 'UnsupportedFormat',
    hint: expect.stringContaining('nccopy'),
  });
  writeFileSync(at('v1.nc'), 'CDF\x01aaaaaaaaaaaa', 'latin1');
  await expect(openNetcdf(at('v1.nc'))).rejects.toMatchObject({ code: 'CorruptFile' });
  await expect(openNetcdf(at('absent.nc'))).rejects.toMatchObject({ code: 'NotFound' });
});

it.skipIf(withoutGdal).each(['NC', 'NC2', 'NC4', 'NC4C'])(
  'a file that GDAL writes as %s has its pixels and its place',
  async (format) => {
    const tiff = await createGeoTiff(at('source.tif'), {
      ...{ width: 7, height: 5, bands: ['VV', 'VH'] },
      georeference: {
        crs: { epsg: 32633, geographic: false },
        transform: [500_000, 10, 0, 5_000_000, 0, -10],
      },
    });
    const image = imageOf(
      Array.from({ length: 70 }, (_, i) => i + 0.5),
      2,
      5,
      7,
    );
    await tiff.write(image);
    await tiff.close();
    const path = at(`${format}-20240305.nc`);
    gdal('gdal_translate', '-q', '-of', 'netCDF', '-co', `FORMAT=${format}`, at('source.tif'), path);
    const { raster, values } = await pixels(path);
    expect([raster.width, raster.height, raster.bands.length]).toEqual([7, 5, 2]);
    expect(raster.georeference).toMatchObject({ crs: { epsg: 32633 }, transform: UTM });
    expect(values).toEqual(Array.from(image.data));
    expect(raster.acquired).toEqual(new Date('2024-03-05'));
  },
);

it.skipIf(withoutData || withoutGdal)(
  'a real series agrees with GDAL (skipped without ../shared/data or GDAL)',
  async () => {
    const path = join(DATA, 'grd-timeseries/cdse_sentinel1_grd.nc');
    const acquisitions = await listAcquisitions(path);
    expect(acquisitions).toHaveLength(10);
    const raster = await openRaster(`${path}#20230408`); // third of its dates
    const { image } = await raster.read({ x: 0, y: 0, width: 64, height: 66 });
    await raster.close();
    for (const [b, name] of ['S1-SIGMA0-VV', 'S1-SIGMA0-VH'].entries()) {
      const expected = gdalRead(`NETCDF:"${path}":${name}`, folder, '-b', '3');
      expect(image.data.subarray(b * 66 * 64, (b + 1) * 66 * 64)).toEqual(expected);
    }
    const { geoTransform } = gdalInfo(`NETCDF:"${path}":S1-SIGMA0-VV`);
    expect(raster.georeference).toMatchObject({ crs: { epsg: 32631 }, transform: geoTransform });
  },
);

/** The series in a file, changed where it holds some bytes. */
async function damagedSeries(change: (bytes: Buffer, object: number) => void): Promise<string> {
  const bytes = await readFile(await writeSeries(at('heap.nc')));
  // The first object of the global heap, behind the header of its collection.
  change(bytes, bytes.indexOf('GCOL') + 16);
  const path = at('damaged-heap.nc');
  writeFileSync(path, bytes);
  return path;
}

it.each([
  ['free space of no size', (bytes, object) => bytes.fill(0, object, object + 16)],
  ['a size of 64 bits', (bytes, object) => bytes.writeUInt32LE(8, object + 12)],
  ['a size that wraps around', (bytes, object) => bytes.writeUInt32LE(0xfffffff0, object + 8)],
] satisfies [string, (bytes: Buffer, object: number) => void][])(
  'a global heap with an object of %s is refused and read in no circle',
  async (_, change) => {
    await expect(openNetcdf(await damagedSeries(change))).rejects.toMatchObject({
      code: 'CorruptFile',
      message: expect.stringMatching(/objects of its global heap within their collection/),
    });
  },
);

it('a read of the classic format ends midway when it is aborted', async () => {
  writeFileSync(at('aborted.nc'), classicNetcdf());
  const raster = await openNetcdf(at('aborted.nc'));
  const controller = new AbortController();
  const reading = raster.read({ x: 0, y: 0, width: 8, height: 6 }, { signal: controller.signal, bands: [0] });
  controller.abort(new Error('enough')); // after the read has begun
  await expect(reading).rejects.toThrow('enough');
  await raster.close();
});

describe('a classic header', () => {
  const write = (change: (bytes: Buffer) => void) => {
    const bytes = classicNetcdf();
    change(bytes);
    const path = at('classic.nc');
    writeFileSync(path, bytes);
    return path;
  };
  const dimensions = 8;
  const sizeOf = (dimension: string) => {
    const name = Buffer.concat([
      Buffer.from([0, 0, 0, dimension.length]),
      Buffer.from(dimension.padEnd(4, '\0')),
    ]);
    return classicNetcdf().indexOf(name) + 8;
  };

  it.each([
    ['dimensions', dimensions + 4],
    ['attributes', classicNetcdf().indexOf('Conventions') - 8],
    ['bytes of a name', dimensions + 8],
  ])('that claims 16 million %s takes no memory for them', async (_, position) => {
    const path = write((bytes) => bytes.writeUInt32BE(0x00ffffff, position));
    const before = process.memoryUsage().heapUsed;
    await expect(openNetcdf(path)).rejects.toMatchObject({ code: 'CorruptFile' });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 25);
  });

  it('of a variable that is longer than the file', async () => {
    const path = write((bytes) => bytes.writeUInt32BE(0x7fffffff, sizeOf('y')));
    await expect(openNetcdf(path)).rejects.toMatchObject({ code: 'CorruptFile' });
  });

  it('of records whose number its writer did not know', async () => {
    const path = write((bytes) => {
      bytes.writeUInt32BE(0xffffffff, 4);
      bytes.writeUInt32BE(0, sizeOf('time'));
    });
    const { raster, values } = await pixels(path);
    expect(raster.acquired).toEqual(new Date('2024-01-04T05:00:00Z'));
    expect([values[1], values[49]]).toEqual([0.15, 0.2].map(Math.fround));
  });
});
