import { createWriteStream, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { deflateSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ZipFile } from 'yazl';
import { parseEnviHeader } from '../src/envi/header';
import { encodeIfd, ifdSize, type Tag } from '../src/geotiff/ifd';
import { openEnvi, openGeoTiff, openRaster, XmlElement, ZipArchive } from '../src/node';
import { parseConfig } from '../src/polsarpro/config';
import { temporaryFolder } from './support';

const folder = temporaryFolder();
const SIZE = 64;

/** A TIFF of one strip of bytes; tags replace those of the same number. */
function tiff(name: string, strip: Uint8Array, compression: number, ...changed: Tag[]): string {
  const tagsAt = (position: number): Tag[] => {
    const tags: Tag[] = [
      { tag: 256, type: 'long', values: [SIZE] },
      { tag: 257, type: 'long', values: [SIZE] },
      { tag: 258, type: 'short', values: [8] },
      { tag: 259, type: 'short', values: [compression] },
      { tag: 273, type: 'long', values: [position] },
      { tag: 277, type: 'short', values: [1] },
      { tag: 278, type: 'long', values: [SIZE] },
      { tag: 279, type: 'long', values: [strip.length] },
    ];
    return [...tags.filter(({ tag }) => changed.every((other) => other.tag !== tag)), ...changed];
  };
  const start = 8 + ifdSize(tagsAt(0), false);
  const header = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([header, encodeIfd(tagsAt(start), 8, 0, false), strip]));
  return path;
}

const longOf =
  (value: number) =>
  (tag: number): Tag => ({ tag, type: 'long', values: [value] });

async function failureOf(path: string): Promise<unknown> {
  try {
    const source = await openRaster(path);
    await source
      .read({ x: 0, y: 0, width: Math.min(SIZE, source.width), height: Math.min(SIZE, source.height) })
      .finally(() => source.close());
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a GeoTIFF', () => {
  const noise = Uint8Array.from({ length: 4000 }, (_, i) => (i * i * 7919) >> 3);

  it.each([5, 8, 32773, 50000, 34887])('whose compression tag says %d over other bytes', async (code) => {
    const error = await failureOf(tiff('flipped.tif', noise, code));
    if (error) expect(error).toMatchObject({ code: 'CorruptFile' });
  });

  it('whose deflated strip holds far more than its size', async () => {
    const bomb = deflateSync(Buffer.alloc(2 ** 26));
    expect(await failureOf(tiff('bomb.tif', bomb, 8))).toMatchObject({ code: 'CorruptFile' });
  });

  it('whose block would take more memory than the file can justify', async () => {
    const size: Tag[] = [256, 257, 278].map((tag) => ({ tag, type: 'long', values: [15_000] }));
    expect(await failureOf(tiff('large.tif', noise, 8, ...size))).toMatchObject({ code: 'CorruptFile' });
    const larger: Tag[] = [256, 257, 278].map((tag) => ({ tag, type: 'long', values: [100_000] }));
    expect(await failureOf(tiff('larger.tif', noise, 8, ...larger))).toMatchObject({
      code: 'UnsupportedFormat',
      hint: expect.stringMatching(/MTPI_MAX_BYTES/),
    });
    const path = tiff('tiles.tif', new Uint8Array(SIZE * SIZE), 1);
    await expect(openGeoTiff(path, { maxBlockBytes: 1000 })).rejects.toMatchObject({
      code: 'UnsupportedFormat',
    });
  });

  it('of one large uncompressed strip is read in parts', async () => {
    const rows = 40_000;
    const size: Tag[] = [257, 278].map((tag) => ({ tag, type: 'long', values: [rows] }));
    const strip = Uint8Array.from({ length: rows * SIZE }, (_, i) => i >> 8);
    const source = await openGeoTiff(tiff('strip.tif', strip, 1, ...size), { maxBlockBytes: 2 ** 20 });
    const { image } = await source.read({ x: 3, y: 16_380, width: 4, height: 20 });
    expect(image.get(0, 19, 3)).toBe(strip[16_399 * SIZE + 6]);
    expect(image.get(0, 0, 0)).toBe(strip[16_380 * SIZE + 3]);
    await source.close();
  });

  it('with a field that lies outside the file', async () => {
    const path = tiff('field.tif', noise, 1, { tag: 33550, type: 'double', values: [1, 1, 0] });
    const bytes = readFileSync(path);
    for (let at = 10; ; at += 12) {
      if (bytes.readUInt16LE(at) !== 33550) continue;
      bytes.writeUInt32LE(0x1fffffff, at + 4);
      break;
    }
    writeFileSync(path, bytes);
    await expect(openGeoTiff(path)).rejects.toThrow(/expected field 33550 inside the file/);
  });

  it('whose directories form a circle', async () => {
    const path = tiff('circle.tif', new Uint8Array(SIZE * SIZE), 1);
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(8, 10 + 12 * bytes.readUInt16LE(8));
    writeFileSync(path, bytes);
    await expect(openGeoTiff(path)).rejects.toThrow(/at most 1000 directories/);
  });

  it.each([
    ['no samples', { tag: 277, type: 'short', values: [0] }],
    ['no width', { tag: 256, type: 'long', values: [0] }],
    ['nothing but opacity', { tag: 338, type: 'short', values: [1] }],
  ] satisfies [string, Tag][])('with %s', async (_, tag) => {
    const error = await failureOf(tiff('empty.tif', new Uint8Array(SIZE * SIZE), 1, tag));
    expect(error).toMatchObject({ code: 'CorruptFile' });
  });
});

describe('texts are parsed in linear time', () => {
  const many = 500_000;

  it('an ENVI header of spaces, braces and lines', () => {
    for (const text of [' ', '\n', '{', '= {', ' =\n', '}', '\t \n']) {
      parseEnviHeader(`ENVI\n${text.repeat(many / text.length)}`);
    }
    expect(parseEnviHeader(`ENVI\nsamples${' '.repeat(many)}= 5`).samples).toBe(5);
  });

  it('config.txt', () => {
    for (const text of [' ', '\n', 'Nrow\n', '\r\n ']) parseConfig(text.repeat(many / text.length));
    expect(parseConfig(`Nrow${'\n'.repeat(many)}7\nNcol\n8`)).toEqual({ width: 8, height: 7 });
  });

  it('XML of attributes, spaces and open elements', () => {
    const refused = [
      '<a>'.repeat(many / 4),
      '<'.repeat(many),
      `<a b="${'x'.repeat(many)}`,
      `<a>${']]>'.repeat(many / 4)}</a>`,
      `<a><![CDATA[${']'.repeat(many)}`,
    ];
    for (const xml of refused) {
      expect(() => XmlElement.parse(xml, 'a.xml', 'a')).toThrow(/a.xml: expected well-formed XML/);
    }
    const spaces = XmlElement.parse(`<a${' '.repeat(many)}b="1">${' '.repeat(many)}</a>`, 'a.xml', 'a');
    expect(spaces.attribute('b')).toBe('1');
  });
});

it('an entity is what XML defines, and no other', () => {
  expect(XmlElement.parse('<a>&lt;b&amp;&quot;&#65;</a>', 'a.xml', 'a').text()).toBe('<b&"A');
  expect(() => XmlElement.parse('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'a.xml', 'a')).toThrow(/entity/);
});

describe('a zip', () => {
  async function zip(name: string, entries: [string, Uint8Array][]): Promise<string> {
    const path = join(folder, name);
    const file = new ZipFile();
    for (const [entry, bytes] of entries) file.addBuffer(Buffer.from(bytes), entry);
    file.end();
    const stream = file.outputStream.pipe(createWriteStream(path));
    await finished(stream);
    return path;
  }

  it('with two entries of one name is refused', async () => {
    const path = await zip('twice.zip', [
      ['a.xml', Buffer.from('1')],
      ['a.xml', Buffer.from('2')],
    ]);
    await expect(ZipArchive.open(path)).rejects.toMatchObject({
      message: expect.stringMatching(/two entries a.xml/),
      hint: expect.stringMatching(/zip the folder again/),
    });
  });

  it.each(['../a.xml', '/a.xml!', 'C:/a.xml'])('with an entry %s is refused', async (name) => {
    const harmless = name.replace(/[^a-z]/g, '_');
    const path = await zip('outside.zip', [[harmless, Buffer.from('1')]]);
    writeFileSync(path, readFileSync(path).toString('latin1').replaceAll(harmless, name), 'latin1');
    await expect(ZipArchive.open(path)).rejects.toMatchObject({
      message: expect.stringMatching(/(?:absolute|relative) path: /),
      hint: expect.stringMatching(/zip the folder again/),
    });
  });

  it('that is cut off has no hint of its own', async () => {
    const path = await zip('cut.zip', [['a.xml', Buffer.from('1')]]);
    writeFileSync(path, readFileSync(path).subarray(0, 40));
    await expect(ZipArchive.open(path)).rejects.toMatchObject({ code: 'CorruptFile', hint: undefined });
  });

  it('that is replaced while it is read is an error', async () => {
    const path = await zip('replaced.zip', [['a.txt', Buffer.from('1')]]);
    const archive = await ZipArchive.open(path);
    expect(await archive.text('a.txt')).toBe('1');
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    await expect(archive.text('a.txt')).rejects.toMatchObject({ code: 'ReadFailed' });
    await expect(archive.openFile('a.txt')).rejects.toMatchObject({ code: 'ReadFailed' });
    await archive.close();
  });

  it('whose entry is larger than it says fails once, and nothing is thrown later', async () => {
    const path = await zip('size.zip', [['a.txt', Buffer.alloc(100_000, 'ab')]]);
    const bytes = readFileSync(path);
    const directory = bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1');
    bytes.writeUInt32LE(12_166, directory + 24);
    writeFileSync(path, bytes);
    const archive = await ZipArchive.open(path);
    await expect(archive.openFile('a.txt')).rejects.toMatchObject({ code: 'CorruptFile' });
    await expect(archive.text('a.txt')).rejects.toMatchObject({ code: 'CorruptFile' });
    await archive.close();
  });
});

it('a DIMAP product names no file outside its folder', async () => {
  const path = join(folder, 'outside.dim');
  writeFileSync(
    path,
    `<Dimap_Document><Raster_Dimensions><NCOLS>1</NCOLS><NROWS>1</NROWS></Raster_Dimensions>
    <Data_Access><Data_File><DATA_FILE_PATH href="x/../../secret.hdr"/><BAND_INDEX>0</BAND_INDEX></Data_File></Data_Access>
    <Image_Interpretation><Spectral_Band_Info><BAND_INDEX>0</BAND_INDEX><BAND_NAME>a</BAND_NAME></Spectral_Band_Info></Image_Interpretation></Dimap_Document>`,
  );
  await expect(openRaster(path)).rejects.toThrow(/expected files beside the product, found href x/);
});

/** A znap of one array of bytes without chunks, all of it fill. */
function zarrOf(shape: number[] | undefined): string {
  const path = join(folder, `${shape}.znap`);
  const json = (file: string, value: unknown) => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), JSON.stringify(value));
  };
  json('.zgroup', { zarr_format: 2 });
  const [height, width] = shape ?? [8, 8];
  json('.zattrs', { product_scene_raster_width: width, product_scene_raster_height: height });
  json('VV/.zarray', {
    zarr_format: 2,
    shape,
    chunks: [height, width],
    dtype: '|u1',
    fill_value: 0,
    order: 'C',
  });
  return path;
}

it('a znap whose array has no shape is refused', async () => {
  await expect(openRaster(zarrOf(undefined))).rejects.toMatchObject({ code: 'CorruptFile' });
});

it('a znap that is replaced while it is read is an error', async () => {
  const path = zarrOf([8, 9]);
  const source = await openRaster(path);
  utimesSync(join(path, '.zgroup'), new Date(), new Date(Date.now() + 5000));
  await expect(source.read({ x: 0, y: 0, width: 9, height: 8 })).rejects.toMatchObject({
    code: 'ReadFailed',
  });
  await source.close();
});

it('an ENVI header of any size is no reason to read all of it', async () => {
  const path = join(folder, 'long');
  writeFileSync(path, 'x');
  writeFileSync(`${path}.hdr`, Buffer.alloc(2 ** 25 + 1, ' '));
  await expect(openEnvi(path)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
  vi.stubEnv('MTPI_MAX_BYTES', '100000000');
  await expect(openEnvi(path)).rejects.toMatchObject({ code: 'CorruptFile' });
});

afterEach(() => vi.unstubAllEnvs());

it.each([
  ['tiles', () => tiff('bytes.tif', new Uint8Array(8), 8, ...[256, 257, 278].map(longOf(17_000)))],
  ['chunks', () => zarrOf([11_600, 11_600])],
])('MTPI_MAX_BYTES raises what %s may have', async (_, write) => {
  const path = write();
  expect(await failureOf(path)).toMatchObject({
    code: 'UnsupportedFormat',
    hint: expect.stringMatching(/MTPI_MAX_BYTES/),
  });
  vi.stubEnv('MTPI_MAX_BYTES', '2e9');
  expect(await failureOf(path)).not.toMatchObject({ code: 'UnsupportedFormat' });
});
