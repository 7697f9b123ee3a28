import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listSidecars } from '../src/gdal/gdal-sidecars';
import { openRaster } from '../src/node';
import { temporaryFolder } from './support';
import { writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();
const [WIDTH, HEIGHT] = [8, 4];
const numbers = Array.from({ length: WIDTH * HEIGHT }, (_, i) => i + 1);
const everyThird = numbers.map((_, i) => Number(i % 3 !== 0));
const size = { width: WIDTH, height: HEIGHT };

/** Files by their names on the server; a number is the status for those that it refuses. */
let files: Record<string, Buffer | number> = {};
let asked: string[] = [];

const server = createServer((request, response) => {
  asked.push(request.url!);
  const found = files[request.url!.replace(/[?].*/, '').slice(1)] ?? 404;
  if (typeof found === 'number') return void response.writeHead(found).end('<html>no such page</html>');
  const [first, last] = /(\d+)-(\d+)/.exec(request.headers.range!)!.slice(1).map(Number);
  const part = found.subarray(first, last + 1);
  response.writeHead(206, { 'content-range': `bytes ${first}-${first + part.length - 1}/${found.length}` });
  response.end(part);
});
const url = (name: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const tiff = (name: string, bands: number[][], type: 'int16' | 'uint8') => {
  writeTestTiff(join(folder, name), { ...size, type, bands });
  return readFileSync(join(folder, name));
};
const auxXml = Buffer.from(
  '<PAMDataset><PAMRasterBand band="1"><NoDataValue>5</NoDataValue><Scale>0.5</Scale></PAMRasterBand></PAMDataset>',
);

beforeEach(() => {
  files = { 'a.tif': tiff('a.tif', [numbers], 'int16') };
  asked = [];
});

async function read(address: string) {
  const source = await openRaster(address);
  try {
    const { image, mask } = await source.read({ x: 0, y: 0, ...size });
    return { values: Array.from(image.data), valid: Array.from(mask.data) };
  } finally {
    await source.close();
  }
}

it('the .aux.xml beside a URL counts', async () => {
  files['a.tif.aux.xml'] = auxXml;
  const { values, valid } = await read(url('a.tif'));
  expect(valid).toEqual(numbers.map((number) => Number(number !== 5)));
  expect(values).toEqual(numbers.map((number) => (number === 5 ? 0 : number / 2)));
});

it('the .msk beside a URL counts', async () => {
  files['a.tif.msk'] = tiff('a.tif.msk', [everyThird.map((bit) => 255 * bit)], 'uint8');
  expect((await read(url('a.tif'))).valid).toEqual(everyThird);
  expect(await listSidecars(url('a.tif'))).toEqual([url('a.tif.msk')]);
});

it('each is asked for once, with the query of the URL', async () => {
  await read(url('a.tif?sig=x'));
  expect(asked.sort()).toEqual(['/a.tif.aux.xml?sig=x', '/a.tif.msk?sig=x', '/a.tif?sig=x']);
});

it.each([400, 401, 403, 404, 410])('a server that answers %d has none', async (status) => {
  for (const ending of ['.aux.xml', '.msk']) files[`a.tif${ending}`] = status;
  expect((await read(url('a.tif'))).values).toEqual(numbers);
});

it('a page in the place of each is none', async () => {
  for (const ending of ['.aux.xml', '.msk']) files[`a.tif${ending}`] = Buffer.from('<!doctype html><html/>');
  expect((await read(url('a.tif'))).values).toEqual(numbers);
});

it.each(['.aux.xml', '.msk'])('a server that fails for %s is an error', async (ending) => {
  files[`a.tif${ending}`] = 501;
  await expect(openRaster(url('a.tif'))).rejects.toMatchObject({
    code: 'ReadFailed',
    message: expect.stringContaining(`a.tif${ending} could not be fetched: HTTP 501`),
  });
});

it('a damaged one is an error', async () => {
  files['a.tif.aux.xml'] = auxXml.subarray(0, 60);
  await expect(openRaster(url('a.tif'))).rejects.toMatchObject({ code: 'CorruptFile' });
});

it('those on disk are listed, and the header of ENVI', async () => {
  for (const name of ['b.img', 'b.hdr', 'b.img.aux.xml']) writeFileSync(join(folder, name), '');
  const found = await listSidecars(join(folder, 'b.img'));
  expect(found).toEqual([join(folder, 'b.img.aux.xml'), join(folder, 'b.hdr')]);
});
