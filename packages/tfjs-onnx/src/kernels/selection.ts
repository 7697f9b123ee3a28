import * as tf from '@tensorflow/tfjs';
import { elementwise } from './arithmetic';
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
  OneHot: ({ tracer, inputs: { indices }, attrs }) => {
    const { graph } = tracer;
    const float = (value: number) => tracer.reshape(graph.float(value), [1]);
    const values = graph.emit('Concat', [float(attrs.offValue ?? 0), float(attrs.onValue ?? 1)], { axis: 0 });
    const name = graph.emit(
      'OneHot',
      [graph.emit('Cast', [tracer.layout(indices)], { to: 7 }), graph.int64([attrs.depth]), values],
      { axis: -1 },
    );
    const typed = attrs.dtype === 'int32' ? graph.emit('Cast', [name], { to: 6 }) : name;
    return tracer.result(
      typed,
      [...indices.shape, attrs.depth],
      attrs.dtype === 'int32' ? 'int32' : 'float32',
    );
  },
};
