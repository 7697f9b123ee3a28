/**
 * Peak memory of `mtpi despeckle` by the size of the scene (three covariances in, seven bands out, both compressed). The
 * largest scene takes an hour and 8 GB of disk, so it has to be asked for. Run: npm run bench:memory -- [--large]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { MemoryUse } from './scene-memory';
import { writeScene } from './write-scene';

const run = promisify(execFile);
const { values } = parseArgs({ options: { large: { type: 'boolean', default: false } } });
const script = fileURLToPath(new URL('./scene-memory.ts', import.meta.url));
const sizes = [[2048, 2048], [8192, 2048], ...(values.large ? [[17000, 8500]] : [])];

console.log('| scene | work | peak memory, MiB | of the smallest | Mpixel/s |');
console.log('| --- | --- | ---: | ---: | ---: |');
const folder = await mkdtemp(join(tmpdir(), 'mtpi-bench-'));
try {
  for (const [name, flags] of [
    ['reading, writing', ['--without-network']],
    ['all, mtpi-small', ['--weights', 'mtpi-small']],
  ] as const) {
    let smallest = 0;
    for (const [width, height] of sizes) {
      const scene = join(folder, 'scene.tif');
      await writeScene(scene, width, height);
      const args = [...process.execArgv, script, scene, join(folder, 'result.tif'), ...flags];
      const { mebibytes, seconds } = JSON.parse((await run(process.execPath, args)).stdout) as MemoryUse;
      smallest ||= mebibytes;
      const ratio = (mebibytes / smallest).toFixed(2);
      const rate = ((width * height) / 1e6 / seconds).toFixed(2);
      console.log(`| ${width} × ${height} | ${name} | ${mebibytes.toFixed(0)} | ${ratio} | ${rate} |`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
