import { randomUUID } from 'node:crypto';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode, logTransform } from '@mtpi/model';
import { createImage, type Image, planes, Random, temporalMean } from '@mtpi/polsar-priors';
import { SimulatedBatches, type SimulatedBatchesOptions } from '@mtpi/train';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { scriptArguments } from './script-arguments';

/** Writes encoded samples without end, for `run.py` to train on; see README.md. */
const [seedText, size, output, dataFile] = scriptArguments(
  4,
  'npm run ts -- training/samples.ts SEED PATCH FOLDER SERIES.bin',
);
const seed = Number(seedText);
const patch = Number(size);
/** Of the series. */
const LOOKS = 5;
const COUNT = 8;
const WAITING = 300;
const random = new Random(seed + 100_000);

/** A time series of intensities, each date [2, rows, cols]. */
interface Series {
  rows: number;
  cols: number;
  dates: Image[];
}

const bytes = await readFile(dataFile);
let at = 4 + bytes.readUInt32LE(0);
const all: Series[] = JSON.parse(bytes.subarray(4, at).toString());
for (const series of all) {
  const { rows, cols } = series;
  series.dates = series.dates.map(() => {
    const start = bytes.byteOffset + at;
    at += 4 * 2 * rows * cols;
    return ndarray(new Float32Array(bytes.buffer.slice(start, bytes.byteOffset + at)), [2, rows, cols]);
  });
}
/** Built-up land and hills; the open sea comes less often. */
const weights = [1, 4, 4, 1];

/** A random view of a plane: turned, flipped, shifted and continued by reflection. */
interface View {
  index: Int32Array;
  inside: Float32Array;
}
function drawView(rows: number, cols: number): View {
  const [swap, flipR, flipC] = [random.chance(0.5), random.chance(0.5), random.chance(0.5)];
  const offset = (length: number) => random.integer(Math.min(0, length - patch), Math.max(0, length - patch));
  const [r0, c0] = [offset(rows), offset(cols)];
  const index = new Int32Array(patch * patch);
  const inside = new Float32Array(patch * patch);
  const mirror = (i: number, n: number) => (i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i);
  for (let y = 0; y < patch; y++) {
    for (let x = 0; x < patch; x++) {
      let [r, c] = swap ? [x, y] : [y, x];
      if (flipR) r = patch - 1 - r;
      if (flipC) c = patch - 1 - c;
      r += r0;
      c += c0;
      inside[y * patch + x] = r >= 0 && r < rows && c >= 0 && c < cols ? 1 : 0;
      index[y * patch + x] = mirror(r, rows) * cols + mirror(c, cols);
    }
  }
  return { index, inside };
}
function look(image: Image, { index }: View): Image {
  const result = createImage(2, patch, patch);
  const inputs = planes(image);
  planes(result).forEach((output, b) => {
    index.forEach((pixel, i) => {
      output[i] = inputs[b][pixel];
    });
  });
  return result;
}
const draw = () => all[random.pick(weights.flatMap((w, i) => Array<number>(w).fill(i)))];
const means = new Map(all.map((series) => [series, temporalMean(series.dates)]));

/** A sample counts as much as its looks to this power. */
const looksWeight = 0.7;
const settings: SimulatedBatchesOptions = {
  ...{ batch: 1, patch, seed },
  ...{ reference: 'noiseFree', changeWeight: 2, looksWeight },
};
const landscapes = new SimulatedBatches(settings);
const timeMeans = new SimulatedBatches({
  ...settings,
  reflectivity: () => {
    const series = draw();
    return look(means.get(series) as Image, drawView(series.rows, series.cols));
  },
});
/** The network's channels of an image of 4 bands or 2, all of it valid. */
const encoded = (data: ArrayLike<number>): Float32Array =>
  tf.tidy(() => {
    const images = tf.tensor4d(Float32Array.from(data), [1, data.length / patch ** 2, patch, patch]);
    return encode(logTransform, images, 5).dataSync() as Float32Array;
  });
/** Three dates in a row and the mean of some that are further away. */
function realSample() {
  const series = draw();
  const view = drawView(series.rows, series.cols);
  const t = random.integer(1, series.dates.length - 2);
  const step = random.pick([-1, 1]);
  const far = series.dates.filter((_, i) => Math.abs(i - t) > 1);
  const chosen = Array.from({ length: 4 }, () => far.splice(random.integer(0, far.length - 1), 1)[0]);
  const images = [series.dates[t], series.dates[t - step], series.dates[t + step], temporalMean(chosen)];
  return {
    images: images.map((date) => encoded(look(date, view).data)),
    phase: 0,
    lossWeight: view.inside.map((counts) => counts * LOOKS ** looksWeight),
  };
}
let drawn = 0;
async function simulatedSample() {
  const source = random.chance(0.2) ? timeMeans : landscapes;
  const { target, previous, next, reference, phase, lossWeight } = await source.batch(drawn++);
  const images = [target, previous, next, reference].map(({ image }) => encoded(image.data));
  return { images, phase: phase.data[0], lossWeight: lossWeight.data as Float32Array };
}

// Each file: per sample 4 images NHWC, the loss weights, and 1 where C12 is known, else 0.
for (;;) {
  while (readdirSync(output).length > WAITING) await new Promise((done) => setTimeout(done, 200));
  const parts: Float32Array[] = [];
  for (let i = 0; i < COUNT; i++) {
    const { images, phase, lossWeight } = random.chance(0.06) ? realSample() : await simulatedSample();
    parts.push(...images, lossWeight, Float32Array.of(phase));
  }
  const name = join(output, randomUUID());
  writeFileSync(
    `${name}.part`,
    Buffer.concat(parts.map((p) => Buffer.from(p.buffer, p.byteOffset, p.byteLength))),
  );
  renameSync(`${name}.part`, `${name}.f32`);
}
