import type * as tf from '@tensorflow/tfjs';
import { TfjsOnnxError } from './errors';

/** Values and shape of a tensor outside tfjs. */
export interface TensorLike {
  data: Float32Array | Int32Array | Uint8Array;
  shape: readonly number[];
}

/** The dtype that tfjs has for an array's kind. */
export function dtypeOf(data: TensorLike['data']): tf.DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'bool';
  throw new TfjsOnnxError(
    'InvalidArgument',
    'run: expected inputs as { data: Float32Array | Int32Array | Uint8Array, shape }',
  );
}
