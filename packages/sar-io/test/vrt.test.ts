import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGeoTiff, listInputFiles, openAcquisition, openRaster } from '../src/node';
import { gdal, gdalRead, temporaryFolder, testImage, withoutGdal } from './support';
import { writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const NODATA = -9999;

/** A tile of VV and one of VH that begin so many pixels right and down. */
async function writeTile(name: string, column: number, row: number, width = 20, height = 15) {
  for (const [b, polarization] of ['VV', 'VH'].entries()) {
    const sink = await createGeoTiff(at(`${name}_${polarization}.tif`), {
      ...{ width, height, bands: [polarization] },
      georeference: {
        crs: { epsg: 32633, geographic: false },
        transform: [500_000 + 10 * column, 10, 0, 5_000_000 - 10 * row, 0, -10],
      },
    });
    const image = testImage(1, height, width);
    for (let i = 0; i < image.data.length; i++) image.data[i] += b ? 0.1 : 100 + column + row;
    const mask = { ...image, data: new Uint8Array(width * height).fill(1) };
    mask.data[3] = 0;
    const { default: ndarray } = await import('ndarray');
    await sink.write(image, ndarray(mask.data, [height, width]));
    await sink.close();
  }
}

beforeAll(async () => {
  await writeTile('a_20240305', 0, 0);
  await writeTile('b_20240305', 17, 4);
});

const source = (
  file: string,
  more = '',
  rectangles = rectangle('SrcRect', 0, 0, 20, 15) + rectangle('DstRect', 0, 0, 20, 15),
) =>
  `<SimpleSource ${more}><SourceFilename relativeToVRT="1">${file}</SourceFilename><SourceBand>1</SourceBand>${rectangles}</SimpleSource>`;
const rectangle = (name: string, x: number, y: number, width: number, height: number) =>
  `<${name} xOff="${x}" yOff="${y}" xSize="${width}" ySize="${height}"/>`;
const vrt = (bands: string, dataset = '', size = 'rasterXSize="20" rasterYSize="15"') =>
  `<VRTDataset ${size} ${dataset}><SRS>EPSG:32633</SRS><GeoTransform>500000, 10, 0, 5000000, 0, -10</GeoTransform>${bands}</VRTDataset>`;
const band = (content: string, attributes = '') =>
  `<VRTRasterBand dataType="Float32" band="1" ${attributes}><NoDataValue>${NODATA}</NoDataValue>${content}</VRTRasterBand>`;
const pair = vrt(band(source('a_20240305_VV.tif')) + band(source('a_20240305_VH.tif')));

function write(name: string, xml: string): string {
  writeFileSync(at(name), xml);
  return at(name);
}

it('a size of which no row fits into memory is refused', async () => {
  const path = write('huge.vrt', vrt(band(''), '', 'rasterXSize="2000000000" rasterYSize="2000000000"'));
  const found = '2000000000 × 2000000000';
  await expect(openRaster(path)).rejects.toMatchObject({ code: 'UnsupportedFormat', path, found });
  await expect(openAcquisition([path])).rejects.toMatchObject({ code: 'UnsupportedFormat', path, found });
});

async function read(path: string) {
  const raster = await openRaster(path);
  const { width, height } = raster;
  const { image, mask } = await raster.read({ x: 0, y: 0, width, height });
  await raster.close();
  return { raster, image, mask };
}

/** GDAL's numbers, invalid ones 0. */
const expected = (path: string) =>
  gdalRead(path, folder).map((value) => (value === NODATA || Number.isNaN(value) ? 0 : value));

it('VV and VH as bands of a VRT are an acquisition, with the date of its sources', async () => {
  const path = write('pair.vrt', pair);
  const acquisition = await openAcquisition(path);
  expect(acquisition).toMatchObject({ channels: ['VV', 'VH'], acquired: new Date('2024-03-05') });
  expect(acquisition.warnings.map(({ code }) => code)).toEqual([]);
  const { image, mask } = await acquisition.read({ x: 2, y: 0, width: 3, height: 2 });
  const direct = await read(at('a_20240305_VH.tif'));
  expect(image.get(1, 1, 0)).toBe(direct.image.get(0, 1, 2));
  expect(Array.from(mask.data)).toEqual([1, 0, 1, 1, 1, 1]);
  await acquisition.close();
  expect(await listInputFiles(path)).toEqual([path, at('a_20240305_VV.tif'), at('a_20240305_VH.tif')]);
});

it.skipIf(withoutGdal)('mosaics, parts and bands apart agree with GDAL', async () => {
  gdal('gdalbuildvrt', '-q', at('mosaic.vrt'), at('a_20240305_VV.tif'), at('b_20240305_VV.tif'));
  gdal(
    'gdalbuildvrt',
    '-q',
    '-separate',
    at('separate.vrt'),
    at('a_20240305_VV.tif'),
    at('a_20240305_VH.tif'),
  );
  gdal(
    'gdalbuildvrt',
    '-q',
    '-te',
    '500030',
    '4999900',
    '500150',
    '4999980',
    at('part.vrt'),
    at('a_20240305_VV.tif'),
  );
  gdal(
    'gdal_translate',
    '-q',
    '-of',
    'VRT',
    '-srcwin',
    '3',
    '2',
    '11',
    '7',
    at('a_20240305_VV.tif'),
    at('window.vrt'),
  );
  gdal(
    'gdal_translate',
    '-q',
    '-of',
    'VRT',
    '-outsize',
    '40',
    '10',
    at('a_20240305_VV.tif'),
    at('scaled.vrt'),
  );
  for (const name of ['mosaic', 'separate', 'part', 'window', 'scaled']) {
    const { raster, image, mask } = await read(at(`${name}.vrt`));
    const numbers = expected(at(`${name}.vrt`));
    expect([name, image.data]).toEqual([name, numbers]);
    expect([name, Array.from(mask.data)]).toEqual([
      name,
      Array.from(numbers.subarray(0, mask.data.length), (v) => Number(v !== 0)),
    ]);
    expect(raster.georeference.crs?.epsg).toBe(32633);
  }
  expect((await read(at('separate.vrt'))).raster.bands.map(({ name }) => name)).toEqual(['VV', 'VH']);
});

it('nodata of a source is the stored number, also where the source has a scale of its own', async () => {
  const numbers = Array.from({ length: 300 }, (_, i) => i + 1);
  const items = '<Item name="SCALE" sample="0" role="scale">0.01</Item>';
  writeTestTiff(at('hundredths.tif'), { width: 20, height: 15, type: 'uint16', bands: [numbers], items });
  const content = (nodata: number) =>
    source('hundredths.tif')
      .replaceAll('SimpleSource', 'ComplexSource')
      .replace('</ComplexSource>', `<NODATA>${nodata}</NODATA></ComplexSource>`);
  for (const nodata of [7, 29, 300]) {
    const { mask } = await read(write('hundredths.vrt', vrt(band(content(nodata)))));
    expect(Array.from(mask.data)).toEqual(numbers.map((number) => Number(number !== nodata)));
  }
});

/** GDAL's numbers in the type of the bands: before 3.7 it read floats past the type. */
function inOwnType(path: string): Float32Array {
  gdal('gdal_translate', '-q', path, at('own-type.tif'));
  return gdalRead(at('own-type.tif'), folder);
}

/** Numbers at which rounding and clamping differ. */
const NUMBERS = [0.4, 0.5, 1.5, 2.5, 254.5, 255.4, 255.6, 407, -0.4, -0.5, -2.5, -129, 32767.5, -32769, 7e4];

it.each([
  ['Byte', [0, 1, 2, 3, 255, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255]],
  ['Int8', [0, 1, 2, 3, 127, 127, 127, 127, 0, -1, -3, -128, 127, -128, 127]],
  ['UInt16', [0, 1, 2, 3, 255, 255, 256, 407, 0, 0, 0, 0, 32768, 0, 65535]],
  ['Int16', [0, 1, 2, 3, 255, 255, 256, 407, 0, -1, -3, -129, 32767, -32768, 32767]],
  ['Int32', [0, 1, 2, 3, 255, 255, 256, 407, 0, -1, -3, -129, 32768, -32769, 70000]],
  ['Float32', Array.from(Float32Array.from(NUMBERS))],
])('numbers are rounded and clamped to the type of the band, %s, as by GDAL', async (type, shown) => {
  const sink = await createGeoTiff(at('floats.tif'), {
    ...{ width: 20, height: 15, bands: ['VV'], georeference: {} },
  });
  const image = testImage(1, 15, 20);
  for (let i = 0; i < 300; i++) image.data[i] = NUMBERS[i % NUMBERS.length];
  await sink.write(image);
  await sink.close();
  const content = [source('floats.tif'), source('floats.tif').replaceAll('SimpleSource', 'ComplexSource')];
  for (const element of content) {
    const path = write(
      `${type}.vrt`,
      vrt(`<VRTRasterBand dataType="${type}" band="1">${element}</VRTRasterBand>`),
    );
    const { image } = await read(path);
    expect(Array.from(image.data.subarray(0, NUMBERS.length))).toEqual(shown);
    // GDAL has had Int8 since 3.7.
    if (!withoutGdal && type !== 'Int8') expect(image.data).toEqual(inOwnType(path));
  }
});

it.skipIf(withoutGdal).each([
  ['-ot', 'Byte'],
  ['-ot', 'Byte', '-scale', '0', '100', '0', '400'],
  ['-ot', 'Int16', '-scale', '0', '1', '0', '1000'],
])('what gdal_translate makes with %s %s %s', async (...options) => {
  gdal('gdal_translate', '-q', '-of', 'VRT', ...options, at('a_20240305_VV.tif'), at('typed.vrt'));
  const { image, mask } = await read(at('typed.vrt'));
  expect(image.data).toEqual(inOwnType(at('typed.vrt')).map((value, i) => (mask.data[i] ? value : 0)));
});

it('of overlapping sources the last in the document is shown, of whatever kind', async () => {
  const layers = [20, 30, 40, 50].map((value, i) => ({ value, column: 4 * i, complex: i % 2 === 0 }));
  for (const { value } of layers) {
    const numbers = new Array<number>(300).fill(value);
    writeTestTiff(at(`layer${value}.tif`), { width: 20, height: 15, type: 'uint16', bands: [numbers] });
  }
  const rectangles = (column: number) =>
    rectangle('SrcRect', 0, 0, 8, 15) + rectangle('DstRect', column, 0, 8, 15);
  const element = ({ value, column, complex }: (typeof layers)[number]) =>
    source(`layer${value}.tif`, '', rectangles(column)).replaceAll(
      'SimpleSource',
      complex ? 'ComplexSource' : 'SimpleSource',
    );
  for (const order of [layers, layers.toReversed()]) {
    const { image } = await read(write('layers.vrt', vrt(band(order.map(element).join('')))));
    const shown = Array.from({ length: 20 }, (_, x) => {
      const covering = order.filter(({ column }) => x >= column && x < column + 8);
      return covering.at(-1)?.value ?? 0;
    });
    expect(Array.from(image.data.subarray(0, 20))).toEqual(shown);
  }
});

it.skipIf(withoutGdal)(
  'ratio and offset of complex sources, and scale, offset and unit of the band',
  async () => {
    const content = source('a_20240305_VV.tif')
      .replaceAll('SimpleSource', 'ComplexSource')
      .replace(
        '</ComplexSource>',
        `<ScaleOffset>3</ScaleOffset><ScaleRatio>2</ScaleRatio><NODATA>${NODATA}</NODATA></ComplexSource>`,
      );
    const path = write(
      'complex.vrt',
      vrt(band(`${content}<Scale>0.5</Scale><Offset>-20</Offset><UnitType>dB</UnitType>`)),
    );
    const { raster, image, mask } = await read(path);
    expect(raster.bands).toEqual([{ name: 'VV', unit: 'dB', scale: 0.5, offset: -20, nodata: NODATA }]);
    const numbers = expected(path);
    for (let i = 0; i < numbers.length; i++)
      expect(image.data[i]).toBeCloseTo(mask.data[i] ? 0.5 * numbers[i] - 20 : 0, 4);
    expect(mask.data[3]).toBe(0);
  },
);

it.skipIf(withoutGdal).each([
  ['the same size', undefined],
  ['a larger one', 'rasterXSize="10" rasterYSize="5"'],
  ['a smaller one', 'rasterXSize="30" rasterYSize="25"'],
])('a source without rectangles, of %s', async (_, size) => {
  const path = write('whole.vrt', vrt(band(source('a_20240305_VV.tif', '', '')), '', size));
  expect((await read(path)).image.data).toEqual(expected(path));
});

it('one rectangle without the other is an error', async () => {
  const content = source('a_20240305_VV.tif', '', rectangle('SrcRect', 0, 0, 20, 15));
  await expect(openRaster(write('half.vrt', vrt(band(content))))).rejects.toMatchObject({
    code: 'CorruptFile',
  });
});

it('a mask band counts', async () => {
  const mask = `<MaskBand><VRTRasterBand dataType="Byte">${source('mask.tif')}</VRTRasterBand></MaskBand>`;
  const sink = await createGeoTiff(at('mask.tif'), {
    width: 20,
    height: 15,
    bands: ['mask'],
    georeference: {},
  });
  const image = testImage(1, 15, 20);
  for (let i = 0; i < 300; i++) image.data[i] = i % 2;
  await sink.write(image);
  await sink.close();
  const { mask: valid } = await read(write('masked.vrt', vrt(band(source('a_20240305_VV.tif')) + mask)));
  expect(Array.from(valid.data)).toEqual(Array.from({ length: 300 }, (_, i) => (i === 3 ? 0 : i % 2)));
});

it('from a server, with the sources beside it', async () => {
  const server = createServer((request, response) => {
    const name = new URL(request.url!, 'http://x').pathname.slice(1);
    let bytes: Buffer;
    try {
      bytes = readFileSync(at(name));
    } catch {
      return response.writeHead(404).end();
    }
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined) return response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes);
    const end = Math.min(Number(to), bytes.length - 1);
    response.writeHead(206, { 'Content-Range': `bytes ${from}-${end}/${bytes.length}` });
    return response.end(bytes.subarray(Number(from), end + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => server.close());
  write('pair.vrt', pair);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pair.vrt?sig=secret`;
  const { raster, image } = await read(address);
  expect(raster.path).not.toContain('secret');
  expect(image.data).toEqual((await read(at('pair.vrt'))).image.data);
});

const WRONG: [string, string, object][] = [
  [
    'a source that is missing',
    vrt(band(source('gone.tif'))),
    { code: 'NotFound', message: expect.stringContaining('gone.tif') },
  ],
  [
    'a pixel function',
    vrt(
      band(
        `<PixelFunctionType>dB2pow</PixelFunctionType>${source('a_20240305_VV.tif')}`,
        'subClass="VRTDerivedRasterBand"',
      ),
    ),
    { found: 'the pixel function dB2pow' },
  ],
  ['a warped raster', vrt(band(''), 'subClass="VRTWarpedDataset"'), { found: 'VRTWarpedDataset' }],
  [
    'a pansharpened raster',
    vrt(band(''), 'subClass="VRTPansharpenedDataset"'),
    { found: 'VRTPansharpenedDataset' },
  ],
  ['raw bands', vrt(band('', 'subClass="VRTRawRasterBand"')), { found: 'VRTRawRasterBand' }],
  [
    'an averaged source',
    vrt(band(source('a_20240305_VV.tif').replaceAll('SimpleSource', 'AveragedSource'))),
    { found: 'AveragedSource' },
  ],
  [
    'a kernel-filtered source',
    vrt(band(source('a_20240305_VV.tif').replaceAll('SimpleSource', 'KernelFilteredSource'))),
    { found: 'KernelFilteredSource' },
  ],
  [
    'a lookup table',
    vrt(
      band(
        source('a_20240305_VV.tif')
          .replaceAll('SimpleSource', 'ComplexSource')
          .replace('</ComplexSource>', '<LUT>0:0,1:9</LUT></ComplexSource>'),
      ),
    ),
    { found: 'ComplexSource with LUT' },
  ],
  [
    'resampling',
    vrt(band(source('a_20240305_VV.tif', 'resampling="bilinear"'))),
    { found: 'SimpleSource with bilinear resampling' },
  ],
  [
    'the mask of a source',
    vrt(band(source('a_20240305_VV.tif').replace('<SourceBand>1', '<SourceBand>mask,1'))),
    { found: 'SourceBand mask,1' },
  ],
  ['a source in a zip', vrt(band(source('/vsizip/a.zip/a.tif'))), { found: 'a source in /vsizip/' }],
  ['a netCDF subdataset', vrt(band(source('NETCDF:a.nc:VV'))), { found: 'the source NETCDF:…' }],
  ['a VRT in a VRT', vrt(band(source('pair.vrt'))), { found: 'a VRT inside another VRT' }],
  [
    'a band that the source lacks',
    vrt(band(source('a_20240305_VV.tif').replace('<SourceBand>1', '<SourceBand>7'))),
    { code: 'CorruptFile', found: '1 bands' },
  ],
  ['no bands', vrt(''), { code: 'CorruptFile' }],
  ['no size', vrt(band(''), '', ''), { code: 'CorruptFile' }],
  ['numbers that are none', pair.replace('500000,', 'x,'), { code: 'CorruptFile' }],
  ['XML that ends early', pair.slice(0, 200), { code: 'CorruptFile' }],
];

it.each(WRONG)('%s is an error', async (name, xml, expected) => {
  write('pair.vrt', pair);
  const path = write(`${name.replace(/\W/g, '-')}.vrt`, xml);
  const reading = openRaster(path).then((raster) =>
    raster.read({ x: 0, y: 0, width: 1, height: 1 }).finally(() => raster.close()),
  );
  await expect(reading).rejects.toMatchObject({ name: 'SarIoError', ...expected });
});

it('a VRT that is moved away from its sources names the missing one', async () => {
  mkdirSync(at('elsewhere'), { recursive: true });
  const path = write('elsewhere/pair.vrt', pair);
  await expect(openAcquisition(path)).rejects.toMatchObject({
    code: 'NotFound',
    expected: at('elsewhere/a_20240305_VV.tif'),
    hint: expect.stringContaining('gdalbuildvrt'),
  });
  rmSync(path);
});
