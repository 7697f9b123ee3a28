import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CollaborativeLoss } from '@mtpi/layers';
import {
  decodeTorchTraining,
  decodeWeights,
  encodeTorchCheckpoint,
  encodeWeights,
  type InputTransform,
  isModelError,
  logTransform,
  MtpiNet,
  type NamedTensor,
  predictBatch,
  readState,
  toVariableLayout,
} from '@mtpi/model';
import { Random } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cosineRate, parseSettings, runTraining } from '../src';
import { createObjective } from '../src/loss/objective';
import { parseLog } from '../src/run/log';
import { moveToLogTransform } from '../src/run/log-transform';
import { startOf } from '../src/run/start';
import { loadTorchTraining } from '../src/run/torch-checkpoint';
import { TrainingStep } from '../src/training-step';

/** Written by PyTorch: parity/published-checkpoint.py. */
const fixture = (name: string) =>
  gunzipSync(readFileSync(new URL(`fixtures/published-${name}.pth.gz`, import.meta.url)));

let folder: string;
let checkpoint: string;

beforeAll(async () => {
  tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'mtpi-published-'));
  checkpoint = join(folder, 'mtpi_epoch_002.pth');
  await writeFile(checkpoint, fixture('FrGT'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A gradient as of published-checkpoint.py, in the layout of checkpoints. */
function gradient(shape: number[], number: number, step: number): NamedTensor {
  const size = tf.util.sizeFromShape(shape);
  return {
    data: Float32Array.from({ length: size }, (_, i) => (((7 * i + 5 * number + 11 * step) % 17) - 8) / 16),
    shape,
  };
}

const largest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

test.each(['FrGT', 'FrFT'])('one further step of AdamW on weights with %s agrees with PyTorch', (filter) => {
  const training = decodeTorchTraining(fixture(filter), 'checkpoint.pth');
  const { network, epoch, step: steps, schedule, weightDecay, means, loss } = training;
  expect({ epoch, steps, schedule, weightDecay }).toEqual({
    ...{ epoch: 2, steps: 6, weightDecay: 0.05 },
    schedule: { initial: 1e-2, final: 1e-4, epochs: 4 },
  });
  expect(loss?.size).toBe(filter === 'FrFT' ? 3 : undefined); // in the optimizer there
  const before = readState(network.namedWeights());
  const trainingStep = new TrainingStep(network, {
    transform: { kind: 'raw' },
    objective: 'collaborative',
    weightDecay,
  });
  loadTorchTraining(training, trainingStep);
  const { weights, optimizer } = trainingStep;
  const numbers = new Map([...means.keys()].map((name, i) => [name, i]));
  const gradients = weights.flatMap(({ name, variable, layout }) => {
    if (!variable.trainable) return [];
    const number = numbers.get(name);
    if (number === undefined) return [tf.zeros([])]; // of a loss that the published code does not train
    return [toVariableLayout(gradient(means.get(name)!.shape, number, steps), layout)];
  });
  const rate = cosineRate({ ...schedule, total: (schedule.epochs * steps) / epoch }, steps);
  optimizer.step(gradients, tf.scalar(rate));

  const after = decodeTorchTraining(fixture(`${filter}-after`), 'after.pth');
  const expected = readState(after.network.namedWeights());
  for (const [name, { data }] of after.loss ?? []) expected.set(`loss.${name}`, { data, shape: [] });
  const state = readState(weights);
  for (const [name, { data }] of expected) {
    if (!numbers.has(name)) continue;
    expect(largest(state.get(name)!.data, data), name).toBeLessThan(2.5e-7); // weights are below 4: ε of float32
    if (before.has(name)) expect(largest(before.get(name)!.data, data), name).toBeGreaterThan(1e-4);
  }
  expect([...expected.keys()].filter((name) => numbers.has(name))).toHaveLength(numbers.size);
});

function settings(output: string, more: Record<string, string>) {
  return parseSettings({
    ...{ output: join(folder, output), batch: '1', patch: '16', threads: '1', workers: '0' },
    ...{ validationBatches: '1', ...more },
  });
}

const read = (output: string, name: string) => readFile(join(folder, output, name));

test('a resumed training goes on as published, and from its own settings when it is interrupted', async () => {
  const messages: string[] = [];
  const abort = new AbortController();
  const onStep = ({ step }: { step: number }) => step === 8 && abort.abort();
  const onMessage = (text: string) => void messages.push(text);
  const first = await runTraining(settings('run', { resume: checkpoint }), {
    signal: abort.signal,
    onStep,
    onMessage,
  });
  expect(first).toMatchObject({ step: 8, steps: 12, ended: 'stopped' });
  expect(messages).toEqual([
    `${checkpoint}: epoch 2 of 4, on raw channels with the collaborative loss; AdamW, learning rate and schedule are ` +
      'those of the file',
    `Resuming from step 6 (${checkpoint})`,
  ]);
  const text = String(await read('run', 'settings.yaml'));
  const own = parseSettings({}, { path: 'settings.yaml', text });
  expect(own.resume).toBeUndefined();
  expect(own).toMatchObject({
    ...{ preset: 'reference', channels: 8, ddcrUnits: 1, filter: 'FrGT', dropout: 0.3, transform: 'raw' },
    ...{ loss: 'collaborative', steps: 12, learningRate: 1e-2, finalLearningRate: 1e-4, weightDecay: 0.05 },
    ...{ tile: 256, freezeBatchNorm: 0 },
  });
  expect(await runTraining(own)).toMatchObject({ step: 12, steps: 12, ended: 'finished' });
  const rows = parseLog(String(await read('run', 'log.csv')));
  const schedule = { initial: 1e-2, final: 1e-4, total: 12 };
  expect(rows.map(({ step, learningRate }) => [step, learningRate])).toEqual(
    [6, 7, 8, 9, 10, 11].map((t) => [t + 1, cosineRate(schedule, t)]),
  );
  const { network, transform, tile } = decodeWeights(await read('run', 'last.safetensors'));
  expect({ transform, tile }).toEqual({ transform: { kind: 'raw' }, tile: 256 });
  expect(network.config).toMatchObject({ architecture: 'reference', baseChannels: 8, dropoutRate: 0.3 });
});

test('weights of a checkpoint start a training on raw channels, or on the log transform', async () => {
  const start = (more: Record<string, string>) =>
    startOf(settings('new', { initialWeights: checkpoint, ...more }));
  const raw = await start({});
  expect(raw.transform).toEqual({ kind: 'raw' });
  expect(raw.settings).toMatchObject({ loss: 'collaborative', tile: 256, learningRate: 1e-3, steps: 5000 });
  expect(raw.message).toMatch(/mtpi_epoch_002\.pth: trained further on raw channels, as published/);
  const log = await start({ transform: 'log', tile: '64' });
  expect(log.transform).toEqual(logTransform);
  expect(log.settings).toMatchObject({ loss: 'wishart', tile: 64 });
  expect(log.message).toMatch(/moved from raw channels to the log transform, .*; this is fine-tuning/);
  const state = readState(raw.network.namedWeights());
  const changed = [...readState(log.network.namedWeights())].filter(
    ([name, { data }]) => largest(data, state.get(name)!.data) > 0,
  );
  expect(changed.map(([name]) => name)).toEqual([
    ...['fen_tar', 'fen_adj', 'fen_next'].flatMap((fen) => [
      `${fen}.head.0.weight`,
      `${fen}.head.1.running_mean`,
    ]),
    ...['recon.2.weight', 'recon.2.bias'],
  ]);
});

test('with raw channels the collaborative loss compares all seven, as published', () => {
  const [prediction, reference, lossWeight] = [1, 2, 3].map((seed) =>
    tf.randomUniform([2, 8, 8, seed < 3 ? 7 : 1], 0, 1, 'float32', seed),
  ) as tf.Tensor4D[];
  const images = { target: reference, previous: reference, next: reference, reference };
  const batch = { ...images, phase: tf.ones([2, 1, 1, 1]), lossWeight };
  const found = createObjective('collaborative', { kind: 'raw' }).loss(() => prediction, batch);
  const expected = new CollaborativeLoss().terms(prediction, reference, lossWeight).total;
  expect(found.dataSync()).toEqual(expected.dataSync());
  expect(() => createObjective('wishart', { kind: 'raw' })).toThrow('expected loss collaborative');
});

test.each(['residual', 'image'] as const)(
  'a move to the log transform keeps a result (%s) to first order around its center',
  (output) => {
    const [c11, c22] = logTransform.center.map(Math.exp);
    /** Relative error of the moved network where its inputs and its residual deviate from the center by this share. */
    const errorAt = (deviation: number) => {
      const network = new MtpiNet({
        baseChannels: 8,
        ddcrUnits: 1,
        output,
        attention: 'normalized',
        seed: 2,
      });
      for (const { name, variable } of network.namedWeights()) {
        tf.tidy(() => {
          const value = variable.read();
          // Without the padding of the first layer: raw channels are padded by 0, logarithms by their center.
          if (/^fen_.*head.0.weight/.test(name)) {
            variable.write(
              tf.mul(
                value,
                tf.pad(tf.ones([1, 1, 7, 8]), [
                  [1, 1],
                  [1, 1],
                  [0, 0],
                  [0, 0],
                ]),
              ),
            );
          }
          const slope = [c11, c22, Math.sqrt(c11 * c22), Math.sqrt(c11 * c22), 1, 1, 90];
          if (name.startsWith('recon.2.')) variable.write(tf.mul(value, tf.mul(slope, deviation)));
          if (name === 'recon.2.bias' && output === 'image') {
            variable.write(tf.add(variable.read(), tf.tensor1d([c11, c22, 0, 0, 0, 0, 0])));
          }
        });
      }
      const size = 8;
      const dates = [0, 1, 2].map((date) => {
        const wave = (phase: number) =>
          tf.reshape(tf.sin(tf.add(tf.range(0, size * size), phase + date)), [1, 1, size, size]);
        const near = (level: number, phase: number) =>
          tf.mul(level, tf.add(1, tf.mul(deviation, wave(phase))));
        const part = (phase: number) => tf.mul(deviation * Math.sqrt(c11 * c22), wave(phase));
        return tf.concat([near(c11, 0), near(c22, 1), part(2), part(3)], 1) as tf.Tensor4D;
      });
      const predict = (transform: InputTransform) =>
        predictBatch({ network, transform }, dates, { window: 1 }).dataSync() as Float32Array;
      const before = predict({ kind: 'raw' });
      moveToLogTransform(network, logTransform);
      return largest(predict(logTransform), before) / c11;
    };
    // A quarter of the deviation leaves a sixteenth of an error of second order.
    expect(errorAt(0.02)).toBeLessThan(errorAt(0.08) / 12);
    expect(errorAt(0.02)).toBeLessThan(1e-4);
  },
);

test('what keeps a checkpoint from being resumed is named', async () => {
  const files = unzipSync(fixture('FrGT'));
  const pickle = Object.keys(files).find((name) => name.endsWith('data.pkl')) as string;
  const failure = async (from: string | RegExp, to: string | ((match: string) => string)) => {
    const text = strFromU8(files[pickle], true).replace(from, to as string);
    await writeFile(join(folder, 'other.pth'), zipSync({ ...files, [pickle]: strToU8(text, true) }));
    return runTraining(settings('other', { resume: join(folder, 'other.pth') })).catch((error) => error);
  };
  for (const [from, to, message] of [
    ['optimizer', 'optimixer', "expected a dict as 'optimizer', found none"],
    ['scheduler', 'schedulex', "expected a dict as 'scheduler', found none"],
    ['T_max', 'T_men', "expected an integer ≥ 1 as 'scheduler.T_max', found none"],
    ['epoch', 'epoxx', "expected an integer ≥ 1 as 'epoch', found none"],
    ['exp_avg_sq', 'exp_avg_xx', "expected a tensor as 'optimizer.state.0.exp_avg_sq', found none"],
    [
      'weight_decay',
      'weight_degay',
      "expected a number as 'optimizer.param_groups[0].weight_decay', found none",
    ],
  ]) {
    expect(await failure(from, to)).toMatchObject({
      code: 'InvalidWeights',
      message: expect.stringContaining(message),
    });
  }
  expect((await failure('optimizer', 'optimixer')).hint).toBe(
    'start from its weights alone: mtpi train --from',
  );
  const stateless = join(folder, 'weights.pth');
  await writeFile(stateless, encodeTorchCheckpoint(new MtpiNet({ baseChannels: 8, ddcrUnits: 1 })));
  await expect(runTraining(settings('other', { resume: stateless }))).rejects.toThrow(
    "weights.pth: no training to resume: expected a dict as 'scheduler', found none",
  );
  const complete = await failure(/T_max.{7}/s, (entry) => `${entry.slice(0, -1)}\x02`);
  expect(complete).toMatchObject({ code: 'RunMismatch', found: 'a complete one, of 2' });
  await expect(runTraining(settings('other', { resume: join(folder, 'none.pth') }))).rejects.toThrow(
    'none.pth: expected a checkpoint to resume, found no such file',
  );
  await expect(runTraining(settings('other', { resume: join(folder, 'none.safetensors') }))).rejects.toThrow(
    'none.safetensors: expected a checkpoint to resume, found no such file',
  );
  expect(existsSync(join(folder, 'other'))).toBe(false);
  await writeFile(join(folder, 'log.safetensors'), logWeights());
  const raw = settings('other', { initialWeights: join(folder, 'log.safetensors'), transform: 'raw' });
  await expect(runTraining(raw)).rejects.toThrow(
    'expected weights for raw channels, found weights for the log transform',
  );
});

test('damaged pickles of checkpoints are read or give a ModelError', () => {
  const files = unzipSync(fixture('FrGT'));
  const pickle = Object.keys(files).find((name) => name.endsWith('data.pkl')) as string;
  const random = new Random(3);
  const codes = Array.from({ length: 30 }, () => {
    const data = new Uint8Array(files[pickle]);
    // In the last part, of optimizer and scheduler.
    for (let i = 0; i < 3; i++)
      data[random.integer(data.length >> 1, data.length - 1)] = random.integer(0, 255);
    try {
      decodeTorchTraining(zipSync({ ...files, [pickle]: data }, { level: 0 }), 'a.pth').network.dispose();
      return 'read';
    } catch (error) {
      return isModelError(error) ? 'refused' : String(error);
    }
  });
  expect(new Set(codes)).toEqual(new Set(['read', 'refused']));
});

const logWeights = () =>
  encodeWeights(new MtpiNet({ baseChannels: 8, ddcrUnits: 1 }), {
    ...{ transform: logTransform, tile: 64, training: {} },
  });
