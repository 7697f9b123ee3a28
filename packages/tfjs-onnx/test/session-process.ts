/**
 * A process that leaves its session of ONNX Runtime open, run by worker.test.ts. With the argument `exit`, it calls
 * process.exit(3) during a run.
 */

import { connect } from '../src/session/connection';
import { Graph } from '../src/trace/graph';
import { encodeModel } from '../src/trace/protobuf';

const graph = new Graph();
const dims = [1024, 1024];
graph.inputs.push({ name: 'x', type: 'float32', dims });
let product = 'x';
for (let i = 0; i < 8; i++) product = graph.emit('MatMul', [product, 'x']);
graph.nodes.at(-1)!.outputs[0] = 'y';
graph.outputs.push({ name: 'y', type: 'float32', dims });

const {
  clients: [client],
  note,
} = await connect(1);
if (note) console.log(note);
const session = await client.call('open', [{ model: encodeModel(graph, 'product'), device: 'cpu' }]);
const x = { type: 'float32' as const, data: new Float32Array(dims[0] * dims[1]), shape: dims };
const running = client.call('run', [{ session, inputs: { x }, variables: [], outputs: ['y'] }]);
if (process.argv[2] === 'exit') setTimeout(() => process.exit(3), 20);
const [{ shape }] = await running;
console.log(`result of ${shape.join(' × ')}`);
