import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWeights, logTransform, MtpiNet } from '@mtpi/model';
import { Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killMtpi, runMtpi, writeCovariance } from './support';

const SIZE = 96;
const names = ['20240301', '20240313', '20240325', '20240406'].map((day) => `${day}T050000`);
let folder: string;

const mtpi = (...args: string[]) => runMtpi(folder, args);
const bytes = (...name: string[]) => readFile(join(folder, ...name));
const date = (i: number) => join('stack', `s1a-${names[i]}.tif`);
const weights = ['-w', 'w.safetensors', '-q'];

beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  await mkdir(join(folder, 'stack'));
  const random = new Random(8);
  const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
  const [first, second] = [0, 1].map(() => simulateTriplet({ random, scene, looks: 4 }));
  const images = [first.target, first.previous, second.target, second.next];
  for (const [i, image] of images.entries()) {
    await writeCovariance(
      join(folder, date(i)),
      image,
      `${names[i].replace(/(....)(..)(..)T.*/, '$1-$2-$3')}T05:00:00Z`,
    );
  }
  const network = new MtpiNet({ architecture: 'progressive', baseChannels: 8, ddcrUnits: 1, seed: 1 });
  await writeFile(
    join(folder, 'w.safetensors'),
    encodeWeights(network, { transform: logTransform, tile: 48, training: {} }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every date of a stack is despeckled with its neighbors, or with all others', async () => {
  const stack = ['despeckle', '--stack', 'stack', '-w', 'w.safetensors'];
  expect(await mtpi(...stack, '--dates', '3', '-o', 'three')).toMatchObject({ code: 0, stderr: '' });
  expect(await mtpi(...stack, '-o', 'all')).toMatchObject({ code: 0, stderr: '' });
  for (const results of ['three', 'all'])
    expect((await readdir(join(folder, results))).sort()).toEqual(names.map((name) => `${name}.tif`));
  const triplets = [
    [0, 1, 2],
    [2, 1, 3],
    [3, 1, 2],
  ];
  for (const [target, previous, next] of triplets) {
    const paths = ['-t', date(target), '-p', date(previous), '-n', date(next)];
    expect((await mtpi('despeckle', ...paths, '-o', 'one.tif', ...weights)).code).toBe(0);
    expect((await bytes('one.tif')).equals(await bytes('three', `${names[target]}.tif`))).toBe(true);
  }
});

test('a date on the wrong side of the target is a warning', async () => {
  const despeckle = (target: number, previous: number, next: number) =>
    mtpi(
      ...['despeckle', '-t', date(target), '-p', date(previous), '-n', date(next)],
      ...['-o', 'one.tif', '-w', 'w.safetensors'],
    );
  expect(await despeckle(1, 0, 2)).toMatchObject({ code: 0, stderr: '' });
  expect(await despeckle(1, 2, 0)).toMatchObject({
    code: 0,
    stderr:
      `warning: ${date(2)}: The previous image (2024-03-25) was acquired after the target (2024-03-13)\n` +
      `warning: ${date(0)}: The next image (2024-03-01) was acquired before the target (2024-03-13)\n`,
  });
});

test('stack.json names the files of the dates; shards of a stack merge to the same bytes', async () => {
  const dates = [3, 0, 2, 1].map((i) => ({ files: [`s1a-${names[i]}.tif`, `s1a-${names[i]}_T2.tif`] }));
  await writeFile(join(folder, 'stack', `s1a-${names[0]}_T2.tif`), 'not read');
  await writeFile(join(folder, 'stack', 'stack.json'), JSON.stringify({ dates }));
  for (const shard of ['0/2', '1/2']) {
    const { code } = await mtpi('despeckle', '--stack', 'stack', '-o', 'parts', '--shard', shard, ...weights);
    expect(code).toBe(0);
  }
  expect((await mtpi('merge', 'parts')).code).toBe(0);
  expect((await readdir(join(folder, 'parts'))).sort()).toEqual(names.map((name) => `${name}.tif`));
  for (const name of names) {
    expect((await bytes('parts', `${name}.tif`)).equals(await bytes('all', `${name}.tif`))).toBe(true);
  }
});

test('a killed stack goes on with the date it stopped in; dates that are done are not made again, unless they are gone', async () => {
  const args = ['despeckle', '--stack', 'stack', '-o', 'resumed', '--resume', '-w', 'w.safetensors'];
  const third = ({ note, done = 0 }: { note?: string; done?: number }) => note === 'date 3 of 4' && done > 0;
  expect(await killMtpi(folder, args, third)).toBe('SIGKILL');
  const [first, second] = names.map((name) => join(folder, 'resumed', `${name}.tif`));
  const { ino } = await stat(first);
  await rm(second);
  const { code, stdout } = await mtpi(...args, '--json');
  expect(code).toBe(0);
  const notes = stdout.split('\n').flatMap((line) => (line ? (JSON.parse(line).note ?? []) : []));
  expect(new Set(notes)).toEqual(new Set(['date 2 of 4', 'date 3 of 4', 'date 4 of 4']));
  expect((await stat(first)).ino).toBe(ino);
  expect((await readdir(join(folder, 'resumed'))).sort()).toEqual(names.map((name) => `${name}.tif`));
  for (const name of names)
    expect((await bytes('resumed', `${name}.tif`)).equals(await bytes('all', `${name}.tif`))).toBe(true);
});

test('stacks that can not be are refused', async () => {
  const refused = async (...paths: string[]) =>
    (await mtpi('despeckle', '--stack', ...paths, '-o', 'x', ...weights)).stderr;
  expect(await refused(date(0), date(1))).toMatch(/expected at least three dates, found 2/);
  expect(await refused(date(0), date(1), date(1))).toMatch(
    /Duplicate acquisition: .* has the same date as .*, 20240313T050000/,
  );
  const both = await mtpi('despeckle', '--stack', 'stack', '-t', date(0), '-o', 'x');
  expect(both.stderr).toMatch(/--stack.*cannot be used with.*--target/);
});

test('inputs on servers are read by ranges and give the same bytes', async () => {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const name = request.url!.split('/').at(-1)!;
    if (/\.(?:aux\.xml|msk)$/.test(name)) return response.writeHead(404).end(); // there are none
    const file = await readFile(join(folder, 'stack', name));
    requests.push(`${request.method} ${request.headers.range ? 'range' : 'whole'}`);
    if (request.method === 'HEAD')
      return response.writeHead(200, { 'content-length': file.length, etag: '"1"' }).end();
    const [start, end] = (/(\d+)-(\d+)/.exec(request.headers.range!) ?? []).slice(1).map(Number);
    const part = file.subarray(start, end + 1);
    const range = `bytes ${start}-${start + part.length - 1}/${file.length}`;
    return response.writeHead(206, { 'content-range': range }).end(part);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const endpoint = `http://localhost:${(server.address() as AddressInfo).port}`;
  const remote = (i: number) => `${endpoint}/s1a-${names[i]}.tif`;
  try {
    const paths = ['-t', remote(2), '-p', `s3://bucket/a folder/s1a-${names[1]}.tif`, '-n', remote(3)];
    const args = ['despeckle', ...paths, '-o', 'remote.tif', '--resume', ...weights];
    expect(await runMtpi(folder, args, { AWS_ENDPOINT_URL: endpoint })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await bytes('remote.tif')).equals(await bytes('three', `${names[2]}.tif`))).toBe(true);
    expect(new Set(requests)).toEqual(new Set(['GET range']));
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('a folder is enough: its dates are listed, and each is despeckled', async () => {
  const { stdout: table } = await mtpi('info', 'stack');
  expect(table).toMatch(/^series: C2, 4 dates\ndate \(UTC\)\s+orbit\s+gap\s+size\s+file\n/);
  expect(
    table
      .split('\n')
      .slice(2, 6)
      .map((row) => row.trimEnd()),
  ).toEqual(
    ['2024-03-01 05:00', '2024-03-13 05:00', '2024-03-25 05:00', '2024-04-06 05:00'].map((time, i) =>
      expect.stringMatching(
        new RegExp(`^${time}\\s+${i ? '12 d' : ''}\\s+96 × 96\\s+s1a-${names[i]}\\.tif$`),
      ),
    ),
  );
  const dry = await mtpi('despeckle', 'stack', '-o', 'series', '--dry-run', '--json');
  expect(JSON.parse(dry.stdout.trim().split('\n').at(-1)!).series).toMatchObject([{ name: 'series' }]);
  const { code } = await mtpi('despeckle', 'stack', '-o', 'series', '--target-date', names[1], ...weights);
  expect(code).toBe(0);
  expect(await readdir(join(folder, 'series'))).toEqual([`${names[1]}.tif`]);
  const both = await mtpi('despeckle', 'stack', '--stack', 'stack', '-o', 'series');
  expect(both).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: expected either files and folders/),
  });
});
