import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWeights, logTransform, MtpiNet } from '@mtpi/model';
import { Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { readNpy } from '@mtpi/sar-io/node';
import { benchmarkEngines, formatBenchmarks } from '@mtpi/workflows/engine-benchmark';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedMessages, runMtpi, spawnMtpi, writeCovariance } from './support';

const size = 40;
const days = { target: '2024-03-05', previous: '2024-02-22', next: '2024-03-17' };
const dates = ['target', 'previous', 'next'] as const;
const inputs = dates.flatMap((name) => [`--${name}`, `${name}.tif`]);
let folder: string;

const mtpi = (...args: string[]) => runMtpi(folder, args);
const words = ['despeckle', ...inputs, '-w', 'small.safetensors'];
const despeckle = (output: string, ...flags: string[]) => mtpi(...words, '-o', output, ...flags);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  const random = new Random(4);
  const triplet = simulateTriplet({
    random,
    scene: simulateScene({ rows: size, cols: size, random }),
    looks: 2,
  });
  for (const name of dates)
    await writeCovariance(join(folder, `${name}.tif`), triplet[name], `${days[name]}T00:00:00Z`);
  const network = new MtpiNet({ architecture: 'progressive', baseChannels: 8, ddcrUnits: 1, seed: 1 });
  const info = { transform: logTransform, tile: size, training: { steps: 0 } };
  await writeFile(join(folder, 'small.safetensors'), encodeWeights(network, info));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('another backend gives what ONNX Runtime gives', async () => {
  expect((await despeckle('onnx.npy', '--quiet')).code).toBe(0);
  expect((await despeckle('tfjs.npy', '--backend', 'tfjs-wasm', '--quiet')).code).toBe(0);
  const [expected, found] = await Promise.all(
    ['onnx', 'tfjs'].map((name) => readNpy(join(folder, `${name}.npy`))),
  );
  expect(found.shape).toEqual([7, size, size]);
  const largest = expected.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expected.data.forEach((value, i) => {
    if (!(Math.abs(found.data[i] - value) <= 1e-5 * largest))
      throw new Error(`value ${i}: ${found.data[i]}, not ${value}`);
  });
});

test('an engine that is not here, or flags that do not go together, are reported in one line', async () => {
  const cases: [string[], RegExp, number][] = [
    [['--backend', 'tfjs-node-gpu'], /^error: backend tfjs-node-gpu: it is not installed \(npm i .+\n$/, 1],
    [
      ['--device', process.platform === 'darwin' ? 'dml' : 'coreml'],
      /^error: .+ \(needs (macOS|Windows)\)\n$/,
      1,
    ],
    [
      ['--backend', 'tfjs-wasm', '--device', 'cuda'],
      /^error: --backend tfjs-wasm takes no --device or --threads/,
      2,
    ],
  ];
  for (const [flags, message, exit] of cases) {
    const { code, stderr } = await spawnMtpi(folder, [...words, '-o', 'x.tif', ...flags]);
    expect(stderr).toMatch(message);
    expect(code).toBe(exit);
  }
});

test('weights become a graph with the transform inside, and a LayersModel that becomes the same weights', async () => {
  const convert = (...args: string[]) => mtpi('convert', ...args, '--quiet');
  expect((await convert('small.safetensors', 'small.onnx', '--input', 'covariance')).code).toBe(0);
  expect((await convert('small.safetensors', 'model.json')).code).toBe(0);
  expect((await convert('model.json', 'again.safetensors')).code).toBe(0);
  const [first, again] = await Promise.all(
    ['small', 'again'].map((name) => readFile(join(folder, `${name}.safetensors`))),
  );
  expect(again.equals(first)).toBe(true);
});

test('doctor benchmarks available engines and lists the requirements of others', async () => {
  const { code, stdout } = await spawnMtpi(folder, ['doctor', '--json']);
  expect(code).toBe(0);
  const { machine, engines } = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(machine).toMatchObject({
    node: process.versions.node,
    'onnxruntime-node': expect.stringMatching(/^1\./),
  });
  const engine = (flag: string) => engines.find((e: { flag: string }) => e.flag === flag);
  for (const flag of ['--device cpu', '--device wasm', '--backend tfjs-wasm', '--backend tfjs-cpu'])
    expect(engine(flag)).toEqual({ flag, gflops: expect.any(Number) });
  expect(engine('--device cpu').gflops).toBeGreaterThan(engine('--backend tfjs-cpu').gflops);
  const foreign = process.platform === 'darwin' ? ['dml', 'Windows'] : ['coreml', 'macOS'];
  const [flag, reason] = [`--device ${foreign[0]}`, `needs ${foreign[1]}`];
  expect(engine(flag)).toEqual({ flag, reason, foreign: true });
  expect(engine('--backend tfjs-node-gpu').reason).toMatch(/npm i @tensorflow\/tfjs-node-gpu/);
});

test('engines of other platforms are not tried', async () => {
  const name = process.platform === 'darwin' ? 'dml' : 'coreml';
  const engines = await benchmarkEngines([name], ['no such program']);
  expect(engines).toEqual([expect.objectContaining({ flag: `--device ${name}`, foreign: true })]);
  expect(formatBenchmarks({ memory: 0, free: 0 }, engines)).toContain(
    `  not tested: --device ${name} needs `,
  );
});

test('where onnxruntime-node can not be loaded WebAssembly serves, with the reason and what to install', async () => {
  // Preloaded in workers too, as hooks of the module loader are not.
  const preload = join(folder, 'absent.cjs');
  await writeFile(
    preload,
    `const Module = require('node:module');
    const load = Module._load;
    Module._load = (name, ...rest) => {
      if (/onnxruntime-node/.test(name)) throw new Error('libonnxruntime.so.1 is missing');
      return load(name, ...rest);
    };`,
  );
  const absent = { NODE_OPTIONS: `--require=${preload}` };
  const { code, stderr } = await spawnMtpi(folder, [...words, '-o', 'wasm.npy'], absent);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^warning: running on wasm, several times slower.*: libonnxruntime\.so\.1 is missing \(npm install @mtpi\/onnxruntime-node\)$/m,
  );
  expect(stderr).toMatch(documentedMessages().at(-1)!);
  const { stdout } = await spawnMtpi(folder, ['doctor', '--probe', 'cpu'], absent);
  expect(JSON.parse(stdout).reason).toMatch(/^running on wasm.*\(npm install @mtpi\/onnxruntime-node\)$/);
});
