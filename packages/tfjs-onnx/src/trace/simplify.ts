import type { Graph, Node, TensorData } from './graph';

type Floats = TensorData & { data: Float32Array };

/** Folds batch normalization and per-channel constants into convolutions and drops nodes that no output needs. */
export function simplify(graph: Graph): void {
  const uses = countUses(graph);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const removed = new Set<Node>();
  const constant = (name: string | undefined): Floats | undefined => {
    const tensor = name === undefined ? undefined : graph.initializers.get(name);
    return tensor?.data instanceof Float32Array ? (tensor as Floats) : undefined;
  };
  for (const node of graph.nodes) {
    const folded = affine(node, constant);
    if (!folded) continue;
    const conv = producers.get(folded.input);
    const weights = constant(conv?.inputs[1]);
    if (conv?.op !== 'Conv' || uses.get(folded.input) !== 1 || !weights) continue;
    const bias = constant(conv.inputs[2]);
    if (conv.inputs[2] && !bias) continue;
    const { scale, offset } = folded.coefficients(weights.dims[0]) ?? {};
    if (!scale || !offset) continue;
    const size = weights.data.length / scale.length;
    const scaled = weights.data.map((w, i) => w * scale[Math.floor(i / size)]);
    const shifted = offset.map((b, i) => b + (bias?.data[i] ?? 0) * scale[i]);
    conv.inputs = [
      conv.inputs[0],
      graph.constant({ type: 'float32', dims: weights.dims, data: scaled }),
      graph.constant({ type: 'float32', dims: [shifted.length], data: shifted }),
    ];
    conv.outputs = node.outputs;
    producers.set(node.outputs[0], conv);
    removed.add(node);
  }
  dropUnused(graph, removed);
}

interface Affine {
  input: string;
  coefficients: (channels: number) => { scale: Float32Array; offset: Float32Array } | undefined;
}

/** A node read as scale·x + offset per channel, if its parameters are constants. */
function affine(
  { op, inputs, attributes }: Node,
  constant: (name: string) => Floats | undefined,
): Affine | undefined {
  if (op === 'BatchNormalization') {
    const [gamma, beta, mean, variance] = inputs.slice(1).map((name) => constant(name)?.data);
    if (!gamma || !beta || !mean || !variance) return undefined;
    const { float: epsilon } = attributes.epsilon as { float: number };
    const scale = gamma.map((g, i) => g / Math.sqrt(variance[i] + epsilon));
    return {
      input: inputs[0],
      coefficients: () => ({ scale, offset: beta.map((b, i) => b - mean[i] * scale[i]) }),
    };
  }
  if (op !== 'Add' && op !== 'Mul') return undefined;
  const [x, y] = inputs.map((name) => constant(name));
  const factor = x ?? y;
  if (!factor || (x && y)) return undefined;
  const perChannel = (channels: number) => {
    const { data, dims } = factor;
    if (data.length === 1) return new Float32Array(channels).fill(data[0]);
    return dims.length === 4 && dims[1] === channels && data.length === channels ? data : undefined;
  };
  return {
    input: x ? inputs[1] : inputs[0],
    coefficients: (channels) => {
      const values = perChannel(channels);
      if (!values) return undefined;
      const neutral = new Float32Array(channels).fill(op === 'Add' ? 1 : 0);
      return op === 'Add' ? { scale: neutral, offset: values } : { scale: values, offset: neutral };
    },
  };
}

function countUses(graph: Graph): Map<string, number> {
  const uses = new Map<string, number>();
  const names = [
    ...graph.nodes.flatMap((node) => node.inputs),
    ...graph.outputs.map((output) => output.name),
  ];
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

function dropUnused(graph: Graph, removed: Set<Node>): void {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (removed.has(node) || !node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    kept.push(node);
  }
  graph.nodes.splice(0, graph.nodes.length, ...kept.reverse());
  for (const name of graph.initializers.keys()) if (!needed.has(name)) graph.initializers.delete(name);
}
