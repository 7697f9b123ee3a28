import type { NamedWeight, WeightLayout } from '@mtpi/layers';
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors';
import type { NamedTensor } from './safetensors';

/** For each layout, the axes of the checkpoint's tensor in the order of the variable's axes. */
const axesFromCheckpoint: Record<WeightLayout, number[] | undefined> = {
  same: undefined,
  convolution: [2, 3, 1, 0],
  depthwise: [2, 3, 0, 1],
  linear: [1, 0],
};

/** A counter in PyTorch's batch normalization that is not needed here. */
const ignored = (name: string): boolean => name.endsWith('num_batches_tracked');

/** State of dropout, which PyTorch's checkpoints lack. */
export const isDropoutState = (name: string): boolean => name.endsWith('dropout.counter');

const invert = (axes: number[]): number[] => axes.map((_, axis) => axes.indexOf(axis));

/** The weights of a module in the layout of checkpoints. */
export function readState(weights: readonly NamedWeight[]): Map<string, NamedTensor> {
  return new Map(
    weights.map(({ name, variable, layout }) => {
      const axes = axesFromCheckpoint[layout];
      const moved = tf.tidy(() => {
        const value = variable.read();
        return axes ? tf.transpose(value, invert(axes)) : value.clone();
      });
      const tensor = { shape: moved.shape, data: moved.dataSync().slice() as Float32Array };
      moved.dispose();
      return [name, tensor];
    }),
  );
}

/**
 * Sets the weights of a module from the tensors of a checkpoint.
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
  const fail = (found: string): never => {
    throw new ModelError('WeightsMismatch', `${path}: ${found}`, {
      ...{ path, expected: 'the weights of this network', found },
    });
  };
  const loaded = weights.filter(({ name }) => tensors.has(name) || !isDropoutState(name));
  const values = loaded.map(({ name, variable, layout }) => {
    const tensor = tensors.get(name) ?? fail(`weight '${name}' is missing`);
    const axes = axesFromCheckpoint[layout];
    const expected = axes ? invert(axes).map((axis) => variable.shape[axis]) : variable.shape;
    if (!tf.util.arraysEqual(expected as number[], tensor.shape)) {
      fail(`weight '${name}' should have shape [${expected}], found [${tensor.shape}]`);
    }
    return { tensor, layout, variable };
  });
  const foreign = [...tensors.keys()].find((name) => !known.has(name) && !ignored(name));
  if (foreign !== undefined) fail(`weight '${foreign}' is not part of this network`);
  for (const { tensor, layout, variable } of values) {
    tf.tidy(() => void variable.write(toVariableLayout(tensor, layout)));
  }
}

/** A tensor of a checkpoint with its axes in the order of the variable's. */
export function toVariableLayout({ data, shape }: NamedTensor, layout: WeightLayout): tf.Tensor {
  const value = tf.tensor(data, shape);
  const axes = axesFromCheckpoint[layout];
  return axes ? tf.transpose(value, axes) : value;
}
