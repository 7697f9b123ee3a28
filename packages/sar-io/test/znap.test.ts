import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openRaster, openZnap } from '../src/node';
import { DATA, temporaryFolder, withoutData } from './support';

const folder = temporaryFolder();
const PAIR = join(DATA, 's1-coregistered-pair');
const REFERENCE = join(PAIR, '20230331-coreg.znap');

/** The only chunk of an array of the pair: big-endian float32, uncompressed. */
function chunk(product: string, array: string): number[] {
  const bytes = readFileSync(join(PAIR, product, array, '0.0'));
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatBE(4 * i));
}

describe.skipIf(withoutData)('a real co-registered pair (skipped without shared data)', () => {
  it.each([
    ['20230331-coreg.znap', '31Mar2023', '2023-03-31T05:50:35.812Z'],
    ['20230319-coreg.znap', '19Mar2023', '2023-03-19T00:00:00Z'],
  ])('%s is complex', async (product, date, acquired) => {
    const source = await openRaster(join(PAIR, product));
    expect(source).toMatchObject({ width: 338, height: 84, complex: true, dataType: 'cfloat32' });
    expect(source.bands).toEqual([{ name: `VV_${date}`, unit: 'real' }]);
    expect(source.acquired).toEqual(new Date(acquired));
    const window = { x: 17, y: 9, width: 300, height: 70 };
    const { image, mask } = await source.read(window);
    const parts = [chunk(product, `i_VV_${date}`), chunk(product, `q_VV_${date}`)];
    let wrong = 0;
    for (let y = 0; y < window.height; y++) {
      for (let x = 0; x < window.width; x++) {
        const at = (y + 9) * 338 + x + 17;
        if (!mask.get(y, x)) continue;
        for (const c of [0, 1]) wrong += Number(image.get(c, y, x) !== parts[c][at]);
      }
    }
    expect(wrong).toBe(0);
    const fill = parts[0].filter((re, i) => re === 0 && parts[1][i] === 0).length;
    expect(mask.data.filter((valid) => !valid).length).toBeLessThanOrEqual(fill);
    await source.close();
  });

  it('tie points become ground control points', async () => {
    const source = await openZnap(REFERENCE);
    const [latitude, longitude] = ['latitude', 'longitude'].map((name) => chunk('20230331-coreg.znap', name));
    const { crs, gcps } = source.georeference;
    expect(crs).toMatchObject({ epsg: 4326 });
    expect(gcps).toHaveLength(9);
    expect(gcps![0]).toEqual({ column: -225, row: 0, x: longitude[0], y: latitude[0], z: 0 });
    expect(gcps![5]).toEqual({ column: -225 + 2 * 1279, row: 304, x: longitude[5], y: latitude[5], z: 0 });
    // The pixel's own latitude and longitude, which the product has as well, lie within the points' bilinear surface.
    const { image } = await readBands(REFERENCE, ['latitude_VV', 'longitude_VV']);
    const [u, v] = [225.5 / 1279, 0.5 / 304];
    const at = (values: number[]) =>
      (values[0] * (1 - u) + values[1] * u) * (1 - v) + (values[3] * (1 - u) + values[4] * u) * v;
    expect(Math.abs(image.get(0, 0, 0) - at(latitude))).toBeLessThan(0.01);
    expect(Math.abs(image.get(1, 0, 0) - at(longitude))).toBeLessThan(0.01);
    await source.close();
  });

  it('other bands by their names', async () => {
    const { image } = await readBands(REFERENCE, ['elevation_VV']);
    expect(image.get(0, 83, 337)).toBe(chunk('20230331-coreg.znap', 'elevation_VV')[83 * 338 + 337]);
    await expect(openZnap(REFERENCE, { bands: ['VH'] })).rejects.toThrow(
      /expected a band VH, found VV_31Mar2023, i_VV_31Mar2023/,
    );
    await expect(openZnap(REFERENCE, { bands: ['VV_31Mar2023', 'elevation_VV'] })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });

  it.each(['', 'product.znap/'])('in a zip, inside %j', async (prefix) => {
    const path = join(folder, 'product.znap.zip');
    const zip = new ZipFile();
    for (const name of ['.zgroup', '.zattrs', 'i_VV_31Mar2023', 'q_VV_31Mar2023', 'latitude', 'longitude']) {
      const files = name.startsWith('.')
        ? [name]
        : ['.zarray', '.zattrs', '0.0'].map((file) => `${name}/${file}`);
      for (const file of files) {
        zip.addFile(join(REFERENCE, file), prefix + file, { compress: file.endsWith('0.0') });
      }
    }
    zip.end();
    writeFileSync(path, await buffer(zip.outputStream));
    const [zipped, plain] = [await openRaster(path), await openZnap(REFERENCE)];
    const window = { x: 0, y: 0, width: 338, height: 84 };
    expect((await zipped.read(window)).image.data).toEqual((await plain.read(window)).image.data);
    expect(zipped.georeference).toEqual(plain.georeference);
    await zipped.close();
    await plain.close();
  });
});

async function readBands(path: string, bands: string[]) {
  const source = await openZnap(path, { bands });
  const result = await source.read({ x: 0, y: 0, width: source.width, height: source.height });
  await source.close();
  return result;
}

const [ROWS, COLS, CHUNK] = [50, 70, 32];
const numberAt = (y: number, x: number) => ((y * 13 + x * 7) % 200) - 100;

/** A product of int16 bands in chunks of 32 × 32, compressed by zlib; the last chunk is missing: it is all fill. */
function writeProduct(
  path: string,
  names: string[],
  { compressor = { id: 'zlib', level: 6 } as object, attributes = {}, dtype = '>i2' } = {},
) {
  mkdirSync(path, { recursive: true });
  const json = (file: string, value: unknown) => writeFileSync(join(path, file), JSON.stringify(value));
  json('.zgroup', { zarr_format: 2 });
  json('.zattrs', {
    product_scene_raster_width: COLS,
    product_scene_raster_height: ROWS,
    geocoding: {
      CrsGeoCoding: {
        Coordinate_Reference_System: {
          WKT: 'PROJCS["UTM Zone 33 / World Geodetic System 1984", GEOGCS["World Geodetic System 1984"], PARAMETER["false_northing", 0.0]]',
        },
        Geoposition: { IMAGE_TO_MODEL_TRANSFORM: '10.0,0.0,0.0,-10.0,500000.0,4600000.0' },
      },
    },
  });
  for (const name of names) {
    mkdirSync(join(path, name), { recursive: true });
    json(`${name}/.zattrs`, attributes);
    json(`${name}/.zarray`, {
      ...{ zarr_format: 2, shape: [ROWS, COLS], chunks: [CHUNK, CHUNK], dtype, compressor },
      ...{ fill_value: 5, order: 'C', filters: null, dimension_separator: '.' },
    });
    for (let cy = 0; cy * CHUNK < ROWS; cy++) {
      for (let cx = 0; cx * CHUNK < COLS; cx++) {
        if (cy === 1 && cx === 2) continue;
        const bytes = Buffer.alloc(2 * CHUNK * CHUNK);
        for (let i = 0; i < CHUNK * CHUNK; i++)
          bytes.writeInt16BE(numberAt(cy * CHUNK + Math.floor(i / CHUNK), cx * CHUNK + (i % CHUNK)), 2 * i);
        writeFileSync(join(path, name, `${cy}.${cx}`), deflateSync(bytes));
      }
    }
  }
}

describe('chunks', () => {
  const path = join(folder, 'chunks.znap');
  const window = { x: 20, y: 25, width: 50, height: 25 };

  it('compressed, of integers, scaled, some missing, across a window', async () => {
    writeProduct(path, ['Sigma0_VV'], { attributes: { scale_factor: 0.5, add_offset: 3, _FillValue: -100 } });
    const source = await openZnap(path);
    expect(source).toMatchObject({ dataType: 'int16', complex: false });
    expect(source.bands).toEqual([{ name: 'Sigma0_VV', scale: 0.5, offset: 3, nodata: -100 }]);
    expect(source.georeference.crs).toMatchObject({ epsg: 32633 });
    expect(source.georeference.transform).toEqual([500000, 10, 0, 4600000, 0, -10]);
    const { image, mask } = await source.read(window);
    for (let y = 0; y < 25; y++) {
      for (let x = 0; x < 50; x++) {
        const missing = y + 25 >= CHUNK && x + 20 >= 2 * CHUNK;
        const stored = missing ? 5 : numberAt(y + 25, x + 20);
        expect(mask.get(y, x)).toBe(Number(stored !== -100));
        expect(image.get(0, y, x)).toBe(stored === -100 ? 0 : 0.5 * stored + 3);
      }
    }
    await source.close();
  });

  it('masked by SNAP: nodata as a text, nodata that is not used, a valid-pixel expression', async () => {
    const masked = async (attributes: object) => {
      rmSync(path, { recursive: true, force: true });
      writeProduct(path, ['a'], { attributes });
      const source = await openZnap(path);
      const { mask } = await source.read({ x: 0, y: 0, width: 1, height: 32 });
      await source.close();
      return [...mask.data.keys()].filter((row) => mask.data[row] === 0).map((row) => numberAt(row, 0));
    };
    expect(await masked({ _FillValue: '-100.0' })).toEqual([-100]);
    expect(await masked({ missing_value: -87 })).toEqual([-87]);
    expect(await masked({ _FillValue: -100, no_data_value_used: false })).toEqual([]);
    expect(await masked({ valid_pixel_expression: 'a >= -87' })).toEqual([-100, -92, -97]);
    await expect(masked({ valid_pixel_expression: 'flags.water' })).rejects.toMatchObject({
      code: 'UnsupportedFormat',
    });
  });

  it('with a nested separator', async () => {
    rmSync(path, { recursive: true, force: true });
    writeProduct(path, ['a']);
    const array = join(path, 'a/.zarray');
    writeFileSync(array, readFileSync(array, 'utf8').replace('"."', '"/"'));
    for (let cy = 0; cy < 2; cy++) {
      mkdirSync(join(path, 'a', `${cy}`));
      for (let cx = 0; cx + cy < 3; cx++)
        cpSync(join(path, 'a', `${cy}.${cx}`), join(path, 'a', `${cy}`, `${cx}`));
    }
    const { image } = await readBands(path, ['a']);
    expect(image.get(0, 40, 50)).toBe(numberAt(40, 50));
  });
});

describe('wrong products', () => {
  const path = join(folder, 'bad.znap');
  const fresh = (
    ...options: Parameters<typeof writeProduct> extends [unknown, unknown, (infer O)?] ? [O?] : never
  ) => {
    rmSync(path, { recursive: true, force: true });
    writeProduct(path, ['VV'], ...options);
  };
  const whole = { x: 0, y: 0, width: COLS, height: ROWS };

  it('name what is missing', async () => {
    fresh();
    rmSync(join(path, '.zgroup'));
    await expect(openZnap(path)).rejects.toThrow(
      /bad.znap: expected a zarr group of version 2, found no .zgroup/,
    );
    await expect(openRaster(join(folder, 'none.znap'))).rejects.toMatchObject({ code: 'NotFound' });
    fresh();
    writeFileSync(join(path, '.zattrs'), '{}');
    await expect(openZnap(path)).rejects.toThrow(/expected product_scene_raster_width and _height/);
    fresh();
    rmSync(join(path, 'VV'), { recursive: true });
    await expect(openZnap(path)).rejects.toThrow(/expected a band of 70 × 50, found none/);
  });

  it.each([
    ['.zattrs', '{', /bad.znap\/.zattrs: expected a JSON object, found /],
    ['VV/.zarray', '{"zarr_format"', /bad.znap\/VV\/.zarray: expected a JSON object, found /],
  ])('name what is no JSON: %s', async (file, text, message) => {
    fresh();
    writeFileSync(join(path, file), text);
    await expect(openZnap(path)).rejects.toMatchObject({
      code: 'CorruptFile',
      message: expect.stringMatching(message),
    });
  });

  it('name an unknown compressor', async () => {
    fresh({ compressor: { id: 'secret' } });
    const source = await openZnap(path);
    await expect(source.read(whole)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
    await source.close();
  });

  it.each([40, 0])('report a chunk that ends early, at %d bytes', async (length) => {
    fresh();
    truncateSync(join(path, 'VV/0.1'), length);
    const source = await openZnap(path);
    await expect(source.read(whole)).rejects.toMatchObject({
      code: 'CorruptFile',
      message: expect.stringMatching(/bad.znap\/VV/),
    });
    await source.close();
  });

  it('report an uncompressed chunk that ends early', async () => {
    fresh({ compressor: null as never });
    const source = await openZnap(path);
    await expect(source.read(whole)).rejects.toMatchObject({ code: 'CorruptFile' });
    await source.close();
  });

  it('report a zip that is none', async () => {
    writeFileSync(join(folder, 'bad.znap.zip'), 'PK nothing');
    await expect(openRaster(join(folder, 'bad.znap.zip'))).rejects.toMatchObject({ code: 'CorruptFile' });
  });
});
