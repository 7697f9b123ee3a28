/**
 * Time of a tile against the ideal: the FLOPs of the full-size reference network at the rate of a large matrix product
 * in the same run, so that machines compare. Run: npm run bench
 */
import { loadNetwork, MtpiNet } from '@mtpi/model';
import { compile } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { fastest } from './fastest';

/** Operations of a 256×256 tile through the full-size reference network, spectra by fast transforms. */
const TILE_FLOPS = 62e9;
const MATRIX = 2048;

await tf.setBackend('cpu');
const matrix = { data: new Float32Array(MATRIX * MATRIX).fill(0.5), shape: [MATRIX, MATRIX] };
const product = compile((a, b) => tf.sum(tf.matMul(a, b)), { threads: 2 });
const networks: [string, MtpiNet][] = [
  ['reference, 64 channels × 3 units', new MtpiNet({})],
  ['progressive, 32 × 1', new MtpiNet({ architecture: 'progressive', baseChannels: 32, ddcrUnits: 1 })],
  ['mtpi', (await loadNetwork('mtpi')).network],
  ['mtpi-small', (await loadNetwork('mtpi-small')).network],
];
const tiles = networks.map(([, network]) =>
  compile((...[a, b, c]) => network.apply(a as tf.Tensor4D, b as tf.Tensor4D, c as tf.Tensor4D), {
    threads: 2,
  }),
);
const input = { data: new Float32Array(256 * 256 * 7).map(Math.random), shape: [1, 256, 256, 7] };
const [productTime, ...times] = await fastest(
  () => product.run([matrix, matrix]),
  ...tiles.map((tile) => () => tile.run([input, input, input])),
);
const rate = (2 * MATRIX ** 3) / productTime;
const ideal = TILE_FLOPS / rate;
console.log(
  `matrix product ${(rate / 1e6).toFixed(0)} GFLOP/s, so the ideal tile takes ${ideal.toFixed(0)} ms`,
);
networks.forEach(([name], i) => {
  const [time, ratio] = [times[i].toFixed(0), (times[i] / ideal).toFixed(2)];
  console.log(`${name.padEnd(38)} ${time.padStart(6)} ms   ${ratio} × ideal`);
});
