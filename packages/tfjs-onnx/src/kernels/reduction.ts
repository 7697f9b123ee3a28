import * as tf from '@tensorflow/tfjs';
import type { Tracer, Value } from '../trace/tracer';
import { cast } from './arithmetic';
import type { Kernel } from './kernel';

/** Value without the logical `axes` (or with length 1 there), stored as `name` in what remains of `x`'s order. */
function reduced(
  tracer: Tracer,
  x: Value,
  axes: number[],
  keepDims: boolean,
  name: string,
  dtype = x.dtype,
): Value {
  if (keepDims) {
    return tracer.result(
      name,
      x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
      dtype,
      x.order,
    );
  }
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = x.order.filter((axis) => !axes.includes(axis)).map((axis) => kept.indexOf(axis));
  return tracer.result(
    name,
    kept.map((axis) => x.shape[axis]),
    dtype,
    order,
  );
}

const reduce =
  (op: string): Kernel =>
  ({ tracer, inputs: { x }, attrs }) => {
    const axes = tf.util.parseAxisParam(
      attrs.axis ?? attrs.reductionIndices ?? x.shape.map((_, axis) => axis),
      x.shape,
    );
    // A mean of whole numbers or of truth values is a fraction.
    const dtype = op === 'ReduceMean' ? 'float32' : x.dtype === 'bool' ? 'int32' : x.dtype;
    const value = cast(tracer, x, dtype);
    const physical = axes.map((axis) => value.order.indexOf(axis)).sort((a, b) => a - b);
    const emit = () =>
      tracer.graph.emit(op, [tracer.stored(value), tracer.graph.int64(physical)], {
        keepdims: attrs.keepDims ? 1 : 0,
      });
    // Without axes ONNX would reduce all of them.
    const result = axes.length === 0 ? value : reduced(tracer, value, axes, attrs.keepDims ?? false, emit());
    return op === 'ReduceMin' || op === 'ReduceMax' ? cast(tracer, result, x.dtype) : result;
  };

const index =
  (op: string): Kernel =>
  ({ tracer, inputs: { x }, attrs }) => {
    const [axis] = tf.util.parseAxisParam(attrs.axis ?? 0, x.shape);
    const name = tracer.graph.emit(op, [tracer.stored(x)], { axis: x.order.indexOf(axis), keepdims: 0 });
    return reduced(tracer, x, [axis], false, tracer.graph.emit('Cast', [name], { to: 6 }), 'int32');
  };

/** Reductions over axes. */
export const reduction: Record<string, Kernel> = {
  Sum: reduce('ReduceSum'),
  Mean: reduce('ReduceMean'),
  Max: reduce('ReduceMax'),
  Min: reduce('ReduceMin'),
  Prod: reduce('ReduceProd'),
  All: reduce('ReduceMin'),
  Any: reduce('ReduceMax'),
  ArgMax: index('ArgMax'),
  ArgMin: index('ArgMin'),
  Cumsum: ({ tracer, inputs: { x }, attrs }) => {
    const axis = tracer.graph.int64([x.order.indexOf(tf.util.parseAxisParam(attrs.axis, x.shape)[0])]);
    const flags = { exclusive: attrs.exclusive ? 1 : 0, reverse: attrs.reverse ? 1 : 0 };
    return tracer.like(x, tracer.graph.emit('CumSum', [tracer.stored(x), axis], flags));
  },
};
