import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWeights, logTransform, MtpiNet } from '@mtpi/model';
import { Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killMtpi, runMtpi, writeCovariance } from './support';

const [ROWS, COLS] = [400, 72];
let folder: string;
let whole: Buffer;

const dates = ['t', 'p', 'n'].map((name) => `${name}.tif`);
const job = [
  '-t',
  't.tif',
  '-p',
  'p.tif',
  '-n',
  'n.tif',
  '-w',
  'w.safetensors',
  '--tile',
  '56',
  '--overlap',
  '6',
];
const mtpi = (...args: string[]) => runMtpi(folder, args);
const despeckle = (output: string, ...args: string[]) => mtpi('despeckle', ...job, '-o', output, ...args);
const bytes = (name: string) => readFile(join(folder, name));
const named = async (name: string) => (await readdir(folder)).filter((file) => file.startsWith(name)).sort();

beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  const random = new Random(5);
  const scene = simulateScene({ rows: ROWS, cols: COLS, random });
  const { target, previous, next } = simulateTriplet({ random, scene, looks: 4 });
  const days = ['13', '01', '25'];
  for (const [i, image] of [target, previous, next].entries()) {
    await writeCovariance(join(folder, dates[i]), image, `2024-03-${days[i]}T00:00:00Z`);
  }
  for (const [name, seed] of [
    ['w', 1],
    ['other', 2],
  ] as const) {
    const network = new MtpiNet({ architecture: 'progressive', baseChannels: 16, ddcrUnits: 1, seed });
    const info = { transform: logTransform, tile: 48, training: {} };
    await writeFile(join(folder, `${name}.safetensors`), encodeWeights(network, info));
  }
  expect(await despeckle('whole.tif', '-q')).toMatchObject({ code: 0, stderr: '' });
  whole = await bytes('whole.tif');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a killed run goes on where it stopped and gives the same bytes', async () => {
  const args = ['despeckle', ...job, '-o', 'killed.tif', '--resume'];
  expect(await killMtpi(folder, args, ({ done = 0 }) => done >= 7)).toBe('SIGKILL');
  expect(await named('killed')).toEqual(['killed.tif.partial']);
  const strips = (await readdir(join(folder, 'killed.tif.partial'))).filter((file) => file.endsWith('.npy'));
  expect(strips.slice(0, 3)).toEqual(['00000.npy', '00001.npy', '00002.npy']);
  expect(strips.length).toBeLessThan(9);

  const refused = await mtpi(...args, '--ha-alpha-window', '7');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/killed\.tif\.partial was created with different/),
  });
  const weights = await mtpi(...args, '-w', 'other.safetensors');
  expect(weights).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/different inputs, weights or options/),
  });

  const { code, stdout } = await mtpi(...args, '--json');
  expect(code).toBe(0);
  const [first, second] = stdout.split('\n').map((line) => line && JSON.parse(line));
  expect(first).toMatchObject({ done: strips.length * 2, total: 20 }); // what is kept
  expect(second).toMatchObject({ done: strips.length * 2 + 1, total: 20 });
  expect(await named('killed')).toEqual(['killed.tif']);
  expect(await named('.killed')).toEqual([]);
  expect((await bytes('killed.tif')).equals(whole)).toBe(true);
});

test('a part that was not to be resumed is replaced when it was killed', async () => {
  const args = ['despeckle', ...job, '-o', 'again.tif', '--shard', '1/2'];
  expect(await killMtpi(folder, args, ({ done = 0 }) => done >= 3)).toBe('SIGKILL');
  expect(await named('again')).toEqual(['again.tif.shard-0001-of-0002.partial']);
  expect((await mtpi(...args, '--ha-alpha-window', '7', '-q')).code).toBe(0);
  expect(await named('again')).toEqual(['again.tif.shard-0001-of-0002']);
  expect((await mtpi(...args, '--resume')).stderr).toMatch(/different inputs, weights or options/);
  expect((await mtpi('despeckle', ...job, '-o', 'again.tif', '--shard', '0/2', '-q')).code).toBe(0);
  expect((await mtpi('merge', 'again.tif')).stderr).toMatch(/differ in shards, inputs, weights or options/);
});

test('shards make the same bytes as one run; a missing one is named and made again alone', async () => {
  for (const index of [0, 1, 3]) {
    expect((await despeckle('out.tif', '--shard', `${index}/4`, '-q')).code).toBe(0);
  }
  expect(await named('out')).toEqual([0, 1, 3].map((i) => `out.tif.shard-000${i}-of-0004`));
  expect(await mtpi('merge', 'out.tif')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/shards are missing: 2\/4/),
  });
  const environment = { SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_TASK_COUNT: '1' };
  const again = await runMtpi(
    folder,
    ['despeckle', ...job, '-o', 'out.tif', '--shard', 'auto/4'],
    environment,
  );
  expect(again.code).toBe(0);
  const refused = await despeckle('out.tif', '--shard', '0/4', '--stac');
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--shard .* cannot be used with .*--stac/),
  });
  const { code, stdout } = await mtpi('merge', 'out.tif', '--stac', '--quicklook');
  expect(code).toBe(0);
  expect(stdout).toContain('out.json');
  expect((await bytes('out.tif')).equals(whole)).toBe(true);
  expect(await named('out')).toEqual(['out.json', 'out.tif', 'out_quicklook.tif']);
});
