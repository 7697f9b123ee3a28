import * as tf from '@tensorflow/tfjs';
import { cast, elementwise } from './arithmetic';
import type { Kernel } from './kernel';

/** Choice between tensors by a condition or an index. */
export const selection: Record<string, Kernel> = {
  Select: ({ tracer, inputs: { condition, t, e } }) => {
    const missing = t.shape.length - condition.shape.length;
    const shape = [...condition.shape, ...new Array<number>(missing).fill(1)];
    const aligned =
      missing === 0
        ? condition
        : tracer.result(tracer.reshape(tracer.layout(condition), shape), shape, 'bool');
    return elementwise(tracer, 'Where', [aligned, t, e], tf.upcastType(t.dtype, e.dtype));
  },
  /** As in TensorFlow.js, and unlike OneHot of ONNX, a negative index is none of the classes. */
  OneHot: ({ tracer, inputs: { indices }, attrs: { depth, onValue = 1, offValue = 0, dtype } }) => {
    const shape = [...indices.shape, 1];
    const column = tracer.result(tracer.reshape(tracer.layout(indices), shape), shape, 'int32');
    const classes = tracer.constant(
      Int32Array.from({ length: depth }, (_, i) => i),
      [depth],
      'int32',
    );
    const values = [onValue, offValue].map((value) => tracer.constant(Float32Array.of(value), [], 'float32'));
    const chosen = elementwise(tracer, 'Equal', [column, classes], 'bool');
    return cast(tracer, elementwise(tracer, 'Where', [chosen, ...values], 'float32'), dtype ?? 'int32');
  },
};
