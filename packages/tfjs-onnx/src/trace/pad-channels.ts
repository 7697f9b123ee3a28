import type { Graph } from './graph';

/**
 * Pads the input channels of convolutions with constant filters to multiples of four, by zeros: ONNX Runtime's WebGPU
 * provider computes some others wrong (its issue 29651; seen in 1.30 with 6, 9 and 18 channels).
 */
export function padChannels(graph: Graph): void {
  for (const node of graph.nodes.splice(0)) {
    const [x, weights, ...bias] = node.inputs;
    const filter =
      node.op === 'Conv' && (node.attributes.group ?? 1) === 1 && graph.initializers.get(weights);
    if (filter && filter.dims[1] % 4 !== 0) {
      const [outputs, channels, ...size] = filter.dims;
      const missing = 4 - (channels % 4);
      const plane = filter.data.length / outputs;
      const padded = new Float32Array((plane / channels) * (channels + missing) * outputs);
      for (let o = 0; o < outputs; o++)
        padded.set(
          filter.data.subarray(o * plane, (o + 1) * plane) as Float32Array,
          (o * padded.length) / outputs,
        );
      node.inputs = [
        graph.emit('Pad', [x, graph.int64([0, 0, 0, 0, 0, missing, 0, 0])]),
        graph.constant({ type: 'float32', dims: [outputs, channels + missing, ...size], data: padded }),
        ...bias,
      ];
    }
    graph.nodes.push(node);
  }
}
