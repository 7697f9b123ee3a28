import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { namingFile } from '../src/errors';
import { isSarIoError, SarIoError } from '../src/index';
import { createGeoTiff, openFile, openGeoTiff, openRaster } from '../src/node';
import { RowSink } from '../src/raster/row-sink';
import { temporaryFolder, testImage, writeInStrips } from './support';

const folder = temporaryFolder();
const path = join(folder, 'good_VV.tif');
const image = testImage(1, 300, 300);
let bytes: Buffer;

beforeAll(async () => {
  await writeInStrips(
    await createGeoTiff(path, { width: 300, height: 300, bands: ['VV'], tileSize: 64 }),
    image,
  );
  bytes = readFileSync(path);
});

const failing = (content: Uint8Array | string) => {
  const file = join(folder, 'bad.tif');
  writeFileSync(file, content);
  return openGeoTiff(file);
};

describe('openGeoTiff', () => {
  it('names a missing file', async () => {
    await expect(openGeoTiff(join(folder, 'none.tif'))).rejects.toThrow(/none.tif does not exist/);
    await expect(openRaster(join(folder, 'none.tif'))).rejects.toMatchObject({ code: 'NotFound' });
    await expect(openGeoTiff(folder)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
  });

  it('a file of another name and an unknown format is not called damaged', async () => {
    const path = join(folder, 'grid.asc');
    writeFileSync(path, 'ncols 96');
    await expect(openRaster(path)).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      hint: expect.stringContaining('Convert it to GeoTIFF'),
    });
  });

  it.each(['', 'some text that is no TIFF', 'II\x2a'])(
    'reports a file that is no TIFF: %j',
    async (content) => {
      await expect(failing(content)).rejects.toMatchObject({ code: 'CorruptFile' });
    },
  );

  it('reports a file that ends early, wherever it does', async () => {
    const { length } = bytes;
    await expect(failing(bytes.subarray(0, length - 5))).rejects.toThrow(
      /truncated: expected \d+ bytes, found \d+/,
    );
    for (const part of [0.75, 0.5, 0.25, 0.001]) {
      const cut = bytes.subarray(0, Math.max(9, part * length));
      await expect(failing(cut)).rejects.toMatchObject({ code: 'CorruptFile' });
    }
  });

  it('reports a block that cannot be decoded', async () => {
    const source = await failing(Buffer.concat([bytes.subarray(0, -4000), Buffer.alloc(4000)]));
    await expect(source.read({ x: 0, y: 0, width: 300, height: 300 })).rejects.toThrow(
      /block \d+ cannot be decoded/,
    );
    await source.close();
  });

  it('reports an unknown compression', async () => {
    const patched = Buffer.from(bytes);
    const ifd = patched.readUInt32LE(4);
    for (let at = ifd + 2; ; at += 12) {
      if (patched.readUInt16LE(at) !== 259) continue;
      patched.writeUInt16LE(34712, at + 8);
      break;
    }
    await expect(failing(patched)).rejects.toThrow(/compression 34712 is not supported/);
  });

  it('refuses windows and bands outside', async () => {
    const source = await openGeoTiff(path);
    const window = { x: 0, y: 0, width: 10, height: 10 };
    await expect(source.read({ ...window, x: 295 })).rejects.toThrow(/inside 300 × 300 pixels/);
    await expect(source.read({ ...window, width: 0 })).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(source.read(window, { bands: [1] })).rejects.toMatchObject({ code: 'InvalidArgument' });
    await source.close();
  });
});

it('errors are recognised by their code', () => {
  const error = new SarIoError('NotFound', 'a');
  expect(isSarIoError(error)).toBe(true);
  expect(isSarIoError(error, 'NotFound')).toBe(true);
  expect(isSarIoError(error, 'CorruptFile')).toBe(false);
  expect(isSarIoError(new Error('a'))).toBe(false);
});

describe('over HTTP', () => {
  let sent = 0;
  const server = createServer((request, response) => {
    const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '');
    if (request.url !== '/good_VV.tif') return response.writeHead(404).end();
    if (!range) return response.writeHead(200).end(bytes);
    const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1);
    sent += part.length;
    const end = Number(range[1]) + part.length - 1;
    return response.writeHead(206, { 'content-range': `bytes ${range[1]}-${end}/${bytes.length}` }).end(part);
  });
  const url = (name: string) => `http://localhost:${(server.address() as AddressInfo).port}/${name}`;

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('reads windows by ranges, never the whole file', async () => {
    const source = await openRaster(url('good_VV.tif'));
    expect(source.bands).toEqual([{ name: 'VV', nodata: Number.NaN }]);
    const part = await source.read({ x: 250, y: 255, width: 20, height: 3 });
    expect([part.image.get(0, 0, 0), part.image.get(0, 2, 19)]).toEqual([
      image.get(0, 255, 250),
      image.get(0, 257, 269),
    ]);
    expect(sent).toBeLessThan(bytes.length / 3);
    await source.close();
  });

  it('reports an address that cannot be fetched', async () => {
    await expect(openGeoTiff(url('none.tif'))).rejects.toMatchObject({ code: 'ReadFailed' });
  });
});

it.skipIf(!existsSync('/dev/full'))(
  'a full disk keeps its code, and names the file that was written',
  async () => {
    const writer = {
      write: async () => {
        const full = await open('/dev/full', 'w');
        await full.write('x').finally(() => full.close());
      },
      publish: async () => {},
      discard: async () => {},
    };
    const sink = new RowSink('out.tif', { bands: 1, width: 2, height: 2 }, writer);
    await expect(sink.write(testImage(1, 2, 2))).rejects.toMatchObject({
      ...{ code: 'ENOSPC', path: 'out.tif' },
      message: "ENOSPC: no space left on device, write 'out.tif'",
    });
    const error = new Error('of somebody');
    expect(namingFile(error, 'out.tif')).toBe(error);
    expect(error.message).toBe('of somebody');
  },
);

describe('a file that is replaced while it is read', () => {
  const window = (y: number) => ({ x: 0, y, width: 300, height: 20 });

  it('is an error where it is written anew in its place, also with as many bytes', async () => {
    const file = join(folder, 'replaced_VV.tif');
    writeFileSync(file, bytes);
    const source = await openGeoTiff(file);
    await source.read(window(0));
    writeFileSync(file, bytes);
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    await expect(source.read(window(250))).rejects.toMatchObject({
      ...{ code: 'ReadFailed', path: file, expected: expect.stringContaining(`${bytes.length} bytes of 20`) },
      hint: expect.stringMatching(/was replaced while it was read/),
    });
    await source.close();
  });

  it('is an error where it is cut off', async () => {
    const file = join(folder, 'cut_VV.tif');
    writeFileSync(file, bytes);
    const source = await openGeoTiff(file);
    writeFileSync(file, bytes.subarray(0, 1000));
    await expect(source.read(window(250))).rejects.toMatchObject({ code: 'ReadFailed', path: file });
    await source.close();
  });

  it('goes on as it was where another one gets its name', async () => {
    const [file, other] = [join(folder, 'renamed_VV.tif'), join(folder, 'other')];
    writeFileSync(file, bytes);
    writeFileSync(other, 'another file');
    const source = await openGeoTiff(file);
    renameSync(other, file);
    const read = await source.read(window(250));
    expect(read.image.data).toEqual(image.data.subarray(250 * 300, 270 * 300));
    await source.close();
  });
});

it('a file whose state cannot be read is closed', async () => {
  const handle = await open(path);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  let opened = handle;
  vi.spyOn(prototype, 'stat').mockImplementation(async function (this: typeof handle) {
    opened = this;
    throw Object.assign(new Error('EIO: i/o error'), { syscall: 'fstat' });
  });
  try {
    await expect(openFile(path)).rejects.toThrow(`EIO: i/o error '${path}'`);
    expect(opened).not.toBe(handle);
    expect(opened.fd).toBe(-1);
  } finally {
    vi.restoreAllMocks();
  }
});
