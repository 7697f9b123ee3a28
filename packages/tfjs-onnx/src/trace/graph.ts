import { FreeDimensions } from './free-dimensions';

/** Element types that occur in the graphs written here. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';

export type Attribute = number | string | number[] | { float: number } | { floats: number[] };

export interface Node {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

export interface TensorData {
  type: ElementType;
  dims: number[];
  data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

export interface Port {
  name: string;
  type: ElementType;
  /** Lengths, or the names of dimensions whose length is free. */
  dims: (number | string)[];
}

/** An ONNX graph under construction: nodes in execution order, each value known by its name. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly initializers = new Map<string, TensorData>();
  readonly inputs: Port[] = [];
  readonly outputs: Port[] = [];
  private count = 0;
  private readonly vectors = new Map<string, string>();
  private readonly dimensionLengths = new Map<string, string>();
  private readonly scalars = new Map<number, string>();

  constructor(readonly free = new FreeDimensions()) {}

  /** A name not used before in this graph. */
  name(prefix: string): string {
    return `${prefix}_${this.count++}`;
  }

  /** Appends a node with one output and returns that output's name. */
  emit(op: string, inputs: string[], attributes: Record<string, Attribute> = {}): string {
    return this.emitMany(op, inputs, 1, attributes)[0];
  }

  /** Appends a node with `count` outputs and returns their names. */
  emitMany(
    op: string,
    inputs: string[],
    count: number,
    attributes: Record<string, Attribute> = {},
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.name(op));
    this.nodes.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  /** Adds a constant tensor and returns its name. */
  constant(tensor: TensorData): string {
    const name = this.name('const');
    this.initializers.set(name, tensor);
    return name;
  }

  /** An int64 vector, as shapes and axes are given to ONNX ops; lengths of free dimensions are computed in the graph. */
  int64(values: readonly number[]): string {
    return once(this.vectors, values.join(','), () =>
      values.some((value) => this.free.isFree(value))
        ? this.lengths(values)
        : this.constant({ type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) }),
    );
  }

  /** A vector of lengths, of which some depend on free dimensions. */
  private lengths(values: readonly number[]): string {
    if (values.length > 1)
      return this.emit(
        'Concat',
        values.map((value) => this.int64([value])),
        { axis: 0 },
      );
    const { constant, dimensions } = this.free.factorsOf(values[0]);
    const factors = dimensions.map(({ name, multipleOf }) => this.lengthOf(name, multipleOf));
    if (constant !== 1) factors.push(this.int64([constant]));
    return factors.reduce((product, factor) => this.emit('Mul', [product, factor]));
  }

  /** The length of a free dimension, divided by what it is a multiple of. */
  private lengthOf(dimension: string, multipleOf: number): string {
    return once(this.dimensionLengths, dimension, () => {
      const input = this.inputs.find(({ dims }) => dims.includes(dimension)) as Port;
      const axis = input.dims.indexOf(dimension);
      const length = this.emit('Shape', [input.name], { start: axis, end: axis + 1 });
      return multipleOf === 1 ? length : this.emit('Div', [length, this.int64([multipleOf])]);
    });
  }

  /** A float32 scalar. */
  float(value: number): string {
    return once(this.scalars, value, () =>
      this.constant({ type: 'float32', dims: [], data: Float32Array.of(value) }),
    );
  }
}

/** The name under a key, made on first use. */
function once<K>(names: Map<K, string>, key: K, make: () => string): string {
  const name = names.get(key) ?? make();
  names.set(key, name);
  return name;
}
