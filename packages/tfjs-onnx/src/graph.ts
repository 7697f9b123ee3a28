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
  dims: number[];
}

/** An ONNX graph under construction: nodes in execution order, each value known by its name. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly initializers = new Map<string, TensorData>();
  readonly inputs: Port[] = [];
  readonly outputs: Port[] = [];
  private count = 0;
  private readonly vectors = new Map<string, string>();

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

  /** An int64 vector, as shapes and axes are given to ONNX ops. */
  int64(values: readonly number[]): string {
    const key = values.join(',');
    let name = this.vectors.get(key);
    if (name === undefined) {
      name = this.constant({
        type: 'int64',
        dims: [values.length],
        data: BigInt64Array.from(values, BigInt),
      });
      this.vectors.set(key, name);
    }
    return name;
  }

  /** A float32 scalar. */
  float(value: number): string {
    const key = `f${value}`;
    let name = this.vectors.get(key);
    if (name === undefined) {
      name = this.constant({ type: 'float32', dims: [], data: Float32Array.of(value) });
      this.vectors.set(key, name);
    }
    return name;
  }
}
