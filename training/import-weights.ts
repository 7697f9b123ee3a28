import { readFile, writeFile } from 'node:fs/promises';
import { encodeWeights, logTransform, MtpiNet, parseSafetensors } from '@mtpi/model';
import { parseSettings } from '@mtpi/train';
import * as tf from '@tensorflow/tfjs';
import { namedSources, seriesOf } from '../packages/mtpi-train/src/run/provenance';
import { scriptArguments } from './script-arguments';

/** Converts the output of `run.py`, trained on samples of a settings file, to a weights file; see README.md. */
const [input, output, path, tile = '256'] = scriptArguments(
  3,
  'npm run ts -- training/import-weights.ts INPUT.safetensors OUTPUT.safetensors SETTINGS.yaml [TILE]',
);
const { tensors, metadata } = parseSafetensors(await readFile(input), input);
const network = new MtpiNet(JSON.parse(metadata.network));
for (const { name, variable } of network.namedWeights()) {
  const { data, shape } = tensors.get(name) as { data: Float32Array; shape: number[] };
  variable.write(tf.tensor(data, shape));
}
const { batch, patch, data } = parseSettings({ output }, { path, text: await readFile(path, 'utf8') });
const steps = Number(metadata.step);
const training = { steps, batch, patch, data: namedSources(data), loss: 'wishart', series: seriesOf(data) };
await writeFile(output, encodeWeights(network, { transform: logTransform, tile: Number(tile), training }));
