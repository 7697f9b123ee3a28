/**
 * From `mtpi despeckle` typed to the first tile finished, by the built package (npm run build), as the least of several
 * runs; and how long Node.js takes to start and to load the command. Run: npm run bench
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fastest } from './fastest';
import { writeScene } from './write-scene';

const command = fileURLToPath(new URL('../packages/mtpi-cli/dist/mtpi.js', import.meta.url));

/** Runs Node.js until it says this, or to its end. */
function until(text: string, ...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (text && said.includes(text)) child.kill('SIGKILL');
    });
    child.on('close', () => {
      if (said.includes(text)) resolve();
      else reject(new Error(`node ${args.join(' ')}: expected ${text}, got ${said}`));
    });
  });
}

const folder = await mkdtemp(join(tmpdir(), 'mtpi-bench-'));
try {
  const dates = ['-o', join(folder, 'out.tif')];
  for (const [i, date] of ['target', 'previous', 'next'].entries()) {
    const scene = join(folder, `${date}.tif`);
    await writeScene(scene, 512, 512, i + 1);
    dates.push(`--${date}`, scene);
  }
  const tile = (weights: string) => () =>
    until('"done":1,', command, 'despeckle', ...dates, '--json', '--weights', weights);
  const [node, loaded, mtpi, small] = await fastest(
    () => until('', '--eval', ''),
    () => until('', command, '--version'),
    tile('mtpi'),
    tile('mtpi-small'),
  );
  console.log('| cold start, until | s |\n| --- | ---: |');
  for (const [name, ms] of [
    ['Node.js runs', node],
    ['`mtpi --version` has answered', loaded],
    ['the first tile of `mtpi despeckle` is done', mtpi],
    ['… with `--weights mtpi-small`', small],
  ] as const)
    console.log(`| ${name} | ${(ms / 1000).toFixed(2)} |`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
