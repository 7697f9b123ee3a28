/** A thread of bench/priors.ts: each message has it make the priors of one scene. */
import { parentPort, workerData } from 'node:worker_threads';
import { boxcar, covariance, createImage, haAlpha, Random } from '@mtpi/polsar-priors';

const size: number = workerData;
const [first, second] = [1, 2].map((seed) => {
  const image = createImage(2, size, size);
  new Random(seed).fillNormal(image.data, 0.3);
  return image;
});
parentPort!.on('message', () => parentPort!.postMessage(haAlpha(boxcar(covariance(first, second), 5)).size));
