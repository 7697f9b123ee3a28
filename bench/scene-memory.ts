/**
 * Despeckles a scene from file to file in this process, as `mtpi despeckle` does, and prints time and peak memory as JSON.
 * Run by bench/memory.ts: scene-memory.ts SCENE RESULT [--weights NAME] [--without-network]
 */
import { parseArgs } from 'node:util';
import { type AcquisitionWindow, acquisitionSource, Despeckler, loadNetwork } from '@mtpi/model';
import type { Image } from '@mtpi/polsar-priors';
import { openAcquisition } from '@mtpi/sar-io/node';
import * as tf from '@tensorflow/tfjs';
import { resultOf, writeResult } from '../packages/mtpi-workflows/src/result/result';

export interface MemoryUse {
  mebibytes: number;
  seconds: number;
}

class WithoutNetwork extends Despeckler {
  protected override async predict(_: unknown, [{ image }]: readonly AcquisitionWindow[]): Promise<Image> {
    return image;
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { weights: { type: 'string' }, 'without-network': { type: 'boolean', default: false } },
});
const [scene, output] = positionals;
await tf.setBackend('cpu');
const { network, transform, tile } = await loadNetwork(values.weights);
const despeckler = new (values['without-network'] ? WithoutNetwork : Despeckler)(network, transform, tile);
const start = performance.now();
const [target, previous, next] = await Promise.all([1, 2, 3].map(() => openAcquisition(scene)));
const source = acquisitionSource({ target, previous, next });
await writeResult(output, resultOf(target, source.bands, {}), () => ({}), despeckler.despeckle(source));
for (const date of [target, previous, next]) await date.close();
const use: MemoryUse = {
  mebibytes: process.resourceUsage().maxRSS / 1024,
  seconds: (performance.now() - start) / 1000,
};
console.log(JSON.stringify(use));
