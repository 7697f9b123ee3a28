/**
 * C2, 5×5 boxcar and H/A/α in one thread and in two, beside a copy of the same pixels; then tiles of a 1024² scene, read from
 * memory, by both shipped networks, beside the network alone. Run: npm run bench
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Despeckler, encode, loadNetwork, type TripletSource } from '@mtpi/model';
import {
  createImage,
  type Image,
  planes,
  Random,
  simulateScene,
  simulateTriplet,
  type Window,
} from '@mtpi/polsar-priors';
import { compile } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { fastest } from './fastest';

const SIZE = 1024;
/** Rows and columns of a tile with its margin. */
const TILE = 136;

const threads = [1, 2].map(
  () => new Worker(new URL('./priors-thread.ts', import.meta.url), { workerData: SIZE }),
);
const scenes = (count: number) => () =>
  Promise.all(
    threads.slice(0, count).map((thread) => {
      thread.postMessage('');
      return once(thread, 'message');
    }),
  );
const pixels = new Float32Array(4 * SIZE * SIZE).fill(1);
const copied = new Float32Array(pixels.length);
const [copy, one, two] = await fastest(async () => copied.set(pixels), scenes(1), scenes(2));
for (const thread of threads) await thread.terminate();

const rate = (count: number, ms: number) => ((count * SIZE * SIZE) / ms / 1e3).toFixed(1);
console.log('| C2 + 5×5 boxcar + H/A/α, 1024² | Mpixel/s | times as long as a copy of C2 |');
console.log('| --- | ---: | ---: |');
console.log(`| one thread | ${rate(1, one)} | ${(one / copy).toFixed(0)} |`);
console.log(`| two threads, a scene each | ${rate(2, two)} | ${(two / 2 / copy).toFixed(0)} |\n`);

const random = new Random(1);
const triplet = simulateTriplet({
  random,
  scene: simulateScene({ rows: SIZE, cols: SIZE, random }),
  looks: 1,
});
const cut = (date: Image, { x, y, width, height }: Window) => {
  const image = createImage(4, height, width);
  for (const [b, plane] of planes(image).entries())
    for (let r = 0; r < height; r++) {
      const from = (b * SIZE + y + r) * SIZE + x;
      plane.set(date.data.subarray(from, from + width), r * width);
    }
  return { image, mask: ndarray(new Uint8Array(height * width).fill(1), [height, width]) };
};
const source: TripletSource = {
  width: SIZE,
  height: SIZE,
  bands: 4,
  read: async (window) => ({
    target: cut(triplet.target, window),
    previous: cut(triplet.previous, window),
    next: cut(triplet.next, window),
  }),
};

await tf.setBackend('cpu');
const names = ['mtpi', 'mtpi-small'];
const engines = await Promise.all(
  names.map(async (name) => {
    const { network, transform, tile } = await loadNetwork(name);
    const despeckler = new Despeckler(network, transform, tile, { threads: 2 });
    const apply = (...[a, b, c]: tf.Tensor[]) =>
      network.apply(a as tf.Tensor4D, b as tf.Tensor4D, c as tf.Tensor4D);
    const alone = compile(apply, { threads: 2 });
    const { target, previous, next } = await source.read({ x: 256, y: 256, width: TILE, height: TILE }, {});
    const inputs = [target, previous, next].map(({ image }) => {
      const channels = encode(transform, tf.tensor4d(image.data, [1, 4, TILE, TILE]), 5);
      return { data: channels.dataSync() as Float32Array, shape: channels.shape };
    });
    return { despeckler, alone, inputs, tiles: despeckler.layout(source).xs.length };
  }),
);
const times = await fastest(
  ...engines.flatMap(({ despeckler, alone, inputs, tiles }) => [
    async () => {
      for await (const _ of despeckler.tileRows(source, { indices: [1] }));
    },
    async () => {
      for (let i = 0; i < tiles; i++) await alone.run(inputs);
    },
  ]),
);
const perTile = engines.map(({ tiles }, i) => times.slice(2 * i, 2 * i + 2).map((time) => time / tiles));
console.log(
  '| tile of a 1024² scene, 2 threads | end to end, ms | network alone, ms | share around the network |',
);
console.log('| --- | ---: | ---: | ---: |');
perTile.forEach(([whole, network], i) => {
  const share = ((100 * (whole - network)) / whole).toFixed(0);
  console.log(`| ${names[i]} | ${whole.toFixed(1)} | ${network.toFixed(1)} | ${share} % |`);
});
const [[slow], [fast]] = perTile;
console.log(`\nmtpi-small : mtpi end to end ${(fast / slow).toFixed(3)}`);
for (const { despeckler, alone } of engines) await Promise.all([despeckler.dispose(), alone.dispose()]);
