import type { NamedWeight, WeightLayout } from '@mtpi/layers';
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors';
import type { NamedTensor } from './safetensors';

/** For each layout, the axes of the checkpoint's tensor in the order in which they are stored here. */
const axesFromCheckpoint: Record<WeightLayout, number[] | undefined> = {
  same: undefined,
  convolution: [2, 3, 1, 0],
  depthwise: [2, 3, 0, 1],
  linear: [1, 0],
};

/** PyTorch counts batches in a buffer that nothing here needs. */
const ignored = (name: string): boolean => name.endsWith('num_batches_tracked');

/** Dropout's place in its random sequence: not in PyTorch's checkpoints, and kept as it is where missing. */
const optional = (name: string): boolean => name.endsWith('dropout.counter');

const invert = (axes: number[]): number[] => axes.map((_, axis) => axes.indexOf(axis));

/** A module's weights as checkpoints have them. */
export function readState(weights: readonly NamedWeight[]): Map<string, NamedTensor> {
  return new Map(
    weights.map(({ name, variable, layout }) => {
      const axes = axesFromCheckpoint[layout];
      const tensor = tf.tidy(() => {
        const value = variable.read();
        const moved = axes ? tf.transpose(value, invert(axes)) : value;
        return { shape: moved.shape, data: moved.dataSync().slice() as Float32Array };
      });
      return [name, tensor];
    }),
  );
}

/**
 * Sets a module's weights from a checkpoint's tensors.
 *
 * @param path names the file in errors.
 * @throws ModelError `WeightsMismatch` naming the first weight that is missing, of another shape, or unknown.
 */
export function loadState(
  weights: readonly NamedWeight[],
  tensors: ReadonlyMap<string, NamedTensor>,
  path = 'weights',
): void {
  const known = new Set(weights.map(({ name }) => name));
  const fail = (what: string): never => {
    throw new ModelError('WeightsMismatch', `${path}: ${what}`);
  };
  const loaded = weights.filter(({ name }) => tensors.has(name) || !optional(name));
  const values = loaded.map(({ name, variable, layout }) => {
    const tensor = tensors.get(name) ?? fail(`weight '${name}' is missing`);
    const axes = axesFromCheckpoint[layout];
    const expected = axes ? invert(axes).map((axis) => variable.shape[axis]) : variable.shape;
    if (!tf.util.arraysEqual(expected as number[], tensor.shape)) {
      fail(`weight '${name}' should have shape [${expected}], found [${tensor.shape}]`);
    }
    return { tensor, axes, variable };
  });
  const foreign = [...tensors.keys()].find((name) => !known.has(name) && !ignored(name));
  if (foreign !== undefined) fail(`weight '${foreign}' is not part of this network`);
  for (const { tensor, axes, variable } of values) {
    tf.tidy(() => {
      const value = tf.tensor(tensor.data, tensor.shape);
      variable.write(axes ? tf.transpose(value, axes) : value);
    });
  }
}
