import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createImage, planes, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { crsOf } from '@mtpi/sar-io';
import { createGeoTiff, createPolsarpro, openRaster, readNpy } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../src/main';
import { capture, command, runMtpi } from './support';

const SIZE = 72;
const transform: [number, number, number, number, number, number] = [500000, 10, 0, 4500000, 0, -10];
let folder: string;

const mtpi = (...args: string[]) => runMtpi(folder, args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  const random = new Random(3);
  const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
  const triplet = simulateTriplet({ random, scene, looks: 4 });
  for (const [name, image] of Object.entries({
    target: triplet.target,
    previous: triplet.previous,
    next: triplet.next,
  })) {
    for (const [b, polarization] of ['VV', 'VH'].entries()) {
      const band = createImage(1, SIZE, SIZE);
      band.data.set(planes(image)[b]);
      const sink = await createGeoTiff(join(folder, pair(name)[b]), {
        width: SIZE,
        height: SIZE,
        bands: [polarization],
        georeference: { crs: crsOf(32633), transform },
      });
      await sink.write(band);
      await sink.close();
    }
    const sink = await createPolsarpro(join(folder, name), { width: SIZE, height: SIZE });
    await sink.write(image);
    await sink.close();
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const DAYS = { target: '20240305', previous: '20240222', next: '20240317' };
const pair = (name: string) =>
  ['VV', 'VH'].map((p) => `${name}_${DAYS[name as keyof typeof DAYS]}T000000_${p}.tif`);
const intensities = ['-t', ...pair('target'), '-p', ...pair('previous'), '-n', ...pair('next')];
const folders = ['-t', 'target', '-p', 'previous', '-n', 'next'];

test('intensities become a GeoTIFF with the target’s bands and place', async () => {
  const { code, stdout } = await mtpi('despeckle', ...intensities, '-o', 'out.tif', '--json');
  expect(code).toBe(0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.at(-1)).toMatchObject({
    event: 'result',
    output: 'out.tif',
    width: SIZE,
    height: SIZE,
    bands: ['VV', 'VH'],
  });
  expect(events[0]).toMatchObject({ event: 'progress', stage: 'despeckling' });
  const raster = await openRaster(join(folder, 'out.tif'));
  expect(raster.bands.map(({ name }) => name)).toEqual(['VV', 'VH']);
  expect(raster.georeference.transform).toEqual(transform);
  expect(raster.georeference.crs?.epsg).toBe(32633);
  expect(raster.metadata).toMatchObject({ MTPI_OUTPUT_SCALE: 'linear' });
  expect(raster.metadata).not.toHaveProperty('MTPI_H_A_ALPHA_AVERAGING_WINDOW');
  const { image, mask } = await raster.read({ x: 0, y: 0, width: SIZE, height: SIZE });
  expect(mask.data.every((v) => v === 1)).toBe(true);
  expect(image.data.every((v) => v > 0)).toBe(true);
  await raster.close();
});

test('PolSARpro folders become an array of seven bands, or a folder again', async () => {
  expect((await mtpi('despeckle', ...folders, '-o', 'out.npy', '--quiet')).code).toBe(0);
  expect((await readNpy(join(folder, 'out.npy'))).shape).toEqual([7, SIZE, SIZE]);
  expect((await mtpi('despeckle', ...folders, '-o', 'despeckled', '--quiet')).code).toBe(0);
  expect(await readdir(join(folder, 'despeckled'))).toEqual(
    expect.arrayContaining(['C11.bin', 'entropy.bin', 'config.txt']),
  );
});

test('mistakes are reported in one line, with exit code 1, of usage 2, and leave nothing', async () => {
  await writeFile(join(folder, 'broken.tif'), 'not a TIFF');
  const cases: [string[], RegExp, number?][] = [
    [
      ['despeckle', ...intensities.slice(0, -2), 'missing_VV.tif', 'missing_VH.tif', '-o', 'x.tif'],
      /missing_VV\.tif/,
    ],
    [['despeckle', ...folders.slice(0, -1), 'broken.tif', '-o', 'x.tif'], /broken\.tif/],
    [['despeckle', ...folders, '-o', 'x.jpg'], /x\.jpg: expected an output ending in \.tif or \.npy/, 2],
    [['despeckle', ...folders, '-o', 'x.tif', '--tile', 'big'], /integer of at least 16/, 2],
    [['despeckle', '-o', 'x.tif'], /target, previous and next/, 2],
    [['despeckle', '.', '-o', 'x.tif'], /x\.tif: expected a folder for the results.*Leave out \.tif/, 2],
    [['despeckle', '--stack', '.', '-o', 'x.npy'], /x\.npy: expected a folder for the results/, 2],
    [['despeckle', ...folders, '-o', 'x.tif', '-w', 'no.pth'], /^error: no\.pth: .*no such file/],
    [
      ['despeckle', '--targt', 'target', '-o', 'x.tif'],
      /^error: unknown option '--targt'\. Did you mean --target\? Add --help .*\.\n$/,
      2,
    ],
    [['despekle'], /^error: unknown command 'despekle'\. Did you mean despeckle\? mtpi --help .*\.\n$/, 2],
    [
      ['despeckle', '-t', pair('target')[0], '-p', 'previous', '-n', 'next', '-o', 'x.tif'],
      /expected a VV and a VH channel, found VV of target_/,
    ],
    [['info', 'nothing.tif'], /nothing\.tif/],
    [['convert', 'broken.tif', 'x.onnx'], /broken\.tif: not a valid safetensors file/],
    [['despeckle', ...folders, '-o', 'x.tif', '-w', pair('target')[0]], /_VV\.tif: .*: it is a TIFF file/],
    [['despeckle', ...folders.slice(0, 2), '-o', 'x.tif'], /expected --previous and --next as well/, 2],
    [['despeckle', ...folders, '-o', 'x.tif', '--overlap', '200'], /0 to 124 for tiles of 256.*--overlap/, 2],
    [
      ['despeckle', ...folders, '-o', 'x.tif', '-w', 'tiny'],
      /expected weights mtpi, mtpi-small, or a file/,
      2,
    ],
    [['despeckle', ...folders, '-o', 'x.tif', '--aoi', '1,2'], /1,2 is neither west,south,east,north/, 2],
    [
      ['despeckle', ...folders, '-o', 'x.tif', '--swath', 'IW1'],
      /error: --swath applies only to Sentinel-1/,
      2,
    ],
    [
      ['despeckle', ...intensities, '-o', 'x.tif', '--ha-alpha-window', '9'],
      /^error: --ha-alpha-window applies only to covariances\. /,
      2,
    ],
    [['evaluate', '--scenes', 'real', '-o', 'x'], /^error: Real scenes need --timeseries\. /, 2],
    [['train', '-o', 'x', '--steps', '0'], /--steps/, 2],
    [['prepare', 'a.zip', '-o', 'x', '--h-a-alpha'], /--h-a-alpha is now --ha-alpha/, 2],
    [['prepare', 'a.zip', '-o', 'x', '--h-a-alpha', '7'], /--h-a-alpha is now --ha-alpha/, 2],
    [['view', 'target', '--range', '5,0'], /Expected min,max/, 2],
  ];
  const before = await readdir(folder);
  for (const [args, message, expected = 1] of cases) {
    const { code, stderr } = await mtpi(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(code).toBe(expected);
  }
  expect(await readdir(folder)).toEqual(before);
});

test('a neighbor given twice is a warning, as are assumptions; the target as a neighbor is an error', async () => {
  const [vv, vh] = pair('target');
  const despeckle = (previous: string, next: string) =>
    mtpi(
      ...['despeckle', '-t', vh, vv, '-p', ...pair(previous), '-n', ...pair(next)],
      ...['-w', 'mtpi-small', '-o', 'twice.tif'],
    );
  const twice = await despeckle('next', 'next');
  const next = pair('next').join(' + ');
  expect([twice.code, twice.stderr]).toEqual([
    0,
    `warning: ${vh} + ${vv}: Channels were in the order VH, VV; swapped\n` +
      `warning: ${next}: The previous image (2024-03-17) was acquired after the target (2024-03-05)\n` +
      `warning: ${next}: previous and next are the same acquisition; use another date\n`,
  ]);
  expect(await despeckle('target', 'next')).toMatchObject({
    code: 1,
    stderr: `error: ${vv} + ${vh}: target and previous are the same acquisition; use another date\n`,
  });
});

test('stops where its reader has had enough, and leaves nothing', async () => {
  const before = await readdir(folder);
  const words = [
    'despeckle',
    ...intensities,
    '--tile',
    '16',
    '-w',
    'mtpi-small',
    '-o',
    'piped.tif',
    '--json',
  ];
  const run = promisify(execFile)(
    'bash',
    ['-c', '"$@" | head -n 1', '-', process.execPath, ...command(words)],
    { cwd: folder },
  );
  expect(await run).toEqual({
    stdout: expect.stringMatching(/^{"event":"progress".*}\n$/),
    stderr: '\nInterrupted; no partial output was left\n',
  });
  expect(await readdir(folder)).toEqual(before);
});

test('an interrupted run with --resume says that the same command continues, and it does', async () => {
  const [target, previous, next, output] = ['target', 'previous', 'next', 'long.tif'].map((name) =>
    join(folder, name),
  );
  const inputs = ['despeckle', '-t', target, '-p', previous, '-n', next];
  const words = [...inputs, '--tile', '16', '-w', 'mtpi-small', '-o', output, '--resume', '--json'];
  const run = async (until: RegExp) => {
    const abort = new AbortController();
    const { stream, text } = capture();
    const write = (line: string) => {
      if (until.test(line)) abort.abort(new Error('interrupted'));
      return stream.write(line);
    };
    const streams = { stdout: Object.assign(capture().stream, { write }), stderr: capture().stream };
    const code = await main(words, { ...streams, signal: abort.signal });
    return { code, last: JSON.parse(text().trim().split('\n').at(-1)!) };
  };
  expect(await run(/"done":[1-9]/)).toEqual({
    code: 130,
    last: {
      event: 'error',
      code: 'Interrupted',
      message: 'Interrupted; the same command with --resume continues',
    },
  });
  expect(await readdir(folder)).toContain('long.tif.partial');
  expect(await run(/^never/)).toMatchObject({ code: 0, last: { event: 'result' } });
  expect(await readdir(folder)).not.toContain('long.tif.partial');
});

test('training writes weights, resumes, and its weights despeckle and convert', async () => {
  const flags = ['train', '-o', 'run', '--channels', '8', '--batch', '1', '--patch', '16', '--quiet'];
  expect((await mtpi(...flags, '--steps', '2')).code).toBe(0);
  expect((await mtpi(...flags, '--steps', '3')).code).toBe(0);
  const log = (await readFile(join(folder, 'run/log.csv'), 'utf8')).trim().split('\n');
  expect(log.map((line) => line.split(',')[0])).toEqual(['step', '1', '2', '3']);
  const other = await mtpi('train', '-o', 'run', '--steps', '6', '--transform', 'raw');
  expect(other.stderr).toBe(
    'error: run was started with transform log, now raw; channels 8, now 32. Give the same settings, or another folder\n',
  );
  const info = await mtpi('info', 'run/weights.safetensors', '--json');
  expect(JSON.parse(info.stdout)).toMatchObject({ network: { baseChannels: 8 }, training: { steps: 3 } });
  expect(
    (await mtpi('convert', 'run/weights.safetensors', 'run/network.onnx', '--tile', '32', '--quiet')).code,
  ).toBe(0);
  expect(
    (await mtpi('despeckle', ...folders, '-w', 'run/weights.safetensors', '-o', 'own.tif', '--quiet')).code,
  ).toBe(0);
});
