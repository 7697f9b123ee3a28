/**
 * Preparing a full-size swath: the annotations of real products, synthetic pixels of full size in a temporary folder.
 * Time per date, pixels per second, memory, and the same bytes copied. Run:
 * npx tsx --conditions=@mtpi/source bench/prepare.ts SAFE SAFE … [--swath IW1] [--bursts 3-4]
 */
import { copyFile, cp, mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@mtpi/polsar-priors';
import { openSafe, prepareStack } from '@mtpi/sar-io';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    swath: { type: 'string', default: 'IW1' },
    bursts: { type: 'string', default: '3-4' },
  },
});
const [first, last] = values.bursts.split('-').map(Number);

/** One line of speckle, repeated with a shift. */
const speckle = new Float32Array(200_000);
new Random(1).fillNormal(speckle, 60);
const pixels = Int16Array.from(speckle);

/** Writes a TIFF of complex 16-bit integers in one strip; all but some lines are a hole in the file. */
async function writeMeasurement(path: string, width: number, height: number, from: number, to: number) {
  const tags: [tag: number, type: number, value: number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 32],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 4096],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, 4 * width * height],
    [339, 3, 5],
  ];
  const header = Buffer.alloc(4096);
  header.write('II*\0', 'latin1');
  header.writeUInt32LE(8, 4);
  header.writeUInt16LE(tags.length, 8);
  for (const [i, [tag, type, value]] of tags.entries()) {
    header.writeUInt16LE(tag, 10 + 12 * i);
    header.writeUInt16LE(type, 12 + 12 * i);
    header.writeUInt32LE(1, 14 + 12 * i);
    header.writeUInt32LE(value, 18 + 12 * i);
  }
  const file = await open(path, 'w');
  await file.write(header);
  for (let line = from; line < to; line++) {
    const start = 2 * ((line * 7919) % (pixels.length / 2 - width));
    const row = new Uint8Array(pixels.buffer, 2 * start, 4 * width);
    await file.write(row, 0, row.length, 4096 + 4 * width * line);
  }
  await file.truncate(4096 + 4 * width * height);
  await file.close();
}

const folder = await mkdtemp(join(tmpdir(), 'mtpi-bench-'));
try {
  const products: string[] = [];
  const measurements: string[] = [];
  for (const path of positionals) {
    const copy = join(folder, basename(path));
    await cp(path, copy, { recursive: true, filter: (file) => !/\.tiff?$/.test(file) });
    await mkdir(join(copy, 'measurement'), { recursive: true });
    const safe = await openSafe(copy);
    for (const polarization of safe.polarizations) {
      const annotation = await safe.annotation(values.swath, polarization);
      const { samples, lines, linesPerBurst } = annotation;
      const name = basename(annotation.path).replace(/xml$/, 'tiff');
      measurements.push(join(copy, 'measurement', name));
      // Dates may be a burst apart.
      const [from, to] = [
        Math.max(0, first - 2) * linesPerBurst,
        Math.min(lines, (last + 1) * linesPerBurst),
      ];
      await writeMeasurement(measurements[measurements.length - 1], samples, lines, from, to);
    }
    await safe.close();
    products.push(copy);
  }
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const output = join(folder, 'stack');
  const options = { swaths: [values.swath], bursts: [first, last] as const };
  const stack = await prepareStack(products, output, options);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  const megapixels = (stack.width * stack.height) / 1e6;
  const dates = stack.dates.length;
  console.log(`${dates} dates of ${stack.width} × ${stack.height}, ${values.swath}, bursts ${values.bursts}`);
  console.log(
    `${(seconds / dates).toFixed(1)} s per date, ${((megapixels * dates) / seconds).toFixed(2)} Mpixel/s`,
  );
  console.log(`${((megapixels * dates) / ((user + system) / 1e6)).toFixed(2)} Mpixel/s per busy core`);
  console.log(`peak memory ${(peak / 2 ** 20).toFixed(0)} MiB`);
  const written = await Promise.all(
    (await readdir(output)).map(async (name) => (await stat(join(output, name))).size),
  );
  const copyStart = performance.now();
  for (const name of await readdir(output)) await copyFile(join(output, name), join(folder, 'copy'));
  const copySeconds = (performance.now() - copyStart) / 1000;
  const bytes = written.reduce((sum, size) => sum + size, 0);
  console.log(
    `${(bytes / 2 ** 20).toFixed(0)} MiB written; copying them takes ${copySeconds.toFixed(1)} s, preparing ${(seconds / copySeconds).toFixed(0)} times as long`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
