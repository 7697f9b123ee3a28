/**
 * The main thread while scenes in memory are despeckled: the start, from loading the weights to the first tile; how late
 * timers fire; how soon an abort takes effect; the time of a scene with one thread and with two. Takes a minute.
 * Run: npm run ts -- bench/event-loop.ts
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { type Despeckler, loadDespeckler, memorySource } from '@mtpi/model';
import { createImage } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { fastest } from './fastest';
import { fillSpeckle } from './speckle';

const SIZE = 600;
const SCENES = 5;
const ABORTS = 10;

const image = createImage(4, SIZE, SIZE);
fillSpeckle(image.data.subarray(0, 2 * SIZE * SIZE));
const scene = memorySource({ target: image, previous: image, next: image });

const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
const seconds = (value: number) => `${(value / 1000).toFixed(2)} s`;
const print = (quantity: string, measured: string, limit = '') =>
  console.log(`| ${quantity} | ${measured} | ${limit} |`);

async function despeckle(despeckler: Despeckler, onProgress?: () => void): Promise<void> {
  for await (const _ of despeckler.despeckle(scene, { onProgress }));
}

/** The longest delay of the event loop meanwhile, in milliseconds. */
async function longestDelay(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await wait(20);
  await work();
  await wait(20); // a delay is recorded when it is over
  histogram.disable();
  return histogram.max / 1e6;
}

/** Milliseconds from an abort in the middle of a tile to the rejection. */
async function abortDelay(despeckler: Despeckler): Promise<number> {
  const controller = new AbortController();
  let aborted = 0;
  setTimeout(() => {
    aborted = performance.now();
    controller.abort();
  }, 50);
  await despeckler
    .despeckle(scene, { signal: controller.signal })
    .next()
    .catch(() => {});
  return performance.now() - aborted;
}

await tf.setBackend('cpu');
print('`mtpi`, scenes in memory', 'measured', 'at most');
print('---', '---:', '---:');

const start = performance.now();
const two = await loadDespeckler('mtpi', { threads: 2 });
const warmUp = await longestDelay(() => two.warmUp(scene));
let firstTile = 0;
const first = await longestDelay(() =>
  despeckle(two, () => {
    firstTile ||= performance.now();
  }),
);
print('from loading the weights to the first tile', seconds(firstTile - start), '2 s');
print('longest delay of the event loop: `warmUp`', milliseconds(warmUp));
const delays = [first];
while (delays.length < SCENES) delays.push(await longestDelay(() => despeckle(two)));
print(`… ${SCENES} scenes of ${SIZE}²`, delays.map(milliseconds).join(', '), '50 ms');

const aborts: number[] = [];
while (aborts.length < ABORTS) aborts.push(await abortDelay(two));
print(`abort within a tile, the longest of ${ABORTS}`, milliseconds(Math.max(...aborts)), '100 ms');

const one = await loadDespeckler('mtpi', { threads: 1 });
await despeckle(one);
const [single, double] = await fastest(
  () => despeckle(one),
  () => despeckle(two),
);
const perMegapixel = (time: number) => seconds((time * 1e6) / SIZE ** 2);
print('a megapixel, one thread', perMegapixel(single));
print('… two threads', perMegapixel(double));
print('… of the time of one', (double / single).toFixed(2), '0.58');
await Promise.all([one.dispose(), two.dispose()]);
