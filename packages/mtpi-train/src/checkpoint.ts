import type { NamedWeight } from '@mtpi/layers';
import { encodeSafetensors, loadState, type NamedTensor, parseSafetensors, readState } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { TrainError } from './errors';

const WEIGHTS = 'network.';
const OPTIMIZER = 'optimizer.';

/** The lowest validation loss so far. */
export interface BestValidation {
  step: number;
  loss: number;
}

/** State of a training besides the variables. */
export interface TrainingState {
  /** Steps done, which is the index of the next batch. */
  step: number;
  best?: BestValidation;
}

/** Serializes weights, variables of the optimizer and the state of a training as safetensors. */
export function encodeCheckpoint(
  weights: readonly NamedWeight[],
  optimizer: readonly tf.Variable[],
  state: TrainingState,
): Uint8Array {
  const tensors = new Map<string, NamedTensor>();
  for (const [name, tensor] of readState(weights)) tensors.set(WEIGHTS + name, tensor);
  optimizer.forEach((variable, i) => {
    tensors.set(`${OPTIMIZER}${i}`, {
      shape: variable.shape,
      data: variable.dataSync().slice() as Float32Array,
    });
  });
  return encodeSafetensors({
    tensors,
    metadata: { format: 'mtpi-checkpoint', progress: JSON.stringify(state) },
  });
}

/**
 * Sets the variables from a checkpoint of the same network.
 *
 * @throws ModelError if the file is damaged or of another network; TrainError `RunMismatch` if the state of the optimizer
 *   is of another kind.
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  weights: readonly NamedWeight[],
  optimizer: readonly tf.Variable[],
  path: string,
): TrainingState {
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const part = (prefix: string) =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  loadState(weights, part(WEIGHTS), path);
  const moments = part(OPTIMIZER);
  optimizer.forEach((variable, i) => {
    const moment = moments.get(String(i));
    if (!moment || !tf.util.arraysEqual(moment.shape, variable.shape))
      throw new TrainError('RunMismatch', {
        path,
        expected: `an optimizer state ${i} of [${variable.shape}]`,
        found: moment ? `[${moment.shape}]` : 'none',
        hint: 'the checkpoint is of another version',
      });
    tf.tidy(() => variable.assign(tf.tensor(moment.data, moment.shape)));
  });
  return stateOf(metadata.progress, path);
}

function stateOf(text: string | undefined, path: string): TrainingState {
  try {
    const { step, best } = JSON.parse(text ?? '') as TrainingState;
    if (Number.isSafeInteger(step) && step >= 0) return { step, ...(best && { best }) };
  } catch {
    // reported below
  }
  throw new TrainError('RunMismatch', {
    path,
    expected: 'a training checkpoint with its progress',
    found: 'none',
  });
}
