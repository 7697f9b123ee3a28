import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprint } from '../src/despeckle/fingerprint';

let folder: string;
let origin: string;
const files: Record<string, Buffer> = {};
let version: string | undefined;

const server = createServer(({ url = '', headers }, response) => {
  const bytes = files[url.split('?')[0]];
  if (!bytes) return response.writeHead(404).end();
  const [, first, last] = /bytes=(\d+)-(\d*)/.exec(headers.range ?? '') ?? [];
  if (version) response.setHeader('ETag', version);
  if (first === undefined) return response.end(bytes);
  const end = Math.min(last ? Number(last) + 1 : bytes.length, bytes.length);
  response.setHeader('Content-Range', `bytes ${first}-${end - 1}/${bytes.length}`);
  return response.writeHead(206).end(bytes.subarray(Number(first), end));
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-fingerprint-'));
  await once(server.listen(0), 'listening');
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

test('files of one name and size differ by their content, and are the same elsewhere', async () => {
  for (const [name, text] of Object.entries({ 'a.tif': 'one', 'b.tif': 'two' }))
    await writeFile(join(folder, name), text);
  const [one, two] = [await fingerprint([join(folder, 'a.tif')]), await fingerprint([join(folder, 'b.tif')])];
  await writeFile(join(folder, 'a.tif'), 'two');
  expect(await fingerprint([join(folder, 'a.tif')])).not.toBe(one);
  expect(await fingerprint([join(folder, 'a.tif')])).not.toBe(two); // of another name
  const moved = await mkdtemp(join(tmpdir(), 'mtpi-fingerprint-'));
  await writeFile(join(moved, 'b.tif'), 'two');
  expect(await fingerprint([join(moved, 'b.tif')])).toBe(two);
  await rm(moved, { recursive: true });
});

test.each([undefined, '"1"'])('files on a server differ by address, version %s and content', async (etag) => {
  version = etag;
  const bytes = Buffer.alloc(3 * 2 ** 20, 'speckle');
  files['/a/t.tif'] = files['/b/t.tif'] = bytes;
  const of = (path: string) => fingerprint([`${origin}${path}`]);
  const found = await of('/a/t.tif?signature=1');
  expect(await of('/a/t.tif?signature=2')).toBe(found);
  expect(await of('/b/t.tif')).not.toBe(found);
  files['/a/t.tif'] = Buffer.alloc(bytes.length, 'smooth');
  if (etag) version = '"2"';
  expect(await of('/a/t.tif')).not.toBe(found);
});
