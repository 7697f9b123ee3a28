/**
 * Pixels per second in Chromium, WebAssembly with one and two threads, and WebGPU where there is a GPU, against Node.
 * Run: npm run ts -- bench/browser.ts
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDespeckler } from '@mtpi/model';
import { build } from 'esbuild';
import { launch, serve } from '../apps/web/test/support';

/** Rows and columns of the scene, which has four tiles or more. */
const SIZE = 240;
const ROUNDS = 3;

/** Megapixels per second of a despeckler, the best of several rounds. Runs in Node, and as text in the page. */
async function rate(despeckler: Awaited<ReturnType<typeof loadDespeckler>>, size: number, rounds: number) {
  const { memorySource, ndarray } = globalThis as unknown as {
    memorySource: typeof import('@mtpi/model').memorySource;
    ndarray: typeof import('ndarray');
  };
  const values = () =>
    Float32Array.from({ length: 2 * size * size }, (_, i) => 0.1 + 0.05 * Math.sin(i ** 2));
  const image = () => ndarray(values(), [2, size, size]);
  const source = memorySource({ target: image(), previous: image(), next: image() });
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    for await (const _ of despeckler.despeckle(source));
    if (round > 0) best = Math.min(best, performance.now() - start); // the first one opens sessions
  }
  await despeckler.dispose();
  return size ** 2 / 1000 / best;
}

const rates: [string, number][] = [];
Object.assign(globalThis, {
  memorySource: (await import('@mtpi/model')).memorySource,
  ndarray: (await import('ndarray')).default,
});
for (const threads of [1, 2])
  rates.push([
    `Node, threads: ${threads}`,
    await rate(await loadDespeckler('mtpi', { threads }), SIZE, ROUNDS),
  ]);

// The page, as the README of @mtpi/tfjs-onnx says for esbuild.
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const root = fileURLToPath(new URL('..', import.meta.url));
const page = `
  import * as tf from '@tensorflow/tfjs';
  import ndarray from 'ndarray';
  import { availableDevices } from '@mtpi/tfjs-onnx';
  import { loadDespeckler, memorySource } from '@mtpi/model';
  await tf.setBackend('cpu');
  // __name: tsx puts calls of it into functions.
  Object.assign(globalThis, { ndarray, memorySource, loadDespeckler, availableDevices, __name: (f) => f });`;
writeFileSync(join(folder, 'page.js'), page);
await build({
  entryPoints: {
    page: join(folder, 'page.js'),
    'web-worker': join(root, 'packages/tfjs-onnx/src/session/web-worker.ts'),
  },
  ...{ bundle: true, format: 'esm', outdir: join(folder, 'site/js'), conditions: ['@mtpi/source'] },
  ...{ nodePaths: [join(root, 'node_modules')], logLevel: 'error' },
});
cpSync(join(root, 'packages/mtpi-model/weights'), join(folder, 'site/weights'), { recursive: true });
for (const name of ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'])
  cpSync(join(root, `node_modules/onnxruntime-web/dist/${name}.wasm`), join(folder, `site/js/${name}.wasm`));
writeFileSync(join(folder, 'site/index.html'), '<script type="module" src="js/page.js"></script>');
const site = await serve(join(folder, 'site'));
const browser = await launch();
try {
  const tab = await browser.newPage();
  tab.on('pageerror', ({ message }) => console.error(message));
  await tab.goto(site.address);
  await tab.waitForFunction('globalThis.loadDespeckler');
  const run = (options: object) =>
    tab.evaluate<number>(
      `(async () => (${rate})(await loadDespeckler('mtpi', ${JSON.stringify(options)}), ${SIZE}, ${ROUNDS}))()`,
    );
  for (const threads of [1, 2])
    rates.push([`Chromium, WebAssembly, threads: ${threads}`, await run({ device: 'wasm', threads })]);
  if ((await tab.evaluate<string[]>('availableDevices()')).includes('webgpu'))
    rates.push(['Chromium, WebGPU', await run({ device: 'webgpu' })]);
} finally {
  await browser.close();
  await site.close();
  rmSync(folder, { recursive: true });
}
console.log(`| a scene of ${SIZE}² | Mpixel/s | of Node with as many threads |`);
console.log('| --- | ---: | ---: |');
for (const [name, each] of rates) {
  const reference = rates[name.endsWith('1') ? 0 : 1][1];
  console.log(`| ${name} | ${each.toFixed(4)} | ${(each / reference).toFixed(2)} |`);
}
