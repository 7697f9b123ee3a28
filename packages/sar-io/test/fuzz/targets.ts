import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { deflateSync } from 'node:zlib';
import type { Random } from '@mtpi/polsar-priors';
import { ZipFile } from 'yazl';
import { encodeIfd, ifdSize, type Tag } from '../../src/geotiff/ifd';
import type { RasterSource } from '../../src/index';
import {
  createGeoTiff,
  createNpy,
  createPolsarpro,
  openAcquisition,
  openRaster,
  readNpy,
} from '../../src/node';
import { writeSeries } from '../netcdf-writer';
import { testImage, writeInStrips } from '../support';
import { mutate } from './mutate';
import { classicNetcdf } from './netcdf-classic';

/** A small valid input of one format, and how it is read. */
export interface FuzzTarget {
  name: string;
  /** Paths relative to a folder, and contents. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Reads all of it from that folder. */
  read(folder: string): Promise<unknown>;
}

/**
 * Writes the files, one of them damaged; reads them. Resolves to the error, if there is one.
 *
 * @param parent where each input has a folder of its own.
 */
export async function readDamaged(target: FuzzTarget, parent: string, random: Random): Promise<unknown> {
  mkdirSync(parent, { recursive: true });
  // HDF5 does not close a file in which it could not read an attribute, and would read it again under the same name.
  const folder = mkdtempSync(join(parent, `${target.name} `));
  const names = [...target.files.keys()];
  const damaged = random.pick(names);
  for (const [name, bytes] of target.files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name === damaged ? mutate(bytes, random) : bytes);
  }
  try {
    await target.read(folder);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The formats of this package. */
export async function rasterTargets(): Promise<FuzzTarget[]> {
  const raster = (name: string, file: string, files: FuzzTarget['files']): FuzzTarget => ({
    ...{ name, files },
    read: (folder) => readRaster(join(folder, file)),
  });
  const tiff = async (name: string, options: Partial<Parameters<typeof createGeoTiff>[1]>) =>
    raster(name, 'a.tif', await written((folder) => writeTiff(join(folder, 'a.tif'), options)));
  const strips = (name: string, code: number, encode: (bytes: Buffer) => Buffer) =>
    raster(name, 'a.tif', new Map([['a.tif', stripTiff(code, encode)]]));
  const polsarpro = await written(async (folder) => {
    const sink = await createPolsarpro(join(folder, 'C2'), { width: 16, height: 12 });
    await writeInStrips(sink, testImage(4, 12, 16));
  });
  const znap = znapFiles();
  const pair = await written(async (folder) => {
    for (const band of ['VV', 'VH']) await writeTiff(join(folder, `a_${band}.tif`), { bands: [band] });
  });
  return [
    await tiff('GeoTIFF deflate', { metadata: { ACQUISITION_TIME: '2024-03-05T21:46:32Z' } }),
    await tiff('GeoTIFF uncompressed', { compression: 'none' }),
    await tiff('BigTIFF', { bigTiff: true }),
    await tiff('GeoTIFF complex', { complex: true, bands: ['VV', 'VH'] }),
    strips('GeoTIFF LZW', 5, lzw),
    strips('GeoTIFF PackBits', 32773, packBits),
    strips('GeoTIFF ZSTD', 50000, zstd),
    {
      name: 'PolSARpro',
      files: polsarpro,
      read: async (folder) => {
        const acquisition = await openAcquisition(join(folder, 'C2'));
        await acquisition.read({ x: 0, y: 0, width: 16, height: 12 });
        await acquisition.close();
      },
    },
    raster('ENVI', 'a.bin', enviFiles()),
    raster('BEAM-DIMAP', 'scene.dim', dimapFiles()),
    raster('netCDF-3', 'a.nc', new Map([['a.nc', classicNetcdf()]])),
    raster(
      'netCDF-4',
      'a.nc#20240116',
      await written(async (folder) => void (await writeSeries(join(folder, 'a.nc')))),
    ),
    raster('VRT', 'a.vrt', new Map([...pair, ['a.vrt', Buffer.from(VRT)]])),
    {
      name: 'STAC Item',
      files: new Map([...pair, ['item.json', Buffer.from(JSON.stringify(ITEM))]]),
      read: async (folder) => {
        const acquisition = await openAcquisition(join(folder, 'item.json'));
        await acquisition.read({ x: 0, y: 0, width: 1, height: 1 });
        await acquisition.close();
      },
    },
    raster('znap', 'a.znap', new Map([...znap].map(([name, bytes]) => [`a.znap/${name}`, bytes]))),
    raster('znap in a zip', 'a.znap.zip', new Map([['a.znap.zip', await zipOf(znap)]])),
    {
      name: 'NPY',
      files: await written(async (folder) => {
        const sink = await createNpy(join(folder, 'a.npy'), { bands: 2, width: 16, height: 12 });
        await writeInStrips(sink, testImage(2, 12, 16));
      }),
      read: (folder) => readNpy(join(folder, 'a.npy')),
    },
  ];
}

/** All of a small raster, two corners of one that claims to be large. */
async function readRaster(path: string): Promise<void> {
  const source = await openRaster(path);
  try {
    for (const window of windowsOf(source)) await source.read(window);
  } finally {
    await source.close();
  }
}

function windowsOf({ width, height }: RasterSource) {
  if (width * height <= 65536) return [{ x: 0, y: 0, width, height }];
  const size = { width: Math.min(width, 64), height: Math.min(height, 64) };
  return [
    { x: 0, y: 0, ...size },
    { x: width - size.width, y: height - size.height, ...size },
  ];
}

/** What is written into a folder. */
async function written(write: (folder: string) => Promise<void>): Promise<Map<string, Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), 'sar-io-seed-'));
  try {
    await write(folder);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
    return new Map(files.map((path) => [relative(folder, path), readFileSync(path)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeTiff(path: string, options: Partial<Parameters<typeof createGeoTiff>[1]>): Promise<void> {
  const bands = options.bands ?? ['VV'];
  const samples = bands.length * (options.complex ? 2 : 1);
  const georeference = {
    crs: { epsg: 32633, geographic: false },
    transform: [5e5, 10, 0, 5e6, 0, -10] as const,
  };
  const sink = await createGeoTiff(path, {
    ...{ width: 40, height: 36, tileSize: 16, georeference, bands },
    ...options,
  });
  await writeInStrips(sink, testImage(samples, 36, 40));
}

/** Bytes in two strips of a single band. */
function stripTiff(compression: number, encode: (bytes: Buffer) => Buffer): Uint8Array {
  const [width, height, rows] = [24, 16, 8];
  const raw = Buffer.from(Array.from({ length: width * height }, (_, i) => (i % width) + (i >> 5)));
  const blocks = [0, 1].map((i) => encode(raw.subarray(i * width * rows, (i + 1) * width * rows)));
  const tagsAt = (start: number): Tag[] => [
    { tag: 256, type: 'short', values: [width] },
    { tag: 257, type: 'short', values: [height] },
    { tag: 258, type: 'short', values: [8] },
    { tag: 259, type: 'short', values: [compression] },
    { tag: 262, type: 'short', values: [1] },
    { tag: 273, type: 'long', values: [start, start + blocks[0].length] },
    { tag: 277, type: 'short', values: [1] },
    { tag: 278, type: 'short', values: [rows] },
    { tag: 279, type: 'long', values: blocks.map((block) => block.length) },
  ];
  const header = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  const ifd = encodeIfd(tagsAt(8 + ifdSize(tagsAt(0), false)), 8, 0, false);
  return Buffer.concat([header, ifd, ...blocks]);
}

/** Literal codes of nine bits, cleared before they would become longer. */
function lzw(bytes: Buffer): Buffer {
  const codes = [...bytes].flatMap((byte, i) => (i % 200 === 0 ? [256, byte] : [byte]));
  const bits = [...codes, 257].map((code) => code.toString(2).padStart(9, '0')).join('');
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

function packBits(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += 100) {
    const part = bytes.subarray(i, i + 100);
    parts.push(Buffer.from([part.length - 1]), part);
  }
  return Buffer.concat(parts);
}

/** A frame of one raw block (RFC 8878). */
function zstd(bytes: Buffer): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length]);
  const block = Buffer.alloc(3);
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  return Buffer.concat([header, block, bytes]);
}

function enviFiles(): Map<string, Uint8Array> {
  const header = [
    'ENVI',
    'description = {',
    'a test}',
    'samples = 16',
    'lines = 12',
    'bands = 2',
    'header offset = 0',
    'data type = 4',
    'interleave = bil',
    'byte order = 0',
    'map info = {UTM, 1, 1, 500000, 5000000, 10, 10, 33, North, WGS-84}',
    'coordinate system string = {PROJCS["WGS 84 / UTM zone 33N",GEOGCS["WGS 84"],AUTHORITY["EPSG","32633"]]}',
    'data gain values = {1, 2}',
    'data ignore value = -9999',
    'band names = {VV, VH}',
    '',
  ].join('\n');
  return new Map([
    ['a.bin', new Uint8Array(testImage(2, 12, 16).data.buffer as ArrayBuffer)],
    ['a.hdr', Buffer.from(header)],
  ]);
}

function dimapFiles(): Map<string, Uint8Array> {
  const band = (name: string, width: number, height: number): [string, Uint8Array][] => [
    [
      `scene.data/${name}.hdr`,
      Buffer.from(
        `ENVI\nsamples = ${width}\nlines = ${height}\nbands = 1\ndata type = 4\nbyte order = 1\ninterleave = bsq\n`,
      ),
    ],
    [`scene.data/${name}.img`, Buffer.from(testImage(1, height, width).data.buffer as ArrayBuffer).swap32()],
  ];
  const grids = ['latitude', 'longitude'];
  const document = `<?xml version="1.0" encoding="ISO-8859-1"?><Dimap_Document name="scene.dim">
    <Production><PRODUCT_SCENE_RASTER_START_TIME>05-MAR-2024 21:46:32.812250</PRODUCT_SCENE_RASTER_START_TIME></Production>
    <Geoposition><Geoposition_Points><TIE_POINT_GRID_NAME_LAT>latitude</TIE_POINT_GRID_NAME_LAT>
    <TIE_POINT_GRID_NAME_LON>longitude</TIE_POINT_GRID_NAME_LON></Geoposition_Points></Geoposition>
    <Raster_Dimensions><NCOLS>16</NCOLS><NROWS>12</NROWS><NBANDS>2</NBANDS></Raster_Dimensions>
    <Data_Access>${['i_VV', 'q_VV'].map((name, i) => `<Data_File><DATA_FILE_PATH href="scene.data/${name}.hdr"/><BAND_INDEX>${i}</BAND_INDEX></Data_File>`).join('')}
    ${grids.map((name, i) => `<Tie_Point_Grid_File><TIE_POINT_GRID_FILE_PATH href="scene.data/${name}.hdr"/><TIE_POINT_GRID_INDEX>${i}</TIE_POINT_GRID_INDEX></Tie_Point_Grid_File>`).join('')}</Data_Access>
    <Tie_Point_Grids>${grids.map((name, i) => `<Tie_Point_Grid_Info><TIE_POINT_GRID_INDEX>${i}</TIE_POINT_GRID_INDEX><TIE_POINT_GRID_NAME>${name}</TIE_POINT_GRID_NAME><OFFSET_X>0</OFFSET_X><OFFSET_Y>0</OFFSET_Y><STEP_X>8</STEP_X><STEP_Y>12</STEP_Y></Tie_Point_Grid_Info>`).join('')}</Tie_Point_Grids>
    <Image_Interpretation>${['i_VV', 'q_VV'].map((name, i) => `<Spectral_Band_Info><BAND_INDEX>${i}</BAND_INDEX><BAND_NAME>${name}</BAND_NAME><SCALING_FACTOR>2.0</SCALING_FACTOR></Spectral_Band_Info>`).join('')}</Image_Interpretation></Dimap_Document>`;
  return new Map([
    ['scene.dim', Buffer.from(document)],
    ...band('i_VV', 16, 12),
    ...band('q_VV', 16, 12),
    ...grids.flatMap((name) => band(name, 3, 2)),
  ]);
}

/** A zarr group with a band of four chunks, compressed by zlib. */
function znapFiles(): Map<string, Uint8Array> {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const chunk = deflateSync(Buffer.from(testImage(1, 8, 8).data.buffer as ArrayBuffer));
  return new Map([
    ['.zgroup', json({ zarr_format: 2 })],
    [
      '.zattrs',
      json({
        product_scene_raster_width: 16,
        product_scene_raster_height: 12,
        time_coverage_start: '2024-03-05T21:46:32Z',
        geocoding: { Geoposition: { IMAGE_TO_MODEL_TRANSFORM: '10.0,0.0,0.0,-10.0,500000.0,4600000.0' } },
      }),
    ],
    ['C11/.zattrs', json({ scale_factor: 0.5, add_offset: 3, _FillValue: -100 })],
    [
      'C11/.zarray',
      json({
        ...{ zarr_format: 2, shape: [12, 16], chunks: [8, 8], dtype: '<f4', fill_value: 5, order: 'C' },
        ...{ compressor: { id: 'zlib', level: 6 }, filters: null, dimension_separator: '.' },
      }),
    ],
    ...['0.0', '0.1', '1.0', '1.1'].map((key): [string, Uint8Array] => [`C11/${key}`, chunk]),
  ]);
}

async function zipOf(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const zip = new ZipFile();
  const mtime = new Date(0);
  for (const [name, bytes] of files) zip.addBuffer(Buffer.from(bytes), `a.znap/${name}`, { mtime });
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream as AsyncIterable<Uint8Array>);
}

/** Two GeoTIFFs of one band as one raster. */
const VRT = `<VRTDataset rasterXSize="40" rasterYSize="36"><SRS>EPSG:32633</SRS>
  <GeoTransform>500000, 10, 0, 5000000, 0, -10</GeoTransform>${['VV', 'VH']
    .map(
      (band, i) => `<VRTRasterBand dataType="Float32" band="${i + 1}"><Description>${band}</Description>
  <NoDataValue>-9999</NoDataValue><ComplexSource><SourceFilename relativeToVRT="1">a_${band}.tif</SourceFilename>
  <SourceBand>1</SourceBand><SrcRect xOff="0" yOff="0" xSize="40" ySize="36"/>
  <DstRect xOff="0" yOff="0" xSize="40" ySize="36"/><ScaleRatio>2</ScaleRatio></ComplexSource></VRTRasterBand>`,
    )
    .join('')}</VRTDataset>`;

const ITEM = {
  ...{ type: 'Feature', stac_version: '1.0.0', id: 'S1A', geometry: null, links: [] },
  properties: { datetime: '2024-03-05T17:08:15.250Z' },
  assets: Object.fromEntries(
    ['vv', 'vh'].map((key) => [
      key,
      { href: `./a_${key.toUpperCase()}.tif`, type: 'image/tiff; application=geotiff', roles: ['data'] },
    ]),
  ),
};
