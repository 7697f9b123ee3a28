import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeWeights, encodeWeights, MtpiNet } from '@mtpi/model';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { scriptArguments } from './script-arguments';

/**
 * Initial weights of a network whose output is the image, from those of one whose output is the residual: what it lacks to
 * the image is the target, which `run.py --fade` adds less and less; see README.md.
 */
const [input, output] = scriptArguments(
  2,
  'npm run ts -- training/image-output.ts INPUT.safetensors OUTPUT.safetensors',
);
const { network: residual, ...info } = decodeWeights(await readFile(input), basename(input));
const network = new MtpiNet({ ...residual.config, output: 'image' });
const state = new Map(residual.namedWeights().map(({ name, variable }) => [name, variable.read()]));
for (const { name, variable } of network.namedWeights()) {
  const value = state.get(name) as tf.Tensor;
  variable.write(name.startsWith('recon.2.') ? tf.neg(value) : tf.clone(value));
}
const { series } = info.training;
await writeFileAtomic(output, encodeWeights(network, { ...info, training: { series } }));
