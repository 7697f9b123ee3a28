import { logTransform, MtpiNet, readState } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { SimulatedBatches, type StepReport, Trainer } from '../src';

beforeAll(() => tf.setBackend('cpu'));

const transform = logTransform;

function fresh(settleFrom?: number) {
  const network = new MtpiNet({
    baseChannels: 8,
    ddcrUnits: 1,
    attention: 'normalized',
    dropoutRate: 0.3,
    seed: 3,
  });
  const source = new SimulatedBatches({ batch: 2, patch: 16, seed: 5, transform });
  const schedule = { initial: 1e-3, final: 1e-5, total: 6 };
  return { network, trainer: new Trainer(network, source, { schedule, transform, settleFrom, threads: 1 }) };
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
  const checkpoint = first.trainer.save();
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

test('from settleFrom on, running statistics stay and weights go on', async () => {
  const { network, trainer } = fresh(1);
  await trainer.run({ until: 1 });
  const before = new Map(weights(network) as [string, number[]][]);
  await trainer.run({ until: 2 });
  const after = new Map(weights(network) as [string, number[]][]);
  expect(after.get('fen_tar.head.1.running_mean')).toEqual(before.get('fen_tar.head.1.running_mean'));
  expect(after.get('fen_tar.head.0.weight')).not.toEqual(before.get('fen_tar.head.0.weight'));
});

test('a checkpoint of another network is refused by name', () => {
  const other = new MtpiNet({ baseChannels: 16, ddcrUnits: 1, dropoutRate: 0.3 });
  const source = new SimulatedBatches({ batch: 1, patch: 16, seed: 1, transform });
  const foreign = new Trainer(other, source, {
    schedule: { initial: 1, final: 1, total: 1 },
    transform,
  }).save();
  expect(() => fresh().trainer.restore(foreign, 'run/checkpoint')).toThrow(
    /run\/checkpoint: weight '.*' should have shape/,
  );
});
