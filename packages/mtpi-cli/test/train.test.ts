import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMtpi } from './support';

let folder: string;

const train = (...args: string[]) => runMtpi(folder, ['train', ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-train-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a printed file trains, and flags come before it', async () => {
  const small = [
    '--channels',
    '8',
    '--batch',
    '1',
    '--patch',
    '16',
    '--steps',
    '9',
    '--data',
    '[{kind: simulated}]',
  ];
  const printed = await train('--print-config', ...small);
  expect(printed.stdout).toContain(
    '# Feature channels (integer ≥ 8, a multiple of 8; default of the preset).\nchannels: 8\n',
  );
  await writeFile(join(folder, 'train.yaml'), printed.stdout);
  const { code, stdout } = await train('-c', 'train.yaml', '-o', 'own', '--steps', '1', '--json');
  expect(code).toBe(0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.at(-1)).toMatchObject({
    event: 'result',
    output: 'own',
    step: 1,
    steps: 1,
    ended: 'finished',
  });
  expect(await readFile(join(folder, 'own/settings.yaml'), 'utf8')).toMatch(/^steps: 1$/m);
});

test('the help says what each value is, and then which there are', async () => {
  const { stdout } = await train('--help');
  const help = stdout.replace(/\s+/g, ' ');
  expect(help).toContain(
    '--channels <n> feature channels (integer ≥ 8, a multiple of 8; default: of the preset)',
  );
  expect(help).toContain('--preset <preset> network size (reference, progressive or small; default: small)');
  expect(help).toMatch(/--teacher <path> [^()]* reference --batch <n>/);
});

test('mistakes in file and flags are reported at once, and leave nothing', async () => {
  await writeFile(join(folder, 'bad.yaml'), 'rate: 1\nlearningRate: fast\n');
  await writeFile(join(folder, 'unknown.yaml'), 'batchs: 3\n');
  const before = await readdir(folder);
  const { code, stderr } = await train('-c', 'bad.yaml', '-o', 'bad', '--patch', '4');
  expect(code).toBe(2);
  expect(stderr).toContain('rate is now learningRate');

  expect(stderr).toMatch(/bad\.yaml: learningRate: .*number/);
  expect(stderr).toMatch(/--patch: expected an integer ≥ 16, found 4/);
  expect((await train('-c', 'unknown.yaml', '-o', 'bad')).stderr).toMatch(/unknown\.yaml: .*batchs/);
  expect((await train('-o', 'none', '--data', '[{kind: stack, path: nowhere}]')).stderr).toMatch(/nowhere/);
  expect((await train('-c', 'missing.yaml')).stderr).toMatch(
    /missing\.yaml: expected a settings file \(YAML\), found no such file/,
  );
  expect(await readdir(folder)).toEqual(before);
});
