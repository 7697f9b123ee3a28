import * as tf from '@tensorflow/tfjs';
import { TfjsOnnxError } from '../errors';
import type { FreeDimensions } from './free-dimensions';
import { type ElementType, Graph } from './graph';
import {
  identity,
  isReshape,
  type Order,
  permutation,
  physicalDims,
  sameOrder,
  transposeArray,
} from './layout';

export type Values = Float32Array | Int32Array | Uint8Array;

/**
 * A tensor during tracing: a node's output, a graph input or a constant.
 * Shape and axes are those that TensorFlow.js sees; `order` says how the elements lie in the ONNX tensor `name`.
 */
export interface Value {
  shape: number[];
  dtype: tf.DataType;
  /** Values of a constant, row-major in logical axes. */
  constant?: Values;
  /** Set for every value but a constant that no node has needed yet. */
  name?: string;
  order: Order;
  /** The value repeated along axes where it has length 1; a value with a core has neither constant nor name. */
  core?: Value;
}

/** A variable that the traced function reads or assigns. */
export interface TracedVariable {
  variable: tf.Variable;
  input: string;
}

const elementTypes: Partial<Record<tf.DataType, ElementType>> = {
  float32: 'float32',
  int32: 'int32',
  bool: 'bool',
};

/** ONNX element type of a tfjs dtype; complex64 and string have none here. */
export function elementType(dtype: tf.DataType): ElementType {
  const type = elementTypes[dtype];
  if (!type)
    throw new TfjsOnnxError('UnsupportedKernel', {
      ...{ subject: 'trace', expected: 'float32, int32 or bool tensors', found: dtype },
    });
  return type;
}

/** The error for a constant that holds for the lengths while tracing alone. */
export function dependsOnFreeDimension(): TfjsOnnxError {
  return new TfjsOnnxError('InvalidArgument', {
    subject: 'trace',
    expected: 'computations valid for any length',
    found: 'a number derived from the length of a free dimension',
    hint: 'compute it from tensors, such as tf.range(0, length)',
  });
}

/** A number repeated more often than this is expanded by a node instead of being stored. */
const LARGEST_FILL = 4096;

/** State of one trace: the graph, and the values that tfjs data ids stand for. */
export class Tracer {
  readonly graph: Graph;
  readonly variables: TracedVariable[] = [];
  private readonly values = new Map<object, Value>();
  private readonly wholes = new WeakMap<Value, Value>();
  private readonly rearranged = new Map<string, string>();
  private readonly initializers = new Map<Values, Map<string, string>>();

  /** The tfjs variables by the data that they hold when the trace begins. */
  private readonly variableOf = new Map(
    Object.values(tf.engine().state.registeredVariables).map((variable) => [variable.dataId, variable]),
  );

  /** @param frozen variables become constants of the graph instead of inputs. */
  constructor(
    private readonly frozen: boolean,
    private readonly free: FreeDimensions,
  ) {
    this.graph = new Graph(free);
  }

  /** Makes `value` known under a new data id. */
  bind(value: Value): object {
    const dataId = {};
    this.values.set(dataId, value);
    return dataId;
  }

  /** The value behind a data id, if it was made in this trace. */
  find(dataId: object): Value | undefined {
    return this.values.get(dataId);
  }

  /** The value of a tensor: of this trace, a variable (becomes an input unless frozen), or a concrete tensor (a constant). */
  value({ dataId, shape, dtype }: tf.TensorInfo): Value {
    const known = this.values.get(dataId);
    if (known) return known;
    const variable = this.variableOf.get(dataId);
    let value: Value;
    if (variable && !this.frozen) {
      const input = `variable_${variable.name}`;
      this.graph.inputs.push({ name: input, type: elementType(dtype), dims: shape });
      this.variables.push({ variable, input });
      value = { shape, dtype, name: input, order: identity(shape.length) };
    } else {
      value = this.constant((tf.engine().readSync(dataId) as Values).slice(), shape, dtype);
    }
    this.values.set(dataId, value);
    return value;
  }

  /** A placeholder: an input of the graph. */
  input(name: string, dims: (number | string)[], dtype: tf.DataType): Value {
    this.graph.inputs.push({ name, type: elementType(dtype), dims });
    const shape = dims.map((dimension) => this.free.lengthOf(dimension));
    return { shape, dtype, name, order: identity(shape.length) };
  }

  /** A constant; one number repeated is kept as such. */
  constant(values: Values, shape: number[], dtype: tf.DataType): Value {
    const constant = { shape, dtype, constant: values, order: identity(shape.length) };
    if (values.length < 2 || !values.every((v) => v === values[0])) return constant;
    return this.repeat({ ...constant, shape: shape.map(() => 1), constant: values.slice(0, 1) }, shape);
  }

  /** `core` repeated to `shape`. */
  repeat(core: Value, shape: number[]): Value {
    if (tf.util.arraysEqual(core.shape, shape)) return core;
    return { shape, dtype: core.dtype, order: core.order, core };
  }

  /** `value` with all its elements in place. */
  whole(value: Value): Value {
    const { core, shape, dtype } = value;
    if (!core) return value;
    let whole = this.wholes.get(value);
    if (!whole) {
      const size = tf.util.sizeFromShape(shape);
      if (core.constant?.length === 1 && size <= LARGEST_FILL && !this.free.isFree(size)) {
        const constant = new (core.constant.constructor as Float32ArrayConstructor)(size).fill(
          core.constant[0],
        );
        whole = { shape, dtype, constant, order: identity(shape.length) };
      } else {
        const dims = this.graph.int64(physicalDims(shape, core.order));
        whole = this.result(this.graph.emit('Expand', [this.stored(core), dims]), shape, dtype, core.order);
      }
      this.wholes.set(value, whole);
    }
    return whole;
  }

  /** A value that a node produced. */
  result(
    name: string,
    shape: number[],
    dtype: tf.DataType = 'float32',
    order: Order = identity(shape.length),
  ): Value {
    return { name, shape, dtype, order };
  }

  /** A value that a node produced from `x`, element by element. */
  like(x: Value, name: string, dtype: tf.DataType = x.dtype): Value {
    return this.result(name, x.shape, dtype, x.order);
  }

  /** Name of `value` as it lies. */
  stored(value: Value): string {
    return this.layout(value, value.order);
  }

  /** Name of `value` stored in `order` (default: as its logical axes run); moves the axes where needed, once. */
  layout(given: Value, order: Order = identity(given.shape.length)): string {
    const value = this.whole(given);
    if (value.constant && value.name === undefined) return this.initializer(value, order);
    const stored = value.name as string;
    if (sameOrder(value.order, order)) return stored;
    const from = physicalDims(value.shape, value.order);
    const perm = permutation(value.order, order);
    return this.once(`${stored} ${perm}`, () =>
      isReshape(from, perm)
        ? this.graph.emit('Reshape', [stored, this.graph.int64(physicalDims(value.shape, order))])
        : this.graph.emit('Transpose', [stored], { perm }),
    );
  }

  /** As `layout`, after axes of length 1 are put before the value's own up to the rank of `order`. */
  broadcast(value: Value, order: Order): string {
    const missing = order.length - value.shape.length;
    if (missing === 0) return this.layout(value, order);
    if (value.shape.length === 0) return this.layout(value);
    const shape = [...new Array<number>(missing).fill(1), ...value.shape];
    const padded = { ...value, shape, order: identity(order.length) };
    if (value.constant) return this.layout({ ...padded, name: undefined }, order);
    const flat = this.layout(value);
    if (!isReshape(shape, order)) return this.layout({ ...padded, name: this.reshape(flat, shape) }, order);
    return this.reshape(flat, physicalDims(shape, order));
  }

  /** Name of tensor `name` with new dimensions. */
  reshape(name: string, dims: number[]): string {
    return this.once(`${name} = ${dims}`, () => this.graph.emit('Reshape', [name, this.graph.int64(dims)]));
  }

  private once(key: string, make: () => string): string {
    let name = this.rearranged.get(key);
    if (name === undefined) {
      name = make();
      this.rearranged.set(key, name);
    }
    return name;
  }

  private initializer({ constant, shape, order: stored, dtype }: Value, order: Order): string {
    const values = constant as Values;
    if (shape.some((length) => this.free.isFree(length))) throw dependsOnFreeDimension();
    const known = this.initializers.get(values) ?? new Map<string, string>();
    this.initializers.set(values, known);
    const dims = physicalDims(shape, order);
    const perm = permutation(stored, order);
    const key = `${perm} ${dims}`;
    let name = known.get(key);
    if (name === undefined) {
      const from = physicalDims(shape, stored);
      const data = isReshape(from, perm) ? values : transposeArray(values, from, perm);
      name = this.graph.constant({ type: elementType(dtype), dims, data });
      known.set(key, name);
    }
    return name;
  }
}
