/**
 * CPU time of a megapixel of VV and VH on one thread: weights of this project and, with the Python of bench/peers, published
 * networks. Run: npm run ts -- bench/megapixel.ts [PEERS_PYTHON] [WEIGHTS...]
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDespeckler, memorySource, SHIPPED_WEIGHTS } from '@mtpi/model';
import { createImage } from '@mtpi/polsar-priors';
import { createNpy } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { fillSpeckle } from './speckle';

/** Rows and columns. */
const SIZE = 888;
const ROUNDS = 3;

const [python, ...weights] = process.argv.slice(2);
await tf.setBackend('cpu');
const imageOf = (size: number) => {
  const image = createImage(2, size, size);
  fillSpeckle(image.data as Float32Array);
  return image;
};
/** The size next to `SIZE` of whole tiles that share 8 pixels, so that as much of them overlaps as in a large scene. */
const wholeTiles = (tile: number) => 8 + (tile - 16) * Math.round(SIZE / (tile - 16));

const seconds: Record<string, number> = {};
const despecklers = await Promise.all(
  (weights.length > 0 ? weights : SHIPPED_WEIGHTS).map(
    async (name) => [name, await loadDespeckler(name, { threads: 1, workers: 1 })] as const,
  ),
);
for (let round = 0; round < ROUNDS; round++)
  for (const [name, despeckler] of despecklers) {
    const size = wholeTiles(despeckler.tile);
    const image = imageOf(size);
    const start = process.cpuUsage();
    const source = memorySource({ target: image, previous: image, next: image });
    for await (const _ of despeckler.despeckle(source));
    const { user, system } = process.cpuUsage(start);
    seconds[name] = Math.min(seconds[name] ?? Number.POSITIVE_INFINITY, (user + system) / size ** 2);
  }

if (python) {
  const folder = await mkdtemp(join(tmpdir(), 'mtpi-bench-'));
  try {
    await mkdir(join(folder, 'speckle'));
    const scene = { id: 'speckle', rows: SIZE, cols: SIZE, looks: 1 };
    await writeFile(join(folder, 'scenes.json'), JSON.stringify([scene]));
    const file = await createNpy(join(folder, 'speckle', 'target.npy'), {
      bands: 2,
      width: SIZE,
      height: SIZE,
    });
    await file.write(imageOf(SIZE));
    await file.close();
    const script = join(import.meta.dirname, 'peers', 'despeckle.py');
    for (const method of ['sar2sar', 'merlin']) {
      const results = join(folder, method);
      const output = execFileSync(python, [script, folder, method, results], {
        env: { ...process.env, OMP_NUM_THREADS: '1' },
      });
      seconds[method] = Number(/([\d.]+) CPU-seconds/.exec(`${output}`)?.[1]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
console.log('| network | CPU seconds per megapixel |\n| --- | ---: |');
for (const [name, value] of Object.entries(seconds)) console.log(`| ${name} | ${value.toFixed(1)} |`);
process.exit();
