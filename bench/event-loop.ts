/**
 * The main thread while a scene is despeckled: how late timers fire, how soon an abort takes effect; the time of a megapixel
 * with one thread and with two; and the start, from loading the weights to the first tile. Run: npm run bench
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Despeckler, loadDespeckler, memorySource } from '@mtpi/model';
import { createImage } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { fastest } from './fastest';
import { fillSpeckle } from './speckle';

const ABORTS = 5;

function scene(size: number) {
  const image = createImage(4, size, size);
  fillSpeckle(image.data.subarray(0, 2 * size * size));
  return memorySource({ target: image, previous: image, next: image });
}

/** Milliseconds until the first tile is done, and the longest delay of the event loop. */
async function despeckle(despeckler: Despeckler, size: number): Promise<{ first: number; delay: number }> {
  const source = scene(size);
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  let first = 0;
  histogram.enable();
  const start = performance.now();
  const onProgress = () => {
    first ||= performance.now() - start;
  };
  for await (const _ of despeckler.despeckle(source, { onProgress }));
  histogram.disable();
  return { first, delay: histogram.max / 1e6 };
}

/** Milliseconds from an abort in the middle of a tile to the rejection. */
async function abortDelay(despeckler: Despeckler): Promise<number> {
  const controller = new AbortController();
  let aborted = 0;
  const rows = despeckler.despeckle(scene(512), { signal: controller.signal });
  setTimeout(() => {
    aborted = performance.now();
    controller.abort();
  }, 50);
  await rows.next().catch(() => {});
  return performance.now() - aborted;
}

await tf.setBackend('cpu');
const start = performance.now();
const [one, two] = [
  await loadDespeckler('mtpi', { threads: 1 }),
  await loadDespeckler('mtpi', { threads: 2 }),
];
const loaded = (performance.now() - start) / 2;
const cold = await despeckle(two, 900);
const warm = await despeckle(two, 900);
const aborts: number[] = [];
for (let i = 0; i < ABORTS; i++) aborts.push(await abortDelay(two));
await despeckle(one, 256);
const [single, double] = await fastest(
  () => despeckle(one, 1000),
  () => despeckle(two, 1000),
);

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
console.log('| `mtpi`, scenes in memory | measured | at most |\n| --- | ---: | ---: |');
for (const [what, measured, limit] of [
  ['from loading the weights to the first tile', seconds(loaded + cold.first), '2 s'],
  [
    'longest delay of the event loop, first scene (900²), tracing included',
    `${cold.delay.toFixed(0)} ms`,
    '',
  ],
  ['the same, second scene', `${warm.delay.toFixed(0)} ms`, '50 ms'],
  [
    `abort in the middle of a tile, the longest of ${ABORTS}`,
    `${Math.max(...aborts).toFixed(0)} ms`,
    '100 ms',
  ],
  ['1000², one thread', seconds(single), ''],
  ['1000², two threads', seconds(double), ''],
  ['… of one thread', (double / single).toFixed(2), '0.58'],
])
  console.log(`| ${what} | ${measured} | ${limit} |`);
await Promise.all([one.dispose(), two.dispose()]);
