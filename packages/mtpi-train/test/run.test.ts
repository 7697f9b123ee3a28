import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decodeWeights, encodeWeights, MtpiNet, readState } from '@mtpi/model';
import { Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { createPolsarpro } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeStacks, openRegions, openStack, parseSettings, runTraining, type TrainingResult } from '../src';
import { parseLog } from '../src/run/log';

const SIZE = 32;
let folder: string;
let stack: string;
let dataset: string;

beforeAll(async () => {
  tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'mtpi-train-'));
  stack = join(folder, 'stack');
  dataset = join(folder, 'dataset');
  const random = new Random(2);
  const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
  const options = { random, scene, looks: 4, changed: 0, drift: 0, references: 3 };
  const { target, previous, next, references } = simulateTriplet(options);
  const images = [previous, target, next, ...references];
  const write = async (path: string, image: typeof target) => {
    await mkdir(dirname(path), { recursive: true });
    const sink = await createPolsarpro(path, { width: SIZE, height: SIZE });
    await sink.write(image);
    await sink.close();
  };
  for (const [i, image] of images.entries()) await write(join(stack, `2024010${i + 1}`), image);
  for (const [i, role] of ['Ass', 'Tar', 'Ass'].entries()) {
    await write(join(dataset, 'S01', `S01_${role}_S1A_2024010${i + 1}T000000`), images[i]);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function settings(output: string, more: Record<string, string> = {}) {
  const data = `[{kind: simulated}, {kind: stack, path: ${stack}, looks: 4}, {kind: dataset, path: ${dataset}, looks: 4}]`;
  const network = { architecture: 'reference', channels: '8', dropout: '0.2' };
  return parseSettings({
    ...{ output: join(folder, output), data, ...(more.initialWeights ? {} : network) },
    ...{ batch: '1', patch: '16', steps: '6', threads: '1', workers: '0' },
    ...{ freezeBatchNorm: '0', checkpointEvery: '4', validateEvery: '2', validationBatches: '1' },
    ...more,
  });
}

const read = (output: string, name: string) => readFile(join(folder, output, name));
const log = async (output: string) =>
  parseLog(String(await read(output, 'log.csv'))).map(({ seconds, ...row }) => row);

test('interrupted and resumed is the same as uninterrupted, bit for bit, whatever draws the batches', async () => {
  const whole = await runTraining(settings('whole'));
  expect(whole).toMatchObject({ step: 6, steps: 6, ended: 'finished' });
  const abort = new AbortController();
  const onStep = ({ step }: { step: number }) => step === 3 && abort.abort();
  const first = await runTraining(settings('parts'), { signal: abort.signal, onStep });
  expect(first).toMatchObject({ step: 3, ended: 'stopped' });
  const messages: string[] = [];
  const second = await runTraining(settings('parts', { workers: '1' }), {
    onMessage: (text) => messages.push(text),
  });
  expect(messages).toEqual([`Resuming from step 3 (${join(folder, 'parts', 'checkpoint.safetensors')})`]);
  const { output: _, ...expected }: TrainingResult = whole;
  expect(second).toMatchObject(expected);
  for (const name of ['last.safetensors', 'weights.safetensors', 'checkpoint.safetensors']) {
    const [a, b] = [await read('whole', name), await read('parts', name)];
    expect(b.equals(a), name).toBe(true);
  }
  expect(await log('parts')).toEqual(await log('whole'));
});

test('the folder holds the best and the last weights, the log, the plot and the events', async () => {
  const names = await readdir(join(folder, 'whole'));
  expect(names.filter((name) => !name.startsWith('events.out.tfevents.')).sort()).toEqual([
    'checkpoint.safetensors',
    'last.safetensors',
    'log.csv',
    'loss.svg',
    'settings.yaml',
    'weights.safetensors',
  ]);
  expect(names).toHaveLength(7);
  const rows = await log('whole');
  expect(rows.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  const validations = rows.filter(({ validation }) => validation !== undefined);
  expect(validations.map(({ step }) => step)).toEqual([2, 4, 6]);
  const best = validations.reduce((a, b) => ((b.validation as number) < (a.validation as number) ? b : a));
  const weights = decodeWeights(await read('whole', 'weights.safetensors'));
  expect(weights.training).toMatchObject({ steps: best.step, validation: best.validation });
  expect(weights.training.series).toEqual(['stack', 'dataset']);
  expect(JSON.stringify(weights.training)).not.toContain(folder);
  expect(decodeWeights(await read('whole', 'last.safetensors')).training).toMatchObject({ steps: 6 });
  const svg = String(await read('whole', 'loss.svg'));
  expect(svg).toContain(`at step ${best.step}</text>`);
  expect(svg).not.toMatch(/NaN|undefined/);
  expect(
    parseSettings({}, { path: 'settings.yaml', text: String(await read('whole', 'settings.yaml')) }),
  ).toEqual({
    ...settings('whole'),
    ...{ transform: 'log', loss: 'wishart', tile: 128 },
    ...{ learningRate: 1e-3, finalLearningRate: 1e-6, weightDecay: 1e-4 },
  });
});

test('training starts from the checkpoint of another folder, and ends when patience does', async () => {
  const still = { resume: join(folder, 'whole/checkpoint.safetensors'), steps: '100', freezeBatchNorm: '1' };
  const result = await runTraining(
    settings('still', {
      ...still,
      learningRate: '0',
      finalLearningRate: '0',
      validateEvery: '1',
      patience: '3',
    }),
  );
  // Without a learning rate and with fixed statistics nothing changes: no validation beats the first in this folder.
  expect(result).toMatchObject({ ended: 'patience', step: 10, best: { step: 7 } });
  expect(decodeWeights(await read('still', 'weights.safetensors')).training).toMatchObject({ steps: 7 });
});

test('training starts from weights, of any network', async () => {
  const initialWeights = join(folder, 'whole/last.safetensors');
  const still = {
    initialWeights,
    steps: '2',
    freezeBatchNorm: '1',
    learningRate: '0',
    finalLearningRate: '0',
  };
  const { numTensors } = tf.memory();
  await runTraining(settings('tuned', { ...still, loss: 'collaborative' }));
  expect(tf.memory().numTensors).toBe(numTensors);
  const [start, end] = [
    decodeWeights(await read('whole', 'last.safetensors')),
    decodeWeights(await read('tuned', 'last.safetensors')),
  ];
  expect(end.network.config).toEqual(start.network.config);
  expect(end.training.series).toEqual(start.training.series);
  expect([...readState(end.network.namedWeights())]).toEqual([...readState(start.network.namedWeights())]);
});

test('a stack is ordered by date, a region by its layout; looks are estimated', async () => {
  const place = await openStack(stack);
  expect(place.dates.map(({ paths }) => paths[0].match(/2024010\d/)?.[0])).toEqual(
    [1, 2, 3, 4, 5, 6].map((day) => `2024010${day}`),
  );
  expect(place.looks).toBeGreaterThan(3);
  expect(place.looks).toBeLessThan(6);
  const [region] = await openRegions(dataset);
  expect(region.dates.map(({ paths }) => paths[0].match(/Ass|Tar/)?.[0])).toEqual(['Ass', 'Tar', 'Ass']);
  await closeStacks([place, region]);
  await expect(openStack(dataset)).rejects.toThrow(/dataset: expected at least three dates, found 1/);
});

test('a run that cannot start releases its network', async () => {
  const weights = join(folder, 'raw.safetensors');
  const network = new MtpiNet({ baseChannels: 8, ddcrUnits: 1 });
  await writeFile(weights, encodeWeights(network, { transform: { kind: 'raw' }, tile: 32, training: {} }));
  network.dispose();
  const { numTensors } = tf.memory();
  const refused = runTraining(settings('refused', { initialWeights: weights, loss: 'wishart' }));
  await expect(refused).rejects.toMatchObject({ code: 'InvalidSettings' });
  expect(tf.memory().numTensors).toBe(numTensors);
});
