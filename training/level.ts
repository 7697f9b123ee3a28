import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { IMAGE_TYPES, readStacks, reflectivityScenes, scorer, type TestScene } from '@mtpi/evaluate';
import { Despeckler, decodeWeights, encodeWeights } from '@mtpi/model';
import { type Image, type Mask, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { mean } from 'd3-array';
import ndarray from 'ndarray';
import { scriptArguments } from './script-arguments';

/**
 * Sets the level of a network's output so that its mean bias in homogeneous simulated areas is 0 dB: in landscapes and, with
 * equal weight, in time means of series, if given; see README.md. The likelihood's minimum is the expected value of the
 * target, which includes the possibility of a bright point anywhere.
 */
const [input, output, ...folders] = scriptArguments(
  2,
  'npm run ts -- training/level.ts INPUT.safetensors OUTPUT.safetensors [SERIES...]',
);
const SIZE = 128;
const SCENES = 6;
const FIRST_SEED = 8_000_000;

const { network, ...info } = decodeWeights(await readFile(input), basename(input));
const { transform } = info;
if (transform.kind !== 'log') throw new Error(`${input}: expected a logarithmic transform`);
const despeckler = new Despeckler(network, transform, SIZE);
const products = IMAGE_TYPES.filter(({ multilook }) => !multilook);

/** Bias of results in VV and VH, dB. */
type Biases = [number, number][];
const meanOf = (biases: Biases) => [0, 1].map((b) => mean(biases, (bias) => bias[b])) as Biases[number];
const report = (name: string, biases: Biases[number]) =>
  console.error(name.padEnd(20), ...biases.map((decibel) => decibel.toFixed(3)), 'dB');

/** Bias of the prediction of a scene, without radiometric correction. */
async function biasOf(scene: TestScene): Promise<Biases[number]> {
  const [, rows, cols] = scene.target.shape;
  const mask: Mask = scene.mask ?? ndarray(new Uint8Array(rows * cols).fill(1), [rows, cols]);
  const { target, previous, next } = scene;
  const result = await despeckler.predictWindow([
    { image: target, mask },
    { image: previous, mask },
    { image: next, mask },
  ]);
  const scores = scorer(scene)(result);
  return [scores['bias VV'], scores['bias VH']];
}

const landscapes: Biases = [];
for (const { name, looks, phase, speckle } of products) {
  const own: Biases = [];
  for (let n = 0; n < SCENES; n++) {
    const random = new Random(FIRST_SEED + 100 * landscapes.length + n);
    const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
    const changes = n % 2 ? { changed: 0.3, drift: 0.7 } : { changed: 0, drift: 0.3 };
    const triplet = simulateTriplet({ ...speckle, ...changes, scene, noise: phase ? 10 ** -2.5 : 0, random });
    const of = (image: Image) => image.hi(phase ? 4 : 2);
    const [target, previous, next] = [triplet.target, triplet.previous, triplet.next].map(of);
    const about = { name, group: 'procedural', place: 'simulated', imageType: name, looks, phase } as const;
    own.push(await biasOf({ ...about, target, previous, next, truth: of(triplet.truth) }));
  }
  landscapes.push(...own);
  report(name, meanOf(own));
}
const timeMeans: Biases = [];
for (const folder of folders) {
  const own: Biases = [];
  for (const { draw } of reflectivityScenes(await readStacks(folder), products))
    own.push(await biasOf(draw()));
  timeMeans.push(...own);
  report(basename(folder), meanOf(own));
}
const shift = meanOf([landscapes, timeMeans].filter(({ length }) => length > 0).map(meanOf));
report('all', shift);

const last = network.namedWeights().find(({ name }) => name === 'recon.2.bias');
const bias = last?.variable.read().dataSync().slice() as Float32Array;
shift.forEach((decibel, b) => {
  // A residual is subtracted from the target.
  const sign = network.config.output === 'residual' ? 1 : -1;
  bias[b] += (sign * decibel * Math.LN10) / 10 / transform.scale;
});
last?.variable.write(tf.tensor(bias));
await writeFileAtomic(output, encodeWeights(network, info));
