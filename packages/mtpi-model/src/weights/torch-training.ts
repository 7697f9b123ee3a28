import { ModelError, readingWeights } from '../errors';
import type { MtpiNet } from '../network/network';
import { networkOf } from './network-of';
import type { NamedTensor } from './safetensors';
import { inferNetworkConfig, invalidCheckpoint, modelState, readTorchDict, tensorsOf } from './torch';
import { TorchTensor } from './torch-tensor';

/** A training by the published code as its checkpoint holds it. Tensors are in the layout of checkpoints. */
export interface TorchTraining {
  network: MtpiNet;
  /** Epochs done. */
  epoch: number;
  /** Cosine annealing of the learning rate over `epochs`. */
  schedule: { initial: number; final: number; epochs: number };
  /** Decoupled weight decay of AdamW. */
  weightDecay: number;
  /** Steps of AdamW. */
  step: number;
  /** Mean gradients and mean squared gradients of AdamW by the names of the weights, those of the loss after `loss.`. */
  means: Map<string, NamedTensor>;
  squares: Map<string, NamedTensor>;
  /** The log σ of the collaborative loss if the checkpoint has them; the published code neither trains nor saves them. */
  loss?: Map<string, NamedTensor>;
}

/** Names of the weights of the loss, in the order of its parameters. */
const LOSS_WEIGHTS = ['log_sigma_n', 'log_sigma_e', 'log_sigma_t'];

/** Constants of AdamW in the published code. */
const BETAS = [0.9, 0.999];
const EPSILON = 1e-8;

/**
 * Reads a training from a checkpoint of the published code, a dict of `model`, `optimizer`, `scheduler` and `epoch`. A
 * state dict of the loss as `loss`, whose parameters then follow those of the network in the optimizer, may be in it too.
 *
 * @param path names the file in errors.
 * @throws ModelError `InvalidWeights` naming the part of the file that is missing or of another kind; `WeightsMismatch` for
 *   tensors of another network.
 */
export function decodeTorchTraining(bytes: Uint8Array, path: string): TorchTraining {
  return readingWeights(path, 'a PyTorch checkpoint', () => {
    const root = new Entries(readTorchDict(bytes, path), '', path);
    const { initial, final, epochs, lastEpoch } = scheduleOf(root.dict('scheduler'));
    const model = modelState(root.values, path);
    const loss = root.values.has('loss') ? tensorsOf(root.dict('loss').values, path) : undefined;
    const network = networkOf(inferNetworkConfig(model, path), model, path);
    try {
      const trained = new Set(
        network.namedWeights().flatMap(({ name, variable }) => (variable.trainable ? [name] : [])),
      );
      const shapes = new Map([...model].filter(([name]) => trained.has(name)));
      if (loss) for (const name of LOSS_WEIGHTS) shapes.set(`loss.${name}`, lossWeight(loss, name, path));
      return {
        network,
        // A checkpoint may be written before or after the step of the scheduler that ends an epoch.
        epoch: Math.max(root.count('epoch'), lastEpoch),
        schedule: { initial, final, epochs },
        ...optimizerOf(root.dict('optimizer'), shapes),
        loss,
      };
    } catch (error) {
      network.dispose();
      throw error;
    }
  });
}

function scheduleOf(scheduler: Entries) {
  const [initial] = scheduler.list('base_lrs');
  if (typeof initial !== 'number') throw scheduler.missing('base_lrs', 'a learning rate');
  return {
    initial,
    final: scheduler.number('eta_min'),
    epochs: scheduler.count('T_max'),
    lastEpoch: scheduler.number('last_epoch'),
  };
}

function lossWeight(loss: ReadonlyMap<string, NamedTensor>, name: string, path: string): NamedTensor {
  const weight = loss.get(name);
  if (weight?.data.length !== 1) throw invalidCheckpoint(path, `expected a number as 'loss.${name}'`);
  return { shape: [], data: weight.data };
}

/** The state of AdamW. Its parameters are numbered in the order of the weights. */
function optimizerOf(optimizer: Entries, weights: ReadonlyMap<string, NamedTensor>) {
  const { path } = optimizer;
  const [group, ...others] = optimizer.list('param_groups');
  if (!(group instanceof Map) || others.length > 0)
    throw optimizer.missing('param_groups', 'one group of parameters');
  const options = new Entries(group, 'optimizer.param_groups[0].', path);
  for (const variant of ['amsgrad', 'maximize']) {
    if (group.get(variant) === true)
      throw invalidCheckpoint(path, `AdamW with ${variant}, which is not supported`);
  }
  const betas = options.list('betas');
  if (BETAS.some((beta, i) => beta !== betas[i]) || options.number('eps') !== EPSILON) {
    const found = `AdamW with betas ${betas} and eps ${options.number('eps')}`;
    throw invalidCheckpoint(path, `${found}, expected those of the published code, ${BETAS} and ${EPSILON}`);
  }
  const numbers = options.list('params');
  if (numbers.length !== weights.size) {
    const found = `an optimizer of ${numbers.length} parameters for ${weights.size} trained weights`;
    throw invalidCheckpoint(path, `${found} (weights of the loss belong into a state dict 'loss')`);
  }
  const state = optimizer.dict('state');
  const [steps, means, squares] = [
    new Set<number>(),
    new Map<string, TorchTensor>(),
    new Map<string, TorchTensor>(),
  ];
  for (const [i, name] of [...weights.keys()].entries()) {
    const moments = state.values.get(numbers[i]);
    if (!(moments instanceof Map)) throw state.missing(String(numbers[i]), `the moments of '${name}'`);
    const entries = new Entries(moments, `optimizer.state.${numbers[i]}.`, path);
    steps.add(entries.count('step'));
    means.set(name, entries.tensor('exp_avg'));
    squares.set(name, entries.tensor('exp_avg_sq'));
  }
  if (steps.size !== 1) throw invalidCheckpoint(path, `parameters after ${[...steps].join(', ')} steps`);
  return {
    weightDecay: options.number('weight_decay'),
    step: [...steps][0],
    means: momentsOf(means, weights, path),
    squares: momentsOf(squares, weights, path),
  };
}

function momentsOf(
  values: ReadonlyMap<string, TorchTensor>,
  weights: ReadonlyMap<string, NamedTensor>,
  path: string,
): Map<string, NamedTensor> {
  const moments = tensorsOf(values, path);
  for (const [name, { shape }] of moments) {
    const expected = String(weights.get(name)?.shape);
    if (String(shape) !== expected)
      throw invalidCheckpoint(path, `moments of '${name}' of shape [${shape}], expected [${expected}]`);
  }
  return moments;
}

/** The entries of a dict, with errors that name what is missing. */
class Entries {
  constructor(
    readonly values: ReadonlyMap<unknown, unknown>,
    private readonly prefix: string,
    readonly path: string,
  ) {}

  missing(key: string, kind: string): ModelError {
    const { path } = this;
    const [expected, found] = [`${kind} as '${this.prefix}${key}'`, 'none'];
    return new ModelError(
      'InvalidWeights',
      `${path}: no training to resume: expected ${expected}, found ${found}`,
      {
        ...{ path, expected, found },
        hint: 'start from its weights alone: mtpi train --from',
      },
    );
  }

  dict(key: string): Entries {
    const value = this.values.get(key);
    if (!(value instanceof Map)) throw this.missing(key, 'a dict');
    return new Entries(value, `${this.prefix}${key}.`, this.path);
  }

  list(key: string): unknown[] {
    const value = this.values.get(key);
    if (!Array.isArray(value)) throw this.missing(key, 'a list');
    return value;
  }

  tensor(key: string): TorchTensor {
    const value = this.values.get(key);
    if (!(value instanceof TorchTensor)) throw this.missing(key, 'a tensor');
    return value;
  }

  /** A number ≥ 0, or a tensor of one, as AdamW counts its steps. */
  number(key: string, kind = 'a number'): number {
    const value = this.values.get(key);
    const number = value instanceof TorchTensor && value.size === 1 ? value.toNamedTensor().data[0] : value;
    if (typeof number !== 'number' || !(number >= 0 && number < Number.POSITIVE_INFINITY))
      throw this.missing(key, kind);
    return number;
  }

  /** An integer ≥ 1. */
  count(key: string): number {
    const kind = 'an integer ≥ 1';
    const number = this.number(key, kind);
    if (!Number.isSafeInteger(number) || number < 1) throw this.missing(key, kind);
    return number;
  }
}
