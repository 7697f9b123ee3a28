import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeWeights, encodeWeights, MtpiNet } from '@mtpi/model';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { scriptArguments } from './script-arguments';

/**
 * Initial weights of a network whose SPP, AFG and HFA are at half resolution, and which may have further DDCR units, from
 * those of one at full resolution; see README.md.
 */
const [input, output, unitCount] = scriptArguments(
  2,
  'npm run ts -- training/half-resolution.ts INPUT.safetensors OUTPUT.safetensors [UNITS]',
);
const { network: full, ...info } = decodeWeights(await readFile(input), basename(input));
const ddcrUnits = Number(unitCount ?? full.config.ddcrUnits);
const network = new MtpiNet({ ...full.config, ddcrUnits, resolution: 'half' });
const state = new Map(full.namedWeights().map(({ name, variable }) => [name, variable.read()]));
for (const { name, variable } of network.namedWeights()) {
  const value = state.get(name);
  if (!value) {
    // A further unit begins as ReLU, which with its shortcut doubles what is positive.
    if (/(refine\.bn2|hfa\.reproj\.bn)\.weight$/.test(name)) variable.write(tf.zerosLike(variable.read()));
  } else if (name === 'r2a.merge.weight') {
    variable.write(tf.mul(value, 2 ** (full.config.ddcrUnits - ddcrUnits)));
  } else variable.write(tf.clone(value));
}
const { series } = info.training;
await writeFileAtomic(output, encodeWeights(network, { ...info, training: { series } }));
