import { CollaborativeLoss, type FilterKind, type NamedWeight } from '@mtpi/layers';
import { compile, type TensorLike } from '@mtpi/tfjs-onnx';
import { AdamW, clipByGlobalNorm, cosineRate } from '@mtpi/train';
import * as tf from '@tensorflow/tfjs';
import { MtpiNet } from '../../src/network';
import type { NamedTensor } from '../../src/weights/safetensors';
import { loadState, readState } from '../../src/weights/state';
import { type Difference, relativeError, TRAINING_LIMIT } from './check';
import { type Fixture, toTensor } from './fixture';

const INPUTS = ['tar', 'prev', 'next', 'ref', 'mask'];

/** Something that runs the tensor functions of training: tfjs itself, or ONNX Runtime. */
type Runner = (fn: (...inputs: tf.Tensor[]) => tf.Tensor[]) => {
  run(...inputs: TensorLike[]): Promise<ArrayLike<number>[]>;
  /** Brings assigned variables back to tfjs and ends the use of `fn`. */
  finish(): Promise<void>;
};

const eager: Runner = (fn) => ({
  run: async (...inputs) => tf.tidy(() => fn(...inputs.map(toTensor)).map((tensor) => tensor.dataSync())),
  finish: async () => {},
});

const compiled: Runner = (fn) => {
  const session = compile(fn, { freeze: false });
  return {
    run: async (...inputs) => (await session.run(...inputs)).map(({ data }) => data),
    finish: async () => {
      session.sync();
      await session.dispose();
    },
  };
};

/** Loss, gradients, running statistics and optimizer steps against the reference, eager on tfjs and compiled. */
export async function checkTraining(fixture: Fixture): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [mode, runner] of Object.entries({ eager, compiled })) {
    const errors = { ...(await checkForward(fixture, runner)), ...(await checkSteps(fixture, runner)) };
    for (const [name, error] of Object.entries(errors)) {
      differences.push({ name: `${mode} ${name}`, error, limit: TRAINING_LIMIT });
    }
  }
  return differences;
}

/** A network and its loss as they were before the first step. */
class Model {
  readonly network: MtpiNet;
  readonly loss: CollaborativeLoss;
  readonly variables: tf.Variable[];

  constructor(fixture: Fixture) {
    this.network = new MtpiNet({
      baseChannels: fixture.option('base_ch'),
      ddcrUnits: fixture.option('n_ddcr'),
      filter: fixture.metadata.filter as FilterKind,
      dropoutRate: 0,
    });
    this.loss = new CollaborativeLoss({ temporalWeight: fixture.option('weight_t') });
    loadState(this.network.namedWeights(), fixture.group('param.'), fixture.stem);
    loadState(this.loss.namedWeights(), fixture.group('loss.'), fixture.stem);
    this.variables = this.trainable.map(({ variable }) => variable.read() as tf.Variable);
  }

  /** All weights that the optimizer changes. */
  get trainable(): NamedWeight[] {
    return this.weights.filter(({ variable }) => variable.trainable);
  }

  /** All weights, under their names in the fixtures. */
  get weights(): NamedWeight[] {
    return [...this.network.namedWeights(), ...this.loss.namedWeights('loss.')];
  }

  /** Output, loss and its parts in training mode. */
  forward(inputs: tf.Tensor[]) {
    const [target, previous, next, reference, mask] = inputs as tf.Tensor4D[];
    const output = this.network.apply(target, previous, next, { training: true });
    return { output, ...this.loss.parts(output, reference, mask) };
  }

  /** The loss and the gradients of `trainable`, in their order. */
  gradients(inputs: tf.Tensor[]): { total: tf.Tensor; gradients: tf.Tensor[] } {
    const { value, grads } = tf.variableGrads(() => this.forward(inputs).total, this.variables);
    return { total: value, gradients: this.variables.map(({ name }) => grads[name]) };
  }

  dispose(): void {
    for (const { variable } of this.weights) variable.dispose();
  }
}

async function checkForward(fixture: Fixture, runner: Runner): Promise<Record<string, number>> {
  const inputs = INPUTS.map((name) => fixture.image(`input.${name}`));
  const model = new Model(fixture);
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
  const running = worst(readState(model.weights), fixture.group('after_forward.'));

  const { trainable } = model;
  const backward = runner((...tensors) => model.gradients(tensors).gradients);
  const gradients = await backward.run(...inputs);
  await backward.finish();
  const found = gradientState(trainable, gradients);
  model.dispose();
  return {
    output,
    loss: Math.max(...values),
    running,
    gradients: worst(found, fixture.group('grad.')),
  };
}

async function checkSteps(fixture: Fixture, runner: Runner): Promise<Record<string, number>> {
  const inputs = INPUTS.map((name) => fixture.image(`input.${name}`));
  const model = new Model(fixture);
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
    const found = [...results.map(([value]) => value), rate];
    ['loss', 'grad_norm', 'lr'].forEach((name, k) => {
      steps = Math.max(steps, relativeError([found[k]], fixture.tensor(`step${i}.${name}`).data));
    });
  }
  await step.finish();
  const after = worst(readState(model.weights), fixture.group('after_steps.'));
  model.dispose();
  tf.dispose(optimizer.state);
  return { steps, after };
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

/** The largest relative error over all tensors of the reference. */
function worst(found: ReadonlyMap<string, NamedTensor>, reference: ReadonlyMap<string, NamedTensor>): number {
  const errors = [...reference]
    .filter(([name]) => !name.endsWith('num_batches_tracked'))
    .map(([name, { data }]) => relativeError(found.get(name)?.data ?? [], data));
  return Math.max(...errors);
}
