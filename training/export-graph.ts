import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHANNELS, encodeSafetensors, loadNetwork, logTransform, MtpiNet } from '@mtpi/model';
import { trace } from '@mtpi/tfjs-onnx';
import { wishartLoss } from '@mtpi/train';
import * as tf from '@tensorflow/tfjs';
import { scriptArguments } from './script-arguments';

/** Writes the loss of a network, new or with initial weights, as ONNX graphs for training by `run.py`; see README.md. */
const [start, folder, ...sizes] = scriptArguments(
  6,
  'npm run ts -- training/export-graph.ts NETWORK_JSON|WEIGHTS FOLDER BATCH PATCH FROZEN_BATCH FROZEN_PATCH',
);
/** Batch and patch size of a step, with batch statistics and with frozen ones. */
const shapes = { training: sizes.slice(0, 2).map(Number), frozen: sizes.slice(2).map(Number) };
const network = start.startsWith('{') ? new MtpiNet(JSON.parse(start)) : (await loadNetwork(start)).network;
await mkdir(folder, { recursive: true });
const named = network.namedWeights();
const ports: Record<string, object[]> = {};
for (const [kind, [batch, patch]] of Object.entries(shapes)) {
  const training = kind === 'training';
  const image = { shape: [batch, patch, patch, CHANNELS] };
  const inputs = [
    image,
    image,
    image,
    image,
    { shape: [batch, 1, 1, 1] },
    { shape: [batch, patch, patch, 1] },
    ...(network.config.output === 'image' ? [{ shape: [1, 1, 1, 1] }] : []),
  ];
  const loss = (...[target, previous, next, reference, phase, lossWeight, share]: tf.Tensor[]) => {
    const output = network.apply(target as tf.Tensor4D, previous as tf.Tensor4D, next as tf.Tensor4D, {
      training,
    });
    return wishartLoss(
      share ? tf.add(output, tf.mul(share, target)) : output,
      reference as tf.Tensor4D,
      phase,
      lossWeight as tf.Tensor4D,
      logTransform,
    );
  };
  const { model, variables } = trace(loss, inputs, {
    freeze: false,
    inputNames: ['target', 'previous', 'next', 'reference', 'phase', 'lossWeight', 'share'].slice(
      0,
      inputs.length,
    ),
    outputNames: ['loss'],
  });
  await writeFile(join(folder, `${kind}.onnx`), model);
  ports[kind] = variables.map(({ variable, input, output }) => {
    const weight = named.find((w) => w.variable.read() === variable);
    if (!weight) throw new Error(`${variable.name}: expected a weight of the network`);
    return { name: weight.name, input, output };
  });
}
await writeFile(join(folder, 'ports.json'), JSON.stringify(ports));
await writeFile(join(folder, 'shapes.json'), JSON.stringify(shapes));
const tensors = new Map(
  named.map(({ name, variable }) => [
    name,
    { shape: variable.shape as number[], data: variable.read().dataSync() as Float32Array },
  ]),
);
const trainable = named.flatMap(({ name, variable }) => (variable.trainable ? [name] : []));
const metadata = { trainable: JSON.stringify(trainable), network: JSON.stringify(network.config) };
await writeFile(join(folder, 'initial.safetensors'), encodeSafetensors({ tensors, metadata }));
