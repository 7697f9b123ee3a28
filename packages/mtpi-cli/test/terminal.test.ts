import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isModelError, ModelError } from '@mtpi/model';
import { createImage } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { failureText, UsageError } from '../src/failure';
import { halfBlocks } from '../src/half-blocks';
import { createReporter } from '../src/progress';
import { runMtpi, writeCovariance } from './support';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-terminal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('events tell the pace and the time left', () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const reporter = createReporter({ json: true });
  const details = { unit: 'tiles', pixels: 10e6 };
  reporter.progress('despeckling', 0, 5, details);
  vi.advanceTimersByTime(60_000); // reading and compiling, which is done once
  reporter.progress('despeckling', 1, 5, details);
  vi.advanceTimersByTime(4000);
  reporter.progress('despeckling', 3, 5, details);
  reporter.progress('despeckling', 1, 2);
  write.mockRestore();
  vi.useRealTimers();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'progress', stage: 'despeckling', done: 0, total: 5 },
    { event: 'progress', stage: 'despeckling', done: 1, total: 5 },
    // Two of five tiles, 4 Mpixel, in four seconds; two more to go.
    { event: 'progress', stage: 'despeckling', done: 3, total: 5, secondsLeft: 4, megapixelsPerSecond: 1 },
    { event: 'progress', stage: 'despeckling', done: 1, total: 2 },
  ]);
});

test('a bar shows stage, tiles, time left and speed, also in 80 columns', () => {
  vi.useFakeTimers();
  const { isTTY, columns } = process.stderr;
  Object.assign(process.stderr, { isTTY: true, columns: 80 });
  const written: string[] = [];
  const write = vi
    .spyOn(process.stderr, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0);
  const last = () => written.findLast((text) => text.includes('despeckling'))?.trim();
  const reporter = createReporter({});
  const details = { unit: 'tiles', pixels: 10e6 };
  reporter.progress('despeckling', 0, 500, details);
  expect(last()).toBe('despeckling ░░░░░░░░░░ 0% 0/500 tiles');
  vi.advanceTimersByTime(9000);
  reporter.progress('despeckling', 100, 500, details);
  vi.advanceTimersByTime(200_000);
  reporter.progress('despeckling', 300, 500, details);
  vi.advanceTimersByTime(200);
  expect(last()).toBe('despeckling ██████░░░░ 60% 300/500 tiles, 3 min 20 s left, 0.020 Mpixel/s');
  expect(last()!.length).toBeLessThan(80);
  vi.advanceTimersByTime(200_000);
  reporter.progress('despeckling', 500, 500, details);
  expect(last()).toMatch(/100% 500\/500 tiles, in 6 min 49 s, 0.020 Mpixel\/s$/);
  write.mockRestore();
  vi.useRealTimers();
  Object.assign(process.stderr, { isTTY, columns });
});

test('a line tells what is done before there is more to tell, on a terminal alone', () => {
  const { isTTY } = process.stderr;
  const written: string[] = [];
  const write = vi
    .spyOn(process.stderr, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0);
  for (const terminal of [true, false]) {
    Object.assign(process.stderr, { isTTY: terminal });
    const reporter = createReporter({});
    reporter.start('opening');
    reporter.message('assumed');
    reporter.stop();
  }
  write.mockRestore();
  Object.assign(process.stderr, { isTTY });
  expect(written).toEqual(['opening …', '\r\x1b[K', 'assumed\n', 'assumed\n']);
});

test('errors end in what to do, and with --debug tell where', () => {
  const usage = new UsageError('expected --target');
  expect(failureText(usage, false)).toMatch(/^error: expected --target\. Add --help .*\.\n$/);
  expect(failureText(usage, true)).toMatch(/\n {4}at /);
  const model = new ModelError('InvalidWeights', 'w.pth: no weights');
  expect(isModelError(model)).toBe(true);
  expect(failureText(model, false)).toBe(
    'error: w.pth: no weights. Give --weights mtpi, mtpi-small, or a .safetensors, .json or .pth file.\n',
  );
  expect(failureText('boom', false)).toBe('error: boom\n');
});

test('two rows of pixels are one of characters', () => {
  const image = ndarray(Uint8ClampedArray.of(1, 2, 3, 255, 255, 255), [2, 3, 1]);
  expect(halfBlocks(image)).toBe(
    '\x1b[38;2;1;1;1m\x1b[48;2;2;2;2m▀\x1b[0m\n\x1b[38;2;3;3;3m\x1b[48;2;0;0;0m▀\x1b[0m\n',
  );
});

test('view paints an image, not larger than wanted', async () => {
  const image = createImage(4, 40, 80);
  image.data.forEach((_, i) => {
    image.data[i] = i < 3200 ? 1 + (i % 80) : i < 6400 ? 1 : 0;
  });
  await writeCovariance(join(folder, 'c2.tif'), image, '2024-03-17T00:00:00Z');
  const { code, stdout } = await runMtpi(folder, ['view', 'c2.tif', '--size', '20']);
  expect([code, stdout]).toEqual([0, 'c2.png\n']);
  const { width, height, data } = PNG.sync.read(await readFile(join(folder, 'c2.png')));
  expect([width, height]).toEqual([20, 10]);
  const red = Array.from({ length: 20 }, (_, i) => data[4 * i]);
  expect([red[0], red[19]]).toEqual([0, 255]);
  expect(red).toEqual([...red].sort((a, b) => a - b));
});

const ZSH = existsSync('/usr/bin/zsh');

test.each(['bash', ...(ZSH ? ['zsh'] : [])])('completions of %s are those of the commands', async (shell) => {
  const { stdout } = await runMtpi(folder, ['completion', shell]);
  // Outside of a terminal zsh has no completions: what they are chosen from is shown by a stand-in for bash's compgen.
  const lines = stdout.split('\n').filter((line) => !/^(autoload|complete)/.test(line));
  const compgen = `compgen() { for word in $(echo $2); do case $word in "$4"*) echo $word; esac; done; }`;
  await writeFile(join(folder, 'completion'), [compgen, ...lines].join('\n'));
  const complete = async (...words: string[]) => {
    const script = `source ./completion; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mtpi; echo "\${COMPREPLY[@]}"`;
    return (await promisify(execFile)(shell, ['-c', script, '-', ...words], { cwd: folder })).stdout.trim();
  };
  expect(await complete('mtpi', 'desp')).toBe('despeckle');
  expect(await complete('mtpi', 'despeckle', '-t', 'x', '--re')).toBe('--report --resume');
  expect(await complete('mtpi', 'dataset', 'in')).toBe('info');
});
