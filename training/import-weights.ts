import { readFile, writeFile } from 'node:fs/promises';
import { encodeWeights, logTransform, MtpiNet, parseSafetensors } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { scriptArguments } from './script-arguments';

/** Converts the output of `run.py` to a weights file; see README.md. */
const [input, output, tile = '128'] = scriptArguments(
  2,
  'npm run ts -- training/import-weights.ts INPUT.safetensors OUTPUT.safetensors [TILE]',
);
const { tensors, metadata } = parseSafetensors(await readFile(input), input);
const network = new MtpiNet(JSON.parse(metadata.network));
for (const { name, variable } of network.namedWeights()) {
  const { data, shape } = tensors.get(name) as { data: Float32Array; shape: number[] };
  variable.write(tf.tensor(data, shape));
}
const training = { data: 'simulated and time series', steps: Number(metadata.step), loss: 'wishart' };
await writeFile(output, encodeWeights(network, { transform: logTransform, tile: Number(tile), training }));
