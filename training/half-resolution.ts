import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeWeights, encodeWeights, MtpiNet } from '@mtpi/model';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { scriptArguments } from './script-arguments';

/**
 * Initial weights of a network with DDCR units at half resolution, whose output is the image, from those of one at full
 * resolution; see README.md. Only the convolution that merges an R²A group changes its shape.
 */
const [input, output] = scriptArguments(
  2,
  'npm run ts -- training/half-resolution.ts INPUT.safetensors OUTPUT.safetensors',
);
const { network: full, ...info } = decodeWeights(await readFile(input), basename(input));
const network = new MtpiNet({ ...full.config, resolution: 'half', output: 'image' });
const state = new Map(full.namedWeights().map(({ name, variable }) => [name, variable.read()]));
for (const { name, variable } of network.namedWeights()) {
  const value = state.get(name) as tf.Tensor;
  // The four pixels of an output start alike.
  const repeats = variable.shape.map((size, axis) => (size as number) / value.shape[axis]);
  variable.write(tf.tile(value, repeats));
}
await writeFileAtomic(
  output,
  encodeWeights(network, { ...info, training: { series: info.training.series } }),
);
