import type * as tf from '@tensorflow/tfjs';
import { TfjsOnnxError } from '../errors';

/** Values and shape of a tensor outside tfjs, row-major. */
export interface TensorLike {
  data: Float32Array | Int32Array | Uint8Array;
  shape: readonly number[];
}

/**
 * Shape and tfjs dtype of a tensor.
 *
 * @throws TfjsOnnxError `InvalidArgument` for an array of another kind or length.
 */
export function specOf({ data, shape }: TensorLike): { shape: readonly number[]; dtype: tf.DataType } {
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size)
    throw new TfjsOnnxError('InvalidArgument', {
      subject: 'run',
      expected: `${size} values for shape [${shape}]`,
      found: `${data.length}`,
    });
  return { shape, dtype: dtypeOf(data) };
}

/** The tfjs dtype of an array's kind. */
export function dtypeOf(data: TensorLike['data']): tf.DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'bool';
  throw new TfjsOnnxError('InvalidArgument', {
    subject: 'run',
    expected: 'inputs as { data: Float32Array | Int32Array | Uint8Array, shape }',
  });
}
