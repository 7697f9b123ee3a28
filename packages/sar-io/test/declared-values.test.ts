import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRaster } from '../src/node';
import { parseVrt } from '../src/vrt/document';
import { temporaryFolder } from './support';
import { type TestTiff, writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();
const [WIDTH, HEIGHT] = [11, 6];
const PIXELS = WIDTH * HEIGHT;
const numbers = Array.from({ length: PIXELS }, (_, i) => i - 30);
const whole = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
const item = (name: string, value: string, more = ' sample="0"') =>
  `<Item name="${name}"${more}>${value}</Item>`;
const scale = item('SCALE', '0.01', ' sample="0" role="scale"');
const offset = item('OFFSET', '-80', ' sample="0" role="offset"');
const everyThird = numbers.map((_, i) => Number(i % 3 !== 0));

let count = 0;
const write = (tiff: Partial<TestTiff>) =>
  writeTestTiff(join(folder, `${count++}.tif`), {
    ...{ width: WIDTH, height: HEIGHT, type: 'int16', bands: [numbers] },
    ...tiff,
  });

async function read(path: string, bands?: number[]) {
  const source = await openRaster(path);
  const { image, mask } = await source.read(whole, { bands });
  await source.close();
  return { source, values: Array.from(image.data), valid: Array.from(mask.data) };
}

const scaled = (factor: number, add = 0) => numbers.map((value) => Math.fround(factor * value + add));

describe('scale and offset of a GeoTIFF', () => {
  it.each<[string, Partial<TestTiff>, number[]]>([
    ['none', {}, numbers],
    ['by GDAL', { items: scale + offset }, scaled(0.01, -80)],
    ['of floats', { items: scale, type: 'float32' }, scaled(0.01)],
    ['in a big-endian file', { items: scale, bigEndian: true }, scaled(0.01)],
    [
      'as netCDF attributes of the band',
      { items: item('scale_factor', '0.5') + item('add_offset', '3') },
      scaled(0.5, 3),
    ],
    ['as netCDF attributes of the file', { items: item('scale_factor', '0.5', '') }, scaled(0.5)],
    ['by GDAL, beside netCDF attributes', { items: scale + item('scale_factor', '7') }, scaled(0.01)],
    [
      'as items of the user’s own, which say nothing of the values',
      {
        items: ['scale', 'OFFSET', 'UnitType', 'description', 'NoDataValue']
          .map((name) => item(name, '3'))
          .join(''),
      },
      numbers,
    ],
    [
      'in another domain, which is not read',
      { items: item('SCALE', '7', ' sample="0" domain="X"') },
      numbers,
    ],
  ])('%s', async (_, tiff, expected) => {
    expect((await read(write(tiff))).values).toEqual(expected);
  });

  it('do not remain among the metadata, where a copy would apply them again', async () => {
    const { source } = await read(write({ items: item('scale_factor', '0.5', '') + item('A', 'b', '') }));
    expect(source.metadata).toEqual({ A: 'b' });
  });

  it('of one band leave the others alone', async () => {
    const items = item('SCALE', '2', ' sample="1" role="scale"');
    const { values, source } = await read(write({ items, bands: [numbers, numbers] }));
    expect(values).toEqual([...numbers, ...scaled(2)]);
    expect(source.bands).toEqual([{ name: 'band1' }, { name: 'band2', scale: 2 }]);
  });

  it('apply to numbers that are not nodata', async () => {
    const { values, valid } = await read(write({ items: scale, nodata: '-30' }));
    expect(valid).toEqual(numbers.map((value) => Number(value !== -30)));
    expect(values).toEqual(scaled(0.01).map((value, i) => (i === 0 ? 0 : value)));
  });

  it('in XML that is cut off are an error', async () => {
    const path = write({ items: scale });
    const bytes = readFileSync(path, 'latin1').replace('</GDALMetadata>', '</GDALMeta'.padEnd(15));
    writeFileSync(path, bytes, 'latin1');
    await expect(openRaster(path)).rejects.toMatchObject({ code: 'CorruptFile' });
  });
});

describe('masks', () => {
  const masked = (values: number[], mask: number[]) => values.map((value, i) => (mask[i] ? value : 0));

  it.each([false, true])('inside a GeoTIFF, a bit for each pixel (big-endian: %s)', async (bigEndian) => {
    const { values, valid } = await read(write({ mask: everyThird, bigEndian }));
    expect(valid).toEqual(everyThird);
    expect(values).toEqual(masked(numbers, everyThird));
  });

  it('and nodata both count', async () => {
    const { valid } = await read(write({ mask: everyThird, nodata: '-29' }));
    expect(valid).toEqual(everyThird.map((flag, i) => (i === 1 ? 0 : flag)));
  });

  it.each<TestTiff['type']>(['uint8', 'uint16'])(
    'as an alpha band of %s, which is no band of data',
    async (type) => {
      const bands = [numbers.map((v) => v + 40), numbers.map((v) => v + 50), everyThird.map((v) => 255 * v)];
      const { source, values, valid } = await read(write({ type, bands, extraSamples: [0, 2] }));
      expect(source.bands.map(({ name }) => name)).toEqual(['band1', 'band2']);
      expect(valid).toEqual(everyThird);
      expect(values).toEqual([...masked(bands[0], everyThird), ...masked(bands[1], everyThird)]);
    },
  );

  it('as an alpha band leave a polarization in the name of the file', async () => {
    const path = join(folder, 'alpha_VH.tif');
    const bands = [numbers.map((v) => v + 40), everyThird];
    writeTestTiff(path, { width: WIDTH, height: HEIGHT, type: 'uint8', bands, extraSamples: [2] });
    expect((await read(path)).source.bands).toEqual([{ name: 'VH' }]);
  });

  it.each<[string, string, number[]]>([
    ['of all bands', '2', everyThird],
    ['of each band', '0', everyThird.map((flag, i) => flag & Number(i % 2))],
  ])('in a sidecar .msk, %s', async (_, flags, expected) => {
    const path = write({ bands: [numbers, numbers] });
    const second = numbers.map((__, i) => 255 * (i % 2));
    const mask = write({
      type: 'uint8',
      bands: [everyThird.map((flag) => 255 * flag), second],
      items: item('INTERNAL_MASK_FLAGS_1', flags, ''),
    });
    renameSync(mask, `${path}.msk`);
    expect((await read(path)).valid).toEqual(expected);
    expect((await read(path, [0])).valid).toEqual(everyThird);
  });

  it('of another size are refused', async () => {
    const path = write({});
    writeTestTiff(`${path}.msk`, { width: 5, height: 5, type: 'uint8', bands: [numbers] });
    await expect(openRaster(path)).rejects.toThrow(/\.msk: expected a mask of 11 × 6 pixels, found 5 × 5/);
  });
});

describe('a sidecar .aux.xml', () => {
  const aux = (text: string) => `<PAMDataset>${text}</PAMDataset>`;
  const band = (text: string, index = 1) => `<PAMRasterBand band="${index}">${text}</PAMRasterBand>`;

  it.each<[string, Partial<TestTiff>, string, number[], number[]]>([
    [
      'with nodata',
      {},
      band('<NoDataValue>-30</NoDataValue>'),
      [0, ...numbers.slice(1)],
      [0, ...Array(PIXELS - 1).fill(1)],
    ],
    ['with scale', {}, band('<Offset>3</Offset><Scale>0.5</Scale>'), scaled(0.5, 3), Array(PIXELS).fill(1)],
    [
      'whose nodata counts before that of the file, and whose scale after it, as for GDAL',
      { nodata: '-29', items: scale },
      band('<NoDataValue>-30</NoDataValue><Scale>2</Scale>'),
      [0, ...scaled(0.01).slice(1)],
      [0, ...Array(PIXELS - 1).fill(1)],
    ],
    [
      'with scale, before netCDF attributes in the file',
      { items: item('scale_factor', '7') },
      band('<Scale>0.5</Scale>'),
      scaled(0.5),
      Array(PIXELS).fill(1),
    ],
    [
      'with items of the user’s own',
      {},
      band('<Metadata><MDI key="scale">3</MDI><MDI key="NoDataValue">-30</MDI></Metadata>'),
      numbers,
      Array(PIXELS).fill(1),
    ],
    [
      'with statistics',
      {},
      band('<Metadata><MDI key="STATISTICS_MINIMUM">3</MDI></Metadata>'),
      numbers,
      Array(PIXELS).fill(1),
    ],
  ])('%s', async (_, tiff, text, values, valid) => {
    const path = write(tiff);
    writeFileSync(`${path}.aux.xml`, aux(text));
    expect(await read(path)).toMatchObject({ values, valid });
  });

  it('has nodata for each band', async () => {
    const path = write({ bands: [numbers, numbers] });
    writeFileSync(
      `${path}.aux.xml`,
      aux(band('<NoDataValue>-30</NoDataValue>') + band('<NoDataValue>5</NoDataValue>', 2)),
    );
    expect((await read(path, [0])).valid.indexOf(0)).toBe(0);
    expect((await read(path, [1])).valid.indexOf(0)).toBe(35);
  });

  it('has names and units', async () => {
    const path = write({});
    writeFileSync(
      `${path}.aux.xml`,
      aux(band('<Description>a &amp; b</Description><UnitType>dB</UnitType>')),
    );
    expect((await read(path)).source.bands).toEqual([{ name: 'a & b', unit: 'dB' }]);
  });

  it.each([
    ['too few numbers', '<GeoTransform>500000, 10, 0</GeoTransform>', /six numbers in GeoTransform/],
    ['a gap', '<GeoTransform>5, , 0, 5, 0, -1</GeoTransform>', /six numbers in GeoTransform/],
    ['a word', '<GCPList><GCP Pixel="0" Line="0" X="east" Y="0"/></GCPList>', /a number X.*'east'/],
  ])('with %s for the place is refused, by its name, as a VRT is', async (_, text, message) => {
    const path = write({});
    writeFileSync(`${path}.aux.xml`, aux(text));
    await expect(openRaster(path)).rejects.toMatchObject({
      code: 'CorruptFile',
      message: expect.stringMatching(new RegExp(`aux\\.xml: expected ${message.source}`)),
    });
    const vrt = `<VRTDataset rasterXSize="1" rasterYSize="1">${text}<VRTRasterBand/></VRTDataset>`;
    expect(() => parseVrt(vrt, 'a.vrt', '.')).toThrow(message);
  });

  it('of another program is passed over, a damaged one is an error', async () => {
    const path = write({});
    writeFileSync(`${path}.aux.xml`, '<metadata>');
    expect((await read(path)).values).toEqual(numbers);
    writeFileSync(`${path}.aux.xml`, '<PAMDataset><PAMRasterBand>');
    await expect(openRaster(path)).rejects.toThrow(/aux\.xml/);
  });
});

describe('an ENVI header', () => {
  const envi = (name: string, fields: string) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.from(Int16Array.from([...numbers, ...numbers]).buffer));
    const size = `samples = ${WIDTH}\nlines = ${HEIGHT}\nbands = 2\ndata type = 2\n`;
    writeFileSync(`${path}.hdr`, `ENVI\n${size}${fields}\n`);
    return path;
  };

  it('has gains, offsets and nodata', async () => {
    const fields = 'data gain values = {\n 0.5, 2}\ndata offset values = { 3 , -1 }\ndata ignore value = -30';
    const { values, valid } = await read(envi('gains.bin', fields));
    expect(valid.indexOf(0)).toBe(0);
    expect(values.slice(1, PIXELS)).toEqual(scaled(0.5, 3).slice(1));
    expect(values.slice(PIXELS + 1)).toEqual(scaled(2, -1).slice(1));
  });

  it.each([
    ['rotation=30', [500000, 8.660254037844387, 5, 4000000, 5, -8.660254037844387]],
    ['rotation = 0.0', [500000, 10, 0, 4000000, 0, -10]],
    ['rotation=180', [500000, 10, 0, 4000000, 0, 10]],
  ])('with %s', async (rotation, expected) => {
    const info = `map info = {UTM, 1, 1, 500000, 4000000, 10, 10, 33, North, WGS-84, units=Meters, ${rotation}}`;
    const { transform } = (await read(envi(`${rotation}.bin`, info))).source.georeference;
    transform!.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 9));
  });
});
