import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Despeckler, decodeWeights, encodeWeights } from '@mtpi/model';
import { type Image, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { PRODUCTS, scorer } from '@mtpi/train/evaluate';
import * as tf from '@tensorflow/tfjs';
import { mean } from 'd3-array';
import ndarray from 'ndarray';
import writeFile from 'write-file-atomic';

/**
 * Sets the level of a network's output: on calm simulated ground its mean bias becomes 0 dB; see README.md. The
 * likelihood's minimum is the mean of what the target may be, which anywhere might be a bright point.
 */
const [input, output] = process.argv.slice(2);
const SIZE = 128;
const SCENES = 6;
const FIRST_SEED = 8_000_000;

const { network, ...info } = decodeWeights(await readFile(input), basename(input));
if (info.transform.kind !== 'log') throw new Error(`${input}: expected a logarithmic transform`);
const despeckler = new Despeckler(network, info.transform, SIZE);
const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
const biases: [number, number][] = [];
for (const { name, looks, phase, speckle, multilook } of PRODUCTS) {
  if (multilook) continue;
  const own: typeof biases = [];
  for (let n = 0; n < SCENES; n++) {
    const random = new Random(FIRST_SEED + 100 * biases.length + n);
    const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
    const changes = n % 2 ? { changed: 0.3, drift: 0.7 } : { changed: 0, drift: 0.3 };
    const triplet = simulateTriplet({ ...speckle, ...changes, scene, noise: phase ? 10 ** -2.5 : 0, random });
    const bands = phase ? 4 : 2;
    const of = (image: Image) => image.hi(bands);
    const [target, previous, next] = [triplet.target, triplet.previous, triplet.next].map(of);
    const result = await despeckler.despeckleWindow([
      { image: target, mask },
      { image: previous, mask },
      { image: next, mask },
    ]);
    const about = { name, group: 'procedural', place: 'simulated', product: name, looks, phase } as const;
    const scores = scorer({ ...about, target, previous, next, truth: of(triplet.clean) })(result);
    own.push([scores['bias VV'], scores['bias VH']]);
  }
  biases.push(...own);
  console.error(name.padEnd(20), ...[0, 1].map((b) => mean(own, (bias) => bias[b])?.toFixed(3)), 'dB');
}
const shift = [0, 1].map((b) => mean(biases, (bias) => bias[b]) as number);
console.error('all', ...shift.map((decibel) => decibel.toFixed(3)), 'dB');

const last = network.namedWeights().find(({ name }) => name === 'recon.2.bias');
const bias = last?.variable.read().dataSync().slice() as Float32Array;
shift.forEach((decibel, b) => {
  // What the last layer makes is subtracted from the target.
  bias[b] += (decibel * Math.LN10) / 10 / (info.transform as { scale: number }).scale;
});
last?.variable.write(tf.tensor(bias));
await writeFile(output, Buffer.from(encodeWeights(network, info)));
