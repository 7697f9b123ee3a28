import type { NamedWeight } from '@mtpi/layers';
import { type NamedTensor, readState } from '@mtpi/model';
import { AdamW, clipByGlobalNorm, cosineRate } from '@mtpi/train';
import * as tf from '@tensorflow/tfjs';
import { type Difference, relativeError, TRAINING_LIMIT } from './check';
import type { Fixture } from './fixture';
import { compiled, eager, type Runner } from './runner';
import { type StateError, stateError } from './state-error';
import { TrainingModel } from './training-model';

const INPUTS = ['tar', 'prev', 'next', 'ref', 'mask'];

/**
 * Loss, gradients, running statistics and optimizer steps against the reference, eager on tfjs and compiled.
 *
 * The limit applies to all tensors of a kind as one vector. The tensor that agrees least is reported without a limit: the
 * gradient of a bias before a batch norm is rounding noise on both sides, and behind the saturated softmax a gradient is
 * a small difference of large float32 numbers.
 */
export async function checkTraining(fixture: Fixture): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [mode, runner] of Object.entries({ eager, compiled })) {
    const errors = { ...(await checkForward(fixture, runner)), ...(await checkSteps(fixture, runner)) };
    for (const [name, error] of Object.entries(errors)) {
      const limit = name.includes(':') ? undefined : TRAINING_LIMIT;
      differences.push({ name: `${mode} ${name}`, error, limit });
    }
  }
  return differences;
}

async function checkForward(fixture: Fixture, runner: Runner): Promise<Record<string, number>> {
  const inputs = INPUTS.map((name) => fixture.image(`input.${name}`));
  const model = new TrainingModel(fixture);
  const pass = runner((...tensors) => {
    const { output, total, noise, edge, temporal } = model.forward(tensors);
    return [output, total, noise, edge, temporal];
  });
  const results = await pass.run(...inputs);
  await pass.finish();
  const references = [
    fixture.image('train.output'),
    ...['loss', 'L_n', 'L_e', 'L_t'].map((name) => fixture.tensor(`train.${name}`)),
  ];
  const [output, ...values] = references.map(({ data }, i) => relativeError(results[i], data));
  const running = stateError(readState(model.weights), fixture.group('after_forward.'));

  const { trainable } = model;
  const backward = runner((...tensors) => model.gradients(tensors).gradients);
  const gradients = await backward.run(...inputs);
  await backward.finish();
  const found = gradientState(trainable, gradients);
  model.dispose();
  return {
    output,
    loss: Math.max(...values),
    ...errorsOf('running', running),
    ...errorsOf('gradients', stateError(found, fixture.group('grad.'))),
  };
}

async function checkSteps(fixture: Fixture, runner: Runner): Promise<Record<string, number>> {
  const inputs = INPUTS.map((name) => fixture.image(`input.${name}`));
  const model = new TrainingModel(fixture);
  const optimizer = new AdamW(model.variables, { weightDecay: fixture.option('weight_decay') });
  const step = runner((rate, ...tensors) => {
    const { total, gradients: raw } = model.gradients(tensors);
    const { gradients, norm } = clipByGlobalNorm(raw, fixture.option('clip_norm'));
    optimizer.step(gradients, rate as tf.Scalar);
    return [total, norm];
  });
  const schedule = {
    initial: fixture.option('lr'),
    final: fixture.option('eta_min'),
    total: fixture.option('T_max'),
  };
  let steps = 0;
  for (let i = 0; i < fixture.option('steps'); i++) {
    const rate = cosineRate(schedule, i);
    const results = await step.run({ data: Float32Array.of(rate), shape: [] }, ...inputs);
    const found = [...results.map((value) => value[0]), rate];
    ['loss', 'grad_norm', 'lr'].forEach((name, k) => {
      steps = Math.max(steps, relativeError([found[k]], fixture.tensor(`step${i}.${name}`).data));
    });
  }
  await step.finish();
  const after = stateError(readState(model.weights), fixture.group('after_steps.'));
  model.dispose();
  tf.dispose(optimizer.state);
  return { steps, ...errorsOf('after', after) };
}

/** Gradients as checkpoints would have them: stored in variables of the weights' shapes for `readState`. */
function gradientState(weights: NamedWeight[], gradients: ArrayLike<number>[]): Map<string, NamedTensor> {
  return readState(
    weights.map(({ variable, ...weight }, i) => {
      const value = tf.tensor(Float32Array.from(gradients[i]), variable.shape as number[]);
      return { ...weight, variable: { read: () => value } as unknown as tf.LayerVariable };
    }),
  );
}

const errorsOf = (name: string, { all, worst, worstName }: StateError): Record<string, number> => ({
  [name]: all,
  [`${name}: ${worstName}`]: worst,
});
