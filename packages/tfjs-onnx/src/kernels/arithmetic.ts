import * as tf from '@tensorflow/tfjs';
import type { Attribute } from '../trace/graph';
import { identity, type Order } from '../trace/layout';
import type { Tracer, Value } from '../trace/tracer';
import { elementType } from '../trace/tracer';
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
export function elementwise(
  tracer: Tracer,
  op: string,
  values: Value[],
  dtype: tf.DataType,
  attributes: Record<string, Attribute> = {},
): Value {
  const shape = values
    .map((v) => v.shape)
    .reduce((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, b));
  const rest = withoutNeutral(op, values);
  if (rest && rest.dtype === dtype && tf.util.arraysEqual(rest.shape, shape)) return rest;
  const order = commonOrder(values, shape.length);
  const names = values.map((value) => tracer.broadcast(value, order));
  return tracer.result(tracer.graph.emit(op, names, attributes), shape, dtype, order);
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

/** ONNX' numbers of element types. */
const types = { float32: 1, int32: 6, int64: 7, bool: 9, double: 11 };

const convert = (tracer: Tracer, x: Value, type: keyof typeof types, dtype: tf.DataType): Value =>
  tracer.like(x, tracer.graph.emit('Cast', [tracer.stored(x)], { to: types[type] }), dtype);

/** x in double precision, in which JavaScript computes inside of kernels; tfjs has no dtype for it. */
const double = (tracer: Tracer, x: Value): Value => convert(tracer, x, 'double', 'float32');

/**
 * x converted to another element type. Fractions become whole numbers as in JavaScript's typed arrays: modulo 2³², and 0
 * for NaN and infinities.
 */
export function cast(tracer: Tracer, x: Value, dtype: tf.DataType): Value {
  if (x.dtype === dtype) return x;
  if (x.dtype !== 'float32' || dtype !== 'int32') return convert(tracer, x, elementType(dtype), dtype);
  const { graph } = tracer;
  const name = tracer.stored(x);
  // Processors make −2⁶³ or 0 of NaN, both 0 modulo 2³², but of infinities also 2⁶³ − 1: x + (x − x) is NaN for them.
  const finite = tracer.like(x, graph.emit('Add', [name, graph.emit('Sub', [name, name])]));
  const whole = convert(tracer, finite, 'int64', dtype);
  const modulus = graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(2n ** 32n) });
  const wrapped = tracer.like(whole, graph.emit('Mod', [tracer.stored(whole), modulus]));
  return convert(tracer, wrapped, 'int32', dtype);
}

/**
 * Divisors of whole numbers, with 1 for 0 and −1, by which processors fail to divide: the remainder is 0 as well, which a
 * remainder by 0 is in JavaScript's typed arrays.
 */
function safeDivisors(tracer: Tracer, b: Value): Value {
  if (b.constant?.every((value) => value !== 0 && value !== -1)) return b;
  const [minusOne, zero, one] = [-1, 0, 1].map((value) => tracer.constant(Int32Array.of(value), [], 'int32'));
  const unsafe = [minusOne, zero].map((value) => elementwise(tracer, 'Equal', [b, value], 'bool'));
  return elementwise(tracer, 'Where', [elementwise(tracer, 'Or', unsafe, 'bool'), one, b], 'int32');
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
    const quotient = elementwise(tracer, 'Div', [double(tracer, a), double(tracer, b)], 'float32');
    const floored = tracer.like(quotient, tracer.graph.emit('Floor', [tracer.stored(quotient)]));
    return cast(tracer, floored, 'int32');
  },
  /** The remainder has the divisor's sign. */
  Mod: ({ tracer, inputs: { a, b } }) => {
    if (tf.upcastType(a.dtype, b.dtype) === 'int32')
      return elementwise(tracer, 'Mod', [a, safeDivisors(tracer, b)], 'int32');
    const dtype = 'float32';
    const [x, y] = [double(tracer, a), double(tracer, b)];
    const modulo = (value: Value) => elementwise(tracer, 'Mod', [value, y], dtype, { fmod: 1 });
    const zero = tracer.constant(new Float32Array(1), [], 'float32');
    const negative = [a, b].map((value) => elementwise(tracer, 'Less', [value, zero], 'bool'));
    const alike = elementwise(tracer, 'Equal', negative, 'bool');
    const remainder = modulo(x);
    const turned = modulo(elementwise(tracer, 'Add', [remainder, y], dtype));
    return convert(tracer, elementwise(tracer, 'Where', [alike, remainder, turned], dtype), dtype, dtype);
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
