import { writeFileSync } from 'node:fs';
import type { FilterKind } from '@mtpi/layers';
import { encodeTorchCheckpoint, MtpiNet } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';

/** Writes the weights that published-checkpoint.py starts from: a small network, in few different values, which compress well. */
const [output, filter = 'FrGT'] = process.argv.slice(2);
if (!output) {
  console.error('usage: npm run ts -- parity/published-weights.ts OUTPUT.pth [FrGT | FrFT]');
  process.exit(2);
}
await tf.setBackend('cpu');
const network = new MtpiNet({ baseChannels: 8, ddcrUnits: 1, filter: filter as FilterKind });
for (const { name, variable } of network.namedWeights()) {
  if (!variable.trainable || name.endsWith('rho')) continue;
  tf.tidy(() => void variable.write(tf.div(tf.round(tf.mul(variable.read(), 16)), 16)));
}
writeFileSync(output, encodeTorchCheckpoint(network));
