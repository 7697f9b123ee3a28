/** A process of bench/tiles.ts: WEIGHTS THREADS. Says when it is ready; each message has it despeckle some tiles. */
import { loadDespeckler } from '@mtpi/model';
import { createImage } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { fillSpeckle } from './speckle';

const TILES = 20;
/** Rows and columns of a tile with what is read around it. */
const SIZE = 136;

const [weights, threads] = process.argv.slice(2);
await tf.setBackend('cpu');
const despeckler = await loadDespeckler(weights, { threads: Number(threads) });
const image = createImage(4, SIZE, SIZE);
fillSpeckle(image.data.subarray(0, 2 * SIZE * SIZE));
const date = { image, mask: ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]) };

async function work(): Promise<number> {
  for (let i = 0; i < TILES; i++) await despeckler.despeckleWindow([date, date, date]);
  return TILES;
}

await work();
process.on('message', async () => process.send!(await work()));
process.send!('ready');
