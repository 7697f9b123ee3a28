import * as tf from '@tensorflow/tfjs';
import { TfjsOnnxError } from '../errors';
import { identity, physicalDims } from '../trace/layout';
import type { Tracer, Value } from '../trace/tracer';
import { cast, elementwise } from './arithmetic';
import { type Kernel, refuse, valueList } from './kernel';

/** Where a slice of a value with stride 1 begins in that value: slices of slices become one. */
const origins = new WeakMap<Value, { x: Value; begin: number[] }>();

function slice(tracer: Tracer, x: Value, begin: number[], size: number[], stride = size.map(() => 1)): Value {
  const cut = identity(x.shape.length).filter((axis) => size[axis] !== x.shape[axis] || stride[axis] !== 1);
  if (cut.length === 0) return x;
  const origin = origins.get(x);
  if (origin) {
    const offset = begin.map((start, axis) => start + origin.begin[axis]);
    return slice(tracer, origin.x, offset, size, stride);
  }
  const { graph } = tracer;
  const end = cut.map((axis) => {
    if (stride[axis] > 0) return begin[axis] + size[axis];
    const last = begin[axis] - size[axis];
    return last < 0 ? -1e9 : last;
  });
  const name = graph.emit('Slice', [
    tracer.stored(x),
    graph.int64(cut.map((axis) => begin[axis])),
    graph.int64(end),
    graph.int64(cut.map((axis) => x.order.indexOf(axis))),
    graph.int64(cut.map((axis) => stride[axis])),
  ]);
  const shape = size.map((length, axis) => Math.ceil(length / Math.abs(stride[axis])));
  const result = tracer.result(name, shape, x.dtype, x.order);
  if (stride.every((step) => step === 1)) origins.set(result, { x, begin });
  return result;
}

function reshape(tracer: Tracer, x: Value, shape: number[]): Value {
  if (tf.util.arraysEqual(shape, x.shape)) return x;
  if (x.constant) return tracer.constant(x.constant, shape, x.dtype);
  return tracer.result(tracer.reshape(tracer.layout(x), shape), shape, x.dtype);
}

function concat(tracer: Tracer, values: Value[], axis: number): Value {
  const parts = values.filter((v) => tf.util.sizeFromShape(v.shape) > 0);
  const { order } = parts.find((v) => !v.constant) ?? parts[0];
  const shape = parts[0].shape.slice();
  shape[axis] = parts.reduce((sum, v) => sum + v.shape[axis], 0);
  const names = parts.map((v) => tracer.layout(v, order));
  const name = tracer.graph.emit('Concat', names, { axis: order.indexOf(axis) });
  return tracer.result(name, shape, parts[0].dtype, order);
}

/** `value` at every place of `shape`. */
function filled(tracer: Tracer, shape: number[], dtype: tf.DataType, value: number): Value {
  const constant =
    dtype === 'float32'
      ? Float32Array.of(value)
      : dtype === 'int32'
        ? Int32Array.of(value)
        : Uint8Array.of(value);
  return tracer.repeat(
    tracer.constant(
      constant,
      shape.map(() => 1),
      dtype,
    ),
    shape,
  );
}

const pad =
  (mode: 'constant' | 'reflect'): Kernel =>
  ({ tracer, inputs: { x }, attrs }) => {
    const { graph } = tracer;
    if (attrs.mode === 'symmetric') refuse("the kernel 'MirrorPad' in mode 'symmetric'");
    const paddings: [number, number][] = attrs.paddings;
    const shape = x.shape.map((length, axis) => length + paddings[axis][0] + paddings[axis][1]);
    const amounts = [0, 1].flatMap((side) => x.order.map((axis) => paddings[axis][side]));
    const { constantValue = 0 } = attrs;
    const fill = constantValue === 0 ? [] : [tracer.stored(filled(tracer, [], x.dtype, constantValue))];
    const name = graph.emit('Pad', [tracer.stored(x), graph.int64(amounts), ...fill], { mode });
    return tracer.result(name, shape, x.dtype, x.order);
  };

/**
 * Indices of a gather, which TensorFlow.js refuses and ONNX counts from the end where they are negative: constant ones are
 * checked, the others become ones that ONNX refuses too.
 */
function checkedIndices(tracer: Tracer, indices: Value, length: number): Value {
  if (!indices.constant) {
    const [zero, none] = [0, -(2 ** 31)].map((value) => tracer.constant(Int32Array.of(value), [], 'int32'));
    const negative = elementwise(tracer, 'Less', [indices, zero], 'bool');
    return elementwise(tracer, 'Where', [negative, none, indices], 'int32');
  }
  const end = tracer.graph.free.isFree(length) ? Number.POSITIVE_INFINITY : length;
  const outside = indices.constant.find((index) => index < 0 || index >= end);
  if (outside === undefined) return indices;
  throw new TfjsOnnxError('InvalidArgument', {
    ...{ subject: 'gather', expected: `indices from 0 to ${end - 1}`, found: `${outside}` },
  });
}

/** Ops that move, cut or join elements. */
export const shape: Record<string, Kernel> = {
  Identity: ({ inputs: { x } }) => x,
  Reshape: ({ tracer, inputs: { x }, attrs }) =>
    reshape(tracer, x, tf.util.inferFromImplicitShape(attrs.shape, tf.util.sizeFromShape(x.shape))),
  ExpandDims: ({ tracer, inputs: { input }, attrs }) => {
    const shape = input.shape.slice();
    shape.splice(attrs.dim < 0 ? attrs.dim + shape.length + 1 : attrs.dim, 0, 1);
    return reshape(tracer, input, shape);
  },
  Transpose: ({ inputs: { x }, attrs }) => {
    const perm: number[] = attrs.perm;
    const shape = perm.map((axis) => x.shape[axis]);
    return { ...x, shape, order: x.order.map((axis) => perm.indexOf(axis)) };
  },
  Concat: ({ tracer, inputs, attrs }) => {
    const values = valueList(inputs);
    return concat(tracer, values, tf.util.parseAxisParam(attrs.axis, values[0].shape)[0]);
  },
  Pack: ({ tracer, inputs, attrs }) => {
    const values = valueList(inputs);
    const shape = values[0].shape.slice();
    const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis;
    shape.splice(axis, 0, 1);
    return concat(
      tracer,
      values.map((v) => reshape(tracer, v, shape)),
      axis,
    );
  },
  Unpack: ({ tracer, inputs: { value }, attrs }) => {
    const [axis] = tf.util.parseAxisParam(attrs.axis, value.shape);
    const size = value.shape.map((length, a) => (a === axis ? 1 : length));
    return Array.from({ length: value.shape[axis] }, (_, i) => {
      const part = slice(
        tracer,
        value,
        size.map((_, a) => (a === axis ? i : 0)),
        size,
      );
      return reshape(
        tracer,
        part,
        value.shape.filter((_, a) => a !== axis),
      );
    });
  },
  SplitV: ({ tracer, inputs: { x }, attrs }) => {
    const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const sizes = tf.backend_util.prepareSplitSize(x as unknown as tf.Tensor, attrs.numOrSizeSplits, axis);
    if (sizes.length === 1) return [x];
    const names = tracer.graph.emitMany(
      'Split',
      [tracer.stored(x), tracer.graph.int64(sizes)],
      sizes.length,
      { axis: x.order.indexOf(axis) },
    );
    return names.map((name, i) =>
      tracer.result(
        name,
        x.shape.map((length, a) => (a === axis ? sizes[i] : length)),
        x.dtype,
        x.order,
      ),
    );
  },
  Slice: ({ tracer, inputs: { x }, attrs }) => {
    const [begin, size] = tf.slice_util.parseSliceParams(x as unknown as tf.Tensor, attrs.begin, attrs.size);
    return slice(tracer, x, begin, size);
  },
  StridedSlice: ({ tracer, inputs: { x }, attrs }) => {
    const info = tf.slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    const size = info.begin.map((begin, axis) => Math.max(0, Math.abs(info.end[axis] - begin)));
    return reshape(tracer, slice(tracer, x, info.begin, size, info.strides), info.finalShape);
  },
  Reverse: ({ tracer, inputs: { x }, attrs }) => {
    const axes = tf.util.parseAxisParam(attrs.dims, x.shape);
    const reversed = (axis: number) => axes.includes(axis);
    const begin = x.shape.map((length, axis) => (reversed(axis) ? length - 1 : 0));
    return slice(
      tracer,
      x,
      begin,
      x.shape,
      x.shape.map((_, axis) => (reversed(axis) ? -1 : 1)),
    );
  },
  PadV2: pad('constant'),
  MirrorPad: pad('reflect'),
  Tile: ({ tracer, inputs: { x }, attrs }) => {
    const reps: number[] = attrs.reps;
    const name = tracer.graph.emit('Tile', [
      tracer.stored(x),
      tracer.graph.int64(physicalDims(reps, x.order)),
    ]);
    return tracer.result(
      name,
      x.shape.map((length, axis) => length * reps[axis]),
      x.dtype,
      x.order,
    );
  },
  GatherV2: ({ tracer, inputs: { x, indices }, attrs }) => {
    if (attrs.batchDims) refuse("the kernel 'GatherV2' with batch dimensions");
    const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const places = checkedIndices(tracer, cast(tracer, indices, 'int32'), x.shape[axis]);
    const name = tracer.graph.emit('Gather', [tracer.layout(x), tracer.layout(places)], { axis });
    return tracer.result(
      name,
      [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
      x.dtype,
    );
  },
  ZerosLike: ({ tracer, inputs: { x } }) => filled(tracer, x.shape, x.dtype, 0),
  OnesLike: ({ tracer, inputs: { x } }) => filled(tracer, x.shape, x.dtype, 1),
  /** Whole numbers from `start` to below `stop`. */
  Range: ({ tracer, attrs: { start, stop, step, dtype } }) => {
    const { graph } = tracer;
    const name = graph.emit(
      'Range',
      [start, stop, step].map((value) => graph.emit('Squeeze', [graph.int64([value])])),
    );
    const cast = graph.emit('Cast', [name], { to: dtype === 'int32' ? 6 : 1 });
    return tracer.result(cast, [Math.ceil((stop - start) / step)], dtype);
  },
  Fill: ({ tracer, attrs }) =>
    filled(tracer, attrs.shape, attrs.dtype ?? tf.util.inferDtype(attrs.value), attrs.value),
};
