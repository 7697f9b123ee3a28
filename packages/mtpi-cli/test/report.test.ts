import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { commandLine } from '@mtpi/errors';
import { type Image, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { openRaster } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMtpi, writeCovariance } from './support';

const SIZE = 144; // more rows than are read at a time
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
let folder: string;
let page: string;
let target: Image;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-report-'));
  const random = new Random(5);
  const triplet = simulateTriplet({
    random,
    scene: simulateScene({ rows: SIZE, cols: SIZE, random }),
    looks: 4,
  });
  target = triplet.target;
  await writeCovariance(join(folder, 'p.tif'), triplet.previous, '2024-03-05T00:00:00Z');
  await writeCovariance(join(folder, 't<&>.tif'), target, '2024-03-17T00:00:00Z');
  await writeCovariance(join(folder, 'n.tif'), triplet.next, '2024-03-29T00:00:00Z');
  const triple = ['--previous', 'p.tif', '--target', 't<&>.tif', '--next', 'n.tif'];
  const run = await runMtpi(folder, [
    'despeckle',
    ...triple,
    ...['-w', 'mtpi-small', '-o', 'out.tif', '--report', 'out.html', '--quiet'],
  ]);
  expect(run.stderr).toBe('');
  page = await readFile(join(folder, 'out.html'), 'utf8');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The figures of a row of the page's table. */
const row = (name: string): number[] => {
  const [, cells] = new RegExp(`<th scope="row">${name}</th>(.*?)</tr>`).exec(page)!;
  return [...cells.matchAll(/<td class="number">([^<]*)</g)].map(([, text]) =>
    Number(text.replace('−', '-')),
  );
};

test('levels, ratio and looks are those of the files', async () => {
  const raster = await openRaster(join(folder, 'out.tif'));
  const { image: result } = await raster.read({ x: 0, y: 0, width: SIZE, height: SIZE });
  await raster.close();
  for (const band of [0, 1]) {
    let [before, after, ratio] = [0, 0, 0];
    for (let y = 0; y < SIZE; y++)
      for (let x = 0; x < SIZE; x++) {
        before += target.get(band, y, x);
        after += result.get(band, y, x);
        ratio += target.get(band, y, x) / result.get(band, y, x);
      }
    const decibel = (sum: number) => 10 * Math.log10(sum / SIZE ** 2);
    expect(row('mean before, dB')[band]).toBeCloseTo(decibel(before), 1.9);
    expect(row('mean after, dB')[band]).toBeCloseTo(decibel(after), 1.9);
    expect(row('mean of before / after')[band]).toBeCloseTo(ratio / SIZE ** 2, 2.9);

    const windows: [number, number][] = [];
    for (let y = 0; y < SIZE; y += 24)
      for (let x = 0; x < SIZE; x += 24)
        windows.push([looksOf(target, band, y, x), looksOf(result, band, y, x)]);
    const best = windows.sort((a, b) => b[0] - a[0]).slice(0, 10);
    const median = (values: number[]) => {
      const sorted = values.sort((a, b) => a - b);
      return (sorted[4] + sorted[5]) / 2;
    };
    expect(row('apparent ENL \\(lower bound\\) before')[band]).toBeCloseTo(median(best.map(([b]) => b)), 0.9);
    expect(row('apparent ENL \\(lower bound\\) after')[band]).toBeCloseTo(
      median(best.map(([, a]) => a)),
      0.9,
    );
  }
});

/** Mean² / variance of 24 × 24 pixels. */
function looksOf(image: Image, band: number, top: number, left: number): number {
  const values = Array.from({ length: 576 }, (_, i) =>
    image.get(band, top + Math.floor(i / 24), left + (i % 24)),
  );
  const mean = values.reduce((a, b) => a + b) / 576;
  return mean ** 2 / (values.reduce((a, b) => a + (b - mean) ** 2, 0) / 575);
}

test('the page needs no other file and shows how it was made', () => {
  expect(page.match(/(?:src|href)="(?!data:|#)[^"]*"|https?:|url\(/g)).toBeNull();
  expect(page.includes('t<&>')).toBe(false);
  for (const text of [
    'mtpi-small, SHA-256',
    'mtpi 0.',
    'Entropy and alpha',
    't&lt;&amp;>.tif',
    '2024-03-17; despeckled with 2024-03-05 and 2024-03-29; 144 × 144 pixels of 10 × 10 m, EPSG:32633, 100.0 % valid',
    '40.651° N',
    '15.000° E',
  ])
    expect(page.includes(text), text).toBe(true);
  expect(page.match(/<img src/g)).toHaveLength(8); // three pictures before and after, two ratios
  for (const [image] of page.matchAll(/<(?:img|input|select|svg)[^>]*>/g))
    expect(image).toMatch(/alt=|aria-label=/);
});

test('an output that cannot be read back has no report, nor has a shard', async () => {
  const triple = ['--previous', 'p.tif', '--target', 't<&>.tif', '--next', 'n.tif', '--report', 'x.html'];
  expect((await runMtpi(folder, ['despeckle', ...triple, '-o', 'x.npy'])).stderr).toMatch(
    /A report needs an output that can be read back/,
  );
  const shard = await runMtpi(folder, ['despeckle', ...triple, '-o', 'x.tif', '--shard', '0/2']);
  expect(shard.stderr).toMatch(/'--shard <i\/n>' cannot be used with option '--report/);
});

test('shards have a report when they are merged', async () => {
  const triple = ['--previous', 'p.tif', '--target', 't<&>.tif', '--next', 'n.tif', '-w', 'mtpi-small', '-q'];
  for (const shard of ['0/2', '1/2'])
    await runMtpi(folder, ['despeckle', ...triple, '-o', 'parts.tif', '--shard', shard]);
  await rename(join(folder, 't<&>.tif'), join(folder, 'moved.tif'));
  const refused = await runMtpi(folder, ['merge', 'parts.tif', '--report', 'parts.html', '-q']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /t<&>\.tif: the target of the shards no longer exists, but the report needs it/,
  );
  await rename(join(folder, 'moved.tif'), join(folder, 't<&>.tif'));
  const merged = await runMtpi(folder, ['merge', 'parts.tif', '--report', 'parts.html', '-q']);
  expect(merged).toMatchObject({ code: 0, stderr: '' });
  const made = await readFile(join(folder, 'parts.html'), 'utf8');
  const table = /<table.*?<\/table>/s;
  expect(table.exec(made)?.[0]).toBe(table.exec(page)?.[0]);
  expect(made).toContain('--shard 0/2');
});

test('the command can be pasted, and signatures of addresses are left out', () => {
  const addresses = [
    's3://b/p.tif',
    '--next=https://h/n.tif?sig=secret&e=1',
    'https://me:secret@h/x.tif#secret',
  ];
  expect(commandLine(['mtpi', 'despeckle', '-t', "it's t.tif", ...addresses])).toBe(
    String.raw`mtpi despeckle -t 'it'\''s t.tif' s3://b/p.tif '--next=https://h/n.tif?…' https://h/x.tif`,
  );
});

test.skipIf(!CHROMIUM)('the page works in a browser (skipped without chromium)', async () => {
  const check = `<script>addEventListener('error', (e) => document.title = 'failed ' + e.message);
addEventListener('load', () => {
  const one = (s) => document.querySelector('.slider ' + s), figure = one('input').closest('.slider');
  const value = (name) => figure.style.getPropertyValue(name);
  one('input').value = 20; one('input').dispatchEvent(new Event('input'));
  one('select').value = '1'; one('select').dispatchEvent(new Event('change'));
  one('[data-zoom="1.5"]').click();
  one('.stage').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
  const shown = [...document.querySelectorAll('.layer:not([hidden])')].map((layer) => layer.dataset.pair).join('');
  document.title = [value('--split'), value('--zoom'), shown, parseFloat(value('--x')) < 0].join(' ');
});</script>`;
  const file = join(folder, 'check.html');
  await writeFile(file, page.replace('<style>', `${check}<style>`));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`];
  const { stdout } = await promisify(execFile)(
    CHROMIUM!,
    [...flags, '--dump-dom', pathToFileURL(file).href],
    { maxBuffer: 2 ** 27 },
  );
  expect(/<title>(.*?)<\/title>/.exec(stdout)?.[1]).toBe('20% 1.5 11 true');
});
