/**
 * Time of a tile against the ideal: the FLOPs of the full-size reference network at the rate of a large matrix product
 * in the same run, so that machines compare. Run: npm run bench
 */
import { MtpiNet } from '@mtpi/model';
import { compile } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';

/** Operations of a 256×256 tile through the full-size reference network, spectra by fast transforms. */
const TILE_FLOPS = 62e9;
const MATRIX = 2048;
const REPEATS = 8;

/** Least time in ms of several runs; the first ones warm up. */
async function fastest(run: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

await tf.setBackend('cpu');
const matrix = { data: new Float32Array(MATRIX * MATRIX).fill(0.5), shape: [MATRIX, MATRIX] };
const product = compile((a, b) => tf.sum(tf.matMul(a, b)), { threads: 2 });
const rate = (2 * MATRIX ** 3) / (await fastest(() => product.run(matrix, matrix)));
const ideal = TILE_FLOPS / rate;
console.log(
  `matrix product ${(rate / 1e6).toFixed(0)} GFLOP/s, so the ideal tile takes ${ideal.toFixed(0)} ms`,
);

const networks: [string, ConstructorParameters<typeof MtpiNet>[0]][] = [
  ['reference, 64 channels × 3 units', {}],
  ['shipped: reference, 48 × 2, normalized', { baseChannels: 48, ddcrUnits: 2, attention: 'normalized' }],
  ['progressive, 32 × 1', { architecture: 'progressive', baseChannels: 32, ddcrUnits: 1 }],
];
for (const [name, config] of networks) {
  const network = new MtpiNet(config);
  const input = { data: new Float32Array(256 * 256 * 7).map(Math.random), shape: [1, 256, 256, 7] };
  const tile = compile(
    (...[a, b, c]) => network.apply(a as tf.Tensor4D, b as tf.Tensor4D, c as tf.Tensor4D),
    { threads: 2 },
  );
  const time = await fastest(() => tile.run(input, input, input));
  console.log(`${name.padEnd(38)} ${time.toFixed(0).padStart(6)} ms   ${(time / ideal).toFixed(2)} × ideal`);
  await tile.dispose();
  network.dispose();
}
