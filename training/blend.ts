import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeWeights, encodeWeights } from '@mtpi/model';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { scriptArguments } from './script-arguments';

/** Writes the mean of the weights before and after a training with frozen batch statistics; see README.md. */
const [before, after, output] = scriptArguments(
  3,
  'npm run ts -- training/blend.ts BEFORE.safetensors AFTER.safetensors OUTPUT.safetensors',
);
const read = async (path: string) => decodeWeights(await readFile(path), basename(path));
const [{ network: first }, { network: second, ...info }] = [await read(before), await read(after)];
const others = new Map(first.namedWeights().map(({ name, variable }) => [name, variable]));
for (const { name, variable } of second.namedWeights()) {
  const other = others.get(name);
  if (!other) throw new Error(`${before}: expected the weight ${name} of ${after}, found none`);
  variable.write(tf.mul(tf.add(variable.read(), other.read()), 0.5));
}
await writeFileAtomic(output, encodeWeights(second, info));
