import * as tf from '@tensorflow/tfjs';
import { identity, type Order } from '../layout';
import type { Tracer, Value } from '../tracer';
import { elementType } from '../tracer';
import { type Kernel, unary, valueList } from './kernel';

/** Order in which an op with broadcasting best works: that of its largest operand that is no constant. */
function commonOrder(values: Value[], rank: number): Order {
  const candidates = values.filter((v) => v.shape.length === rank && !v.constant);
  candidates.sort((a, b) => tf.util.sizeFromShape(b.shape) - tf.util.sizeFromShape(a.shape));
  return candidates[0]?.order ?? identity(rank);
}

/** The operand that `op` leaves as it is, the other being its neutral element: x + 0, x − 0, x · 1, x / 1. */
function withoutNeutral(op: string, [a, b]: Value[]): Value | undefined {
  const is = (value: Value, number: number) => value.constant?.length === 1 && value.constant[0] === number;
  const neutral = op === 'Add' || op === 'Sub' ? 0 : op === 'Mul' || op === 'Div' ? 1 : undefined;
  if (neutral === undefined) return undefined;
  if (is(b, neutral)) return a;
  return is(a, neutral) && (op === 'Add' || op === 'Mul') ? b : undefined;
}

/** Emits an elementwise ONNX op with numpy broadcasting over `values`. */
export function elementwise(tracer: Tracer, op: string, values: Value[], dtype: tf.DataType): Value {
  const shape = values
    .map((v) => v.shape)
    .reduce((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, b));
  const rest = withoutNeutral(op, values);
  if (rest && rest.dtype === dtype && tf.util.arraysEqual(rest.shape, shape)) return rest;
  const order = commonOrder(values, shape.length);
  const names = values.map((value) => tracer.broadcast(value, order));
  return tracer.result(tracer.graph.emit(op, names), shape, dtype, order);
}

const binary =
  (op: string, dtype?: tf.DataType): Kernel =>
  ({ tracer, inputs: { a, b } }) =>
    elementwise(tracer, op, [a, b], dtype ?? tf.upcastType(a.dtype, b.dtype));

const negated =
  (op: string): Kernel =>
  ({ tracer, inputs: { a, b } }) => {
    const equal = elementwise(tracer, op, [a, b], 'bool');
    return tracer.like(equal, tracer.graph.emit('Not', [tracer.stored(equal)]));
  };

/** x converted to another element type. */
export function cast(tracer: Tracer, x: Value, dtype: tf.DataType): Value {
  if (x.dtype === dtype) return x;
  const types = { float32: 1, int32: 6, int64: 7, bool: 9 };
  return tracer.like(
    x,
    tracer.graph.emit('Cast', [tracer.stored(x)], { to: types[elementType(dtype)] }),
    dtype,
  );
}

/** Elementwise arithmetic, comparison and logic of two tensors, and casts. */
export const arithmetic: Record<string, Kernel> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  Prelu: ({ tracer, inputs: { x, alpha } }) => elementwise(tracer, 'PRelu', [x, alpha], x.dtype),
  FloorDiv: ({ tracer, inputs: { a, b } }) => {
    const quotient = elementwise(
      tracer,
      'Div',
      [cast(tracer, a, 'float32'), cast(tracer, b, 'float32')],
      'float32',
    );
    const floored = tracer.like(quotient, tracer.graph.emit('Floor', [tracer.stored(quotient)]));
    return cast(tracer, floored, tf.upcastType(a.dtype, b.dtype));
  },
  /** The remainder has the divisor's sign. */
  Mod: ({ tracer, inputs: { a, b } }) => {
    const dtype = tf.upcastType(a.dtype, b.dtype);
    if (dtype === 'int32') return elementwise(tracer, 'Mod', [a, b], dtype);
    const quotient = elementwise(tracer, 'Div', [a, b], dtype);
    const floored = tracer.like(quotient, tracer.graph.emit('Floor', [tracer.stored(quotient)]));
    return elementwise(tracer, 'Sub', [a, elementwise(tracer, 'Mul', [floored, b], dtype)], dtype);
  },
  SquaredDifference: ({ tracer, inputs: { a, b } }) => {
    const difference = elementwise(tracer, 'Sub', [a, b], a.dtype);
    const name = tracer.stored(difference);
    return tracer.like(difference, tracer.graph.emit('Mul', [name, name]));
  },
  AddN: ({ tracer, inputs }) => {
    const values = valueList(inputs);
    return elementwise(tracer, 'Sum', values, values[0].dtype);
  },
  Equal: binary('Equal', 'bool'),
  NotEqual: negated('Equal'),
  Greater: binary('Greater', 'bool'),
  GreaterEqual: binary('GreaterOrEqual', 'bool'),
  Less: binary('Less', 'bool'),
  LessEqual: binary('LessOrEqual', 'bool'),
  LogicalAnd: binary('And', 'bool'),
  LogicalOr: binary('Or', 'bool'),
  LogicalNot: unary('Not'),
  Cast: ({ tracer, inputs: { x }, attrs }) => cast(tracer, x, attrs.dtype),
};
