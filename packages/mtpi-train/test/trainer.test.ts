import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { encodeSafetensors, logTransform, MtpiNet, parseSafetensors, readState } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { isTrainError, SimulatedBatches, type StepReport, Trainer, type TrainerOptions } from '../src';
import { tensorsOf } from '../src/batches/batch';
import { createObjective } from '../src/loss/objective';
import { TrainingStep } from '../src/training-step';

beforeAll(() => tf.setBackend('cpu'));

const transform = logTransform;

function fresh(freezeBatchNormFrom?: number, options: Partial<TrainerOptions> = {}) {
  const network = new MtpiNet({
    baseChannels: 8,
    ddcrUnits: 1,
    attention: 'normalized',
    dropoutRate: 0.3,
    seed: 3,
  });
  const source = new SimulatedBatches({ batch: 2, patch: 16, seed: 5 });
  const schedule = { initial: 1e-3, final: 1e-5, total: 6 };
  const trainer = new Trainer(network, source, {
    schedule,
    transform,
    freezeBatchNormFrom,
    threads: 1,
    ...options,
  });
  return { network, trainer };
}

const weights = (network: MtpiNet) =>
  [...readState(network.namedWeights())].map(([name, { data }]) => [name, [...data]]);

test('a run that was stopped and resumed gives the weights and losses of one that was not, bit for bit', async () => {
  const losses: number[][] = [[], []];
  const onStep =
    (to: number[]) =>
    ({ loss }: StepReport) =>
      void to.push(loss);
  const whole = fresh(4);
  await whole.trainer.run({ until: 6, onStep: onStep(losses[0]) });
  const first = fresh(4);
  await first.trainer.run({ until: 3, onStep: onStep(losses[1]) });
  const checkpoint = await first.trainer.save();
  const second = fresh(4);
  second.trainer.restore(checkpoint);
  expect(second.trainer.step).toBe(3);
  await second.trainer.run({ until: 6, onStep: onStep(losses[1]) });
  expect(losses[1]).toEqual(losses[0]);
  expect(weights(second.network)).toEqual(weights(whole.network));
});

test('an abort ends the run after the step in progress', async () => {
  const abort = new AbortController();
  const { trainer } = fresh();
  await trainer.run({ until: 6, signal: abort.signal, onStep: ({ step }) => step === 2 && abort.abort() });
  expect(trainer.step).toBe(2);
});

test('a checkpoint whose optimizer state is of another shape is refused', async () => {
  const { trainer } = fresh();
  const { tensors, metadata } = parseSafetensors(await trainer.save(), 'checkpoint');
  tensors.set('optimizer.0', { shape: [3], data: new Float32Array(3) });
  const other = encodeSafetensors({ tensors, metadata });
  expect(() => fresh().trainer.restore(other, 'run/checkpoint')).toThrow(
    /run\/checkpoint: expected an optimizer state 0 of \[\d+\], found \[3\]/,
  );
});

test('a checkpoint of version 0.1 is resumed', async () => {
  const file = new URL('fixtures/checkpoint-0.1.safetensors.gz', import.meta.url);
  const checkpoint = gunzipSync(readFileSync(file));
  const network = new MtpiNet({ baseChannels: 8, ddcrUnits: 1, filter: 'FrFT', dropoutRate: 0.3, seed: 9 });
  const source = new SimulatedBatches({ batch: 1, patch: 16, seed: 1 });
  const schedule = { initial: 1e-3, final: 0, total: 10 };
  const trainer = new Trainer(network, source, { schedule, transform });
  trainer.restore(checkpoint, 'checkpoint');
  expect(trainer.step).toBe(3);
  expect(trainer.best).toEqual({ step: 2, loss: 0.5 });
  expect(await trainer.save()).toEqual(new Uint8Array(checkpoint));
});

test('a checkpoint without progress is refused', async () => {
  const { trainer } = fresh();
  const { tensors } = parseSafetensors(await trainer.save(), 'checkpoint');
  const other = encodeSafetensors({ tensors, metadata: { progress: '{"step":-1}' } });
  expect(() => fresh().trainer.restore(other, 'a')).toThrow(
    'a: expected a training checkpoint with its progress',
  );
});

test('from freezeBatchNormFrom on, running statistics stay and weights are still trained', async () => {
  const { network, trainer } = fresh(1);
  await trainer.run({ until: 1 });
  const before = new Map(weights(network) as [string, number[]][]);
  await trainer.run({ until: 2 });
  const after = new Map(weights(network) as [string, number[]][]);
  expect(after.get('fen_tar.head.1.running_mean')).toEqual(before.get('fen_tar.head.1.running_mean'));
  expect(after.get('fen_tar.head.0.weight')).not.toEqual(before.get('fen_tar.head.0.weight'));
});

test('a checkpoint of another network is refused by name', async () => {
  const other = new MtpiNet({ baseChannels: 16, ddcrUnits: 1, dropoutRate: 0.3 });
  const source = new SimulatedBatches({ batch: 1, patch: 16, seed: 1 });
  const foreign = await new Trainer(other, source, {
    schedule: { initial: 1, final: 1, total: 1 },
    transform,
  }).save();
  expect(() => fresh().trainer.restore(foreign, 'run/checkpoint')).toThrow(
    /run\/checkpoint: weight '.*' should have shape/,
  );
});

test('a loss that is no number ends the run with an error that says where', async () => {
  const { trainer } = fresh(undefined, { schedule: { initial: Number.NaN, final: 0, total: 6 } });
  const error = await trainer.run({ until: 6 }).catch((reason) => reason);
  expect(isTrainError(error, 'Diverged')).toBe(true);
  expect(error.message).toMatch(/^step 2: expected finite numbers, found loss NaN/);
});

test('the collaborative objective is minimal where the decoded prediction is the reference', () => {
  const size = [1, 8, 8] as const;
  const [plane, priors] = [tf.fill([...size, 2], 0.75), tf.fill([...size, 5], 0.3)];
  const [intensity, rest] = tf.split(priors, [2, 3], 3);
  const prediction = tf.concat([intensity, plane, rest], 3) as tf.Tensor4D;
  // Decoding maps the plane to the disk by x / √(1 + |x|²).
  const disk = tf.fill([...size, 2], 0.75 / Math.sqrt(1 + 2 * 0.75 ** 2));
  const reference = tf.concat([intensity, disk, rest], 3) as tf.Tensor4D;
  const lossWeight = tf.ones([...size, 1]) as tf.Tensor4D;
  const images = { target: reference, previous: reference, next: reference, reference };
  const { loss } = createObjective('collaborative', transform);
  const total = loss(() => prediction, { ...images, phase: tf.ones([1, 1, 1, 1]), lossWeight });
  // Two Charbonnier terms of their ε, 10⁻³, each weighed by ½ at σ = 1.
  expect(total.dataSync()[0]).toBeCloseTo(1e-3, 6);
});

test('the collaborative loss trains its σ, and its temporal term acts on predictions', async () => {
  const run = async (temporal: 'none' | 'predictions') => {
    const { network, trainer } = fresh(undefined, { objective: 'collaborative', temporal });
    await trainer.run({ until: 2 });
    const { tensors } = parseSafetensors(await trainer.save(), 'checkpoint');
    const sigmas = ['n', 'e', 't'].map(
      (part) => tensors.get(`network.loss.log_sigma_${part}`)?.data[0] as number,
    );
    return { sigmas, weights: weights(network) };
  };
  const without = await run('none');
  const within = await run('predictions');
  // Without pairs L_t = 0: its σ falls by the learning rate of each Adam step, for the gradient of ln(exp s + ε) is 1.
  for (const sigma of [...without.sigmas, ...within.sigmas]) expect(sigma).not.toBe(0);
  expect(within.sigmas[2]).not.toBe(without.sigmas[2]);
  expect(within.weights).not.toEqual(without.weights);
});

test('validation sees the network as prediction does, and keeps the best', async () => {
  const batches = [await new SimulatedBatches({ batch: 2, patch: 16, seed: 9 }).batch(0)];
  const { network, trainer } = fresh(undefined, { validation: { batches, every: 2 } });
  const reports: StepReport[] = [];
  await trainer.run({ until: 4, onStep: (report) => void reports.push(report) });
  expect(reports.map(({ validation }) => validation !== undefined)).toEqual([false, true, false, true]);
  const inputs = tensorsOf(batches[0]).map(({ data, shape }) => tf.tensor(data, [...shape]));
  const loss = new TrainingStep(network, { transform }).loss(inputs, false).dataSync()[0];
  expect(reports[3].validation).toBeCloseTo(loss, 4);
  const best = [reports[1], reports[3]].sort(
    (a, b) => (a.validation as number) - (b.validation as number),
  )[0];
  expect(trainer.best).toEqual({ step: best.step, loss: best.validation });
});
