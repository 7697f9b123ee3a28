/**
 * The main thread while scenes in memory are despeckled: the start, from loading the weights to the first tile; how late
 * timers fire, and how long it computes without handling them, in CPU time, which other processes do not prolong; how soon an
 * abort takes effect; the time of a scene with one thread and with two. Takes a minute.
 * Run: npm run ts -- bench/event-loop.ts
 */
import { readFileSync } from 'node:fs';
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

/** CPU time of the main thread, in milliseconds; of the process where the system does not count it by thread. */
function mainThreadTime(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

/** The longest delay of the event loop meanwhile, and the longest computation between two of its turns, in milliseconds. */
async function longestDelay(work: () => Promise<unknown>): Promise<{ delay: number; busy: number }> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  let before = mainThreadTime();
  let busy = 0;
  const turns = setInterval(() => {
    const now = mainThreadTime();
    busy = Math.max(busy, now - before);
    before = now;
  }, 1);
  await wait(20);
  await work();
  await wait(20); // a delay is recorded when it is over
  clearInterval(turns);
  histogram.disable();
  return { delay: histogram.max / 1e6, busy };
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
const delays = [first];
while (delays.length < SCENES) delays.push(await longestDelay(() => despeckle(two)));
const all = [warmUp, ...delays];
const listed = (values: number[]) => values.map(milliseconds).join(', ');
print(
  `longest delay of the event loop: \`warmUp\`, ${SCENES} scenes of ${SIZE}²`,
  listed(all.map(({ delay }) => delay)),
  '50 ms',
);
print('… longest computation, CPU time', listed(all.map(({ busy }) => busy)), '50 ms');

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
