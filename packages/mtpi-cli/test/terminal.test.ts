import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { isModelError, ModelError } from '@mtpi/model';
import { createImage } from '@mtpi/polsar-priors';
import { SarIoError } from '@mtpi/sar-io';
import { InvalidArgumentError } from 'commander';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Context } from '../src/context';
import { failureText } from '../src/failure';
import { plainTable } from '../src/plain-table';
import { createReporter, reporting } from '../src/progress';
import { terminalTables } from '../src/terminal-table';
import { capture, command, runMtpi, spawnMtpi, writeCovariance } from './support';

const contextOf = (streams: Partial<Context>): Context => ({
  stdout: capture().stream,
  stderr: capture().stream,
  signal: new AbortController().signal,
  words: [],
  exitCode: 0,
  ...streams,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-terminal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('without a terminal a line says every ten seconds where the job is', () => {
  vi.useFakeTimers();
  const stderr = capture();
  const reporter = createReporter({}, contextOf({ stderr: stderr.stream }));
  reporter.start('opening');
  vi.advanceTimersByTime(9_000);
  expect(stderr.text()).toBe('');
  vi.advanceTimersByTime(1_000);
  for (let done = 0; done <= 2; done++) {
    reporter.progress({ stage: 'despeckling', done, total: 4, unit: 'tiles' });
    vi.advanceTimersByTime(4_000);
  }
  reporter.stop();
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  expect(stderr.text()).toBe('opening …\ndespeckling 2/4 tiles, 8s left\n');
});

test('times are whole seconds on a terminal, and tenths in events', () => {
  vi.useFakeTimers();
  const [stderr, stdout] = [capture(), capture()];
  const reporters = [
    createReporter({}, contextOf({ stderr: stderr.stream })),
    createReporter({ json: true }, contextOf({ stdout: stdout.stream })),
  ];
  const despeckling = (done: number) => {
    for (const one of reporters) one.progress({ stage: 'despeckling', done, total: 4, unit: 'tiles' });
  };
  despeckling(1);
  vi.advanceTimersByTime(434);
  despeckling(3);
  vi.advanceTimersByTime(10_000);
  reporters[0].stop();
  vi.useRealTimers();
  expect(stderr.text()).toBe('despeckling 3/4 tiles, 1s left\n');
  expect(stdout.text()).toContain('"secondsLeft":0.2}');
});

test('a warning that names its file does not begin with it', () => {
  const stderr = capture();
  const reporter = createReporter({}, contextOf({ stderr: stderr.stream }));
  reporter.warning({
    code: 'NotVerified',
    message: 'IW1 of z/A.zip has too little structure',
    input: 'z/A.zip',
  });
  expect(stderr.text()).toBe('warning: IW1 of z/A.zip has too little structure\n');
});

test('events have the speed and the time left', () => {
  vi.useFakeTimers();
  const stdout = capture();
  const reporter = createReporter({ json: true }, contextOf({ stdout: stdout.stream }));
  const despeckling = (done: number, total: number, pixels?: number) =>
    reporter.progress({ stage: 'despeckling', done, total, unit: 'tiles', pixels });
  despeckling(0, 5, 10e6);
  vi.advanceTimersByTime(60_000); // reading and compiling, which is done once
  despeckling(1, 5, 10e6);
  vi.advanceTimersByTime(4000);
  despeckling(3, 5, 10e6);
  despeckling(1, 2);
  vi.useRealTimers();
  const lines = stdout.text().trim().split('\n');
  const unit = 'tiles';
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'progress', stage: 'despeckling', done: 0, total: 5, unit },
    { event: 'progress', stage: 'despeckling', done: 1, total: 5, unit },
    // Two of five tiles, 4 Mpixel, in four seconds; two more to go.
    {
      event: 'progress',
      stage: 'despeckling',
      done: 3,
      total: 5,
      unit,
      secondsLeft: 4,
      megapixelsPerSecond: 1,
    },
    { event: 'progress', stage: 'despeckling', done: 1, total: 2, unit },
  ]);
});

test('a bar shows stage, tiles, time left and speed, also in 80 columns', () => {
  vi.useFakeTimers();
  const stderr = capture({ isTTY: true, columns: 80, cursorTo: () => true, clearLine: () => true });
  const last = () => /.*(despeckling [^\p{Cc}]*)/su.exec(stderr.text())?.[1].trim();
  const reporter = createReporter({}, contextOf({ stderr: stderr.stream }));
  const despeckling = (done: number) =>
    reporter.progress({ stage: 'despeckling', done, total: 500, unit: 'tiles', pixels: 10e6 });
  despeckling(0);
  expect(last()).toBe('despeckling ░░░░░░░░░░ 0% 0/500 tiles');
  vi.advanceTimersByTime(9000);
  despeckling(100);
  vi.advanceTimersByTime(200_000);
  despeckling(300);
  vi.advanceTimersByTime(200);
  expect(last()).toBe('despeckling ██████░░░░ 60% 300/500 tiles, 3m 20s left, 0.020 Mpixel/s');
  vi.advanceTimersByTime(200_000);
  despeckling(500);
  expect(last()).toMatch(/100% 500\/500 tiles, in 6m 49s, 0.020 Mpixel\/s$/);
  vi.useRealTimers();
});

test('the first frame of a bar is of what is done', () => {
  const stderr = capture({ isTTY: true, columns: 80, cursorTo: () => true, clearLine: () => true });
  const reporter = createReporter({}, contextOf({ stderr: stderr.stream }));
  reporter.progress({ stage: 'report', done: 100, total: 100, unit: 'rows' });
  reporter.progress({ stage: 'evaluating', done: 5, total: 20, unit: 'images' });
  reporter.stop();
  expect(stderr.text()).toContain('report ██████████ 100% 100/100 rows');
  expect(stderr.text()).toContain('evaluating ███░░░░░░░ 25% 5/20 images');
  expect(stderr.text()).not.toMatch(/ 0%|in 0ms/);
});

test('a line shows the stage before there is progress, on a terminal alone', () => {
  const written = [true, false].map((isTTY) => {
    const stderr = capture({ isTTY });
    const reporter = createReporter({}, contextOf({ stderr: stderr.stream }));
    reporter.start('opening');
    reporter.warning({ code: 'assumption', message: 'assumed', input: 'a.tif' });
    reporter.stop();
    return stderr.text();
  });
  expect(written).toEqual(['opening …\r\x1b[Kwarning: a.tif: assumed\n', 'warning: a.tif: assumed\n']);
});

test('a bar ends where its command fails', async () => {
  const stderr = capture({ isTTY: true, columns: 80, cursorTo: () => true, clearLine: () => true });
  const failing = reporting({}, contextOf({ stderr: stderr.stream }), 'opening', async (reporter) => {
    reporter.progress({ stage: 'training', done: 1, total: 9, unit: 'steps' });
    throw new Error('diverged');
  });
  await expect(failing).rejects.toThrow('diverged');
  expect(stderr.text().split('\x1b[?25l').length).toBe(stderr.text().split('\x1b[?25h').length); // cursor hidden, shown
});

test('errors end in a hint, and with --debug have a stack', () => {
  const usage = new InvalidArgumentError('expected --target');
  expect(failureText(usage, false)).toMatch(/^error: expected --target\. Add --help .*\.\n$/);
  expect(failureText(usage, true)).toMatch(/\n {4}at /);
  const model = new ModelError('InvalidWeights', 'w.pth: no weights');
  expect(isModelError(model)).toBe(true);
  expect(failureText(model, false)).toBe(
    'error: w.pth: no weights. Use --weights mtpi, mtpi-small, or a .safetensors, .json or .pth file.\n',
  );
  const hinted = new SarIoError('GridMismatch', 'a.zip: expected b', {
    hint: 'co-register products of one track',
  });
  expect(failureText(hinted, false)).toBe('error: a.zip: expected b. Co-register products of one track\n');
  expect(failureText('boom', false)).toBe('error: boom\n');
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

test('completions are those of the commands', async () => {
  const complete = async (...words: string[]) => {
    const { stdout } = await spawnMtpi(folder, ['complete', '--', ...words]);
    return stdout.split('\n').flatMap((line) => (line && !line.startsWith(':') ? line.split('\t')[0] : []));
  };
  expect(await complete('desp')).toEqual(['despeckle']);
  expect(await complete('despeckle', '--re')).toEqual(['--report', '--resume']);
  expect(await complete('dataset', 'in')).toEqual(['info']);
});

test('the help of completion is like that of the other commands', async () => {
  for (const words of [
    ['completion', '--help'],
    ['help', 'completion'],
  ]) {
    const { stdout } = await runMtpi(folder, words);
    expect(stdout).toMatch(/^Usage: mtpi completion .*\n\nPrints a script that .*\.\n/);
    expect(stdout).toMatch(/ {2}shell +bash, zsh, fish or powershell/);
    expect(stdout).toMatch(/\nExamples:\n {2}\$ mtpi completion bash > /);
  }
});

test('the completion script is one for bash', async () => {
  const { stdout } = await spawnMtpi(folder, ['completion', 'bash']);
  await writeFile(join(folder, 'completion'), stdout);
  await promisify(execFile)('bash', ['-n', 'completion'], { cwd: folder });
});

test.each(['before the answer', 'in the middle'])(
  'Ctrl-C ends a download that stalls %s at once',
  async (when) => {
    const server = createServer((_, response) => {
      if (when === 'in the middle')
        response.writeHead(206, { 'content-range': 'bytes 0-32767/9999999' }).write('II*\0');
      child.kill('SIGINT');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, command(['info', `http://127.0.0.1:${port}/a.tif`]));
    try {
      // A command that has to be ended does not say so.
      expect(await text(child.stderr)).toBe('\nInterrupted; no partial output was left\n');
      expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(130);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);

test('escapes in the names of files do not reach the terminal', async () => {
  const name = 'a\x1b]0;title\x07\x1b[2J\x9b31m.tif';
  await writeCovariance(join(folder, name), createImage(4, 8, 8), '2024-03-05T00:00:00Z');
  const spelled = 'a\\x1b]0;title\\x07\\x1b[2J\\x9b31m.tif';
  const known = await runMtpi(folder, ['info', name]);
  expect(known.stdout).toContain(spelled);
  const unknown = await runMtpi(folder, ['info', `no-${name}`]);
  expect(unknown.stderr).toContain(`no-${spelled} does not exist`);
  expect(known.stdout + unknown.stderr).not.toMatch(/(?![\n\t])\p{Cc}/u);
});

test('the criteria of an evaluation fit 80 columns', () => {
  const criterion = 'real stacks: ENL / highest ENL of the baselines with at least the same EPI';
  const criteria = [{ method: 'mtpi', criterion, found: '0.98 … 1.43, mean 1.21', met: 3, total: 4 }];
  const [table] = terminalTables({ tables: [], criteria } as never, capture({ columns: 80 }).stream);
  expect(table.split('\n').length).toBeGreaterThan(2);
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('escapes in cells of a table are spelled out', () => {
  expect(plainTable(['file'], [['a\x1b[31m.tif']])).toBe('file\na\\x1b[31m.tif');
});
