/**
 * Preparing a full-size swath: the annotations of real products, synthetic pixels of full size in a temporary folder (20 GB
 * of it for nine bursts of three dates). Prints a table of time, pixels per second, memory and the time that the same bytes
 * take to copy. Run: npm run bench:prepare -- SAFE SAFE … [--swath IW1,IW2] [--bursts 1-9] [--threads 2]
 */
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@mtpi/polsar-priors';
import { coregisterStack, openSlc } from '@mtpi/sentinel1';
import { FIRST_PIXEL, openStripTiff } from './strip-tiff';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    swath: { type: 'string', default: 'IW1' },
    bursts: { type: 'string', default: '1-9' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const swaths = values.swath.split(',');
const [first, last] = values.bursts.split('-').map(Number);

/** One line of speckle, repeated with a shift. */
const speckle = new Float32Array(200_000);
new Random(1).fillNormal(speckle, 60);
const pixels = Int16Array.from(speckle);

/** Writes a TIFF of complex 16-bit integers in one strip; all but some lines are a hole in the file. */
async function writeMeasurement(path: string, width: number, height: number, from: number, to: number) {
  const file = await openStripTiff(path, { width, height, bits: 32, format: 5 });
  for (let line = from; line < to; line++) {
    const start = 2 * ((line * 7919) % (pixels.length / 2 - width));
    const row = new Uint8Array(pixels.buffer, 2 * start, 4 * width);
    await file.write(row, 0, row.length, FIRST_PIXEL + 4 * width * line);
  }
  await file.truncate(FIRST_PIXEL + 4 * width * height);
  await file.close();
}

/** A product's metadata in another folder; `days` later, where that is not 0. */
async function copyMetadata(path: string, days: number): Promise<string> {
  const day = /_(\d{4})(\d\d)(\d\d)T/.exec(basename(path))!.slice(1);
  const later = new Date(Date.parse(day.join('-')) + days * 86_400_000).toISOString().slice(0, 10);
  const copy = join(folder, basename(path).replaceAll(day.join(''), later.replaceAll('-', '')));
  await cp(path, copy, { recursive: true, filter: (file) => !/\.tiff?$/.test(file) });
  for (const name of await readdir(copy, { recursive: true })) {
    if (!/\.(xml|safe)$/.test(name)) continue;
    const text = await readFile(join(copy, name), 'utf8');
    await writeFile(join(copy, name), text.replaceAll(`${day.join('-')}T`, `${later}T`));
  }
  await mkdir(join(copy, 'measurement'), { recursive: true });
  return copy;
}

const folder = await mkdtemp(join(tmpdir(), 'mtpi-bench-'));
try {
  const products: string[] = [];
  // Where there are but two dates, the last one is there once more, twelve days later.
  for (const [i, path] of [
    ...positionals,
    ...positionals.slice(1).slice(0, 3 - positionals.length),
  ].entries()) {
    const copy = await copyMetadata(path, i < positionals.length ? 0 : 12);
    const safe = await openSlc(copy);
    for (const [swath, polarization] of swaths.flatMap((s) =>
      safe.polarizations.map((p) => [s, p] as const),
    )) {
      const annotation = await safe.annotation(swath, polarization);
      const { samples, lines, linesPerBurst } = annotation;
      const name = basename(annotation.path).replace(/xml$/, 'tiff');
      // Dates may be a burst apart.
      const [from, to] = [
        Math.max(0, first - 2) * linesPerBurst,
        Math.min(lines, (last + 1) * linesPerBurst),
      ];
      await writeMeasurement(join(copy, 'measurement', name), samples, lines, from, to);
    }
    await safe.close();
    products.push(copy);
  }
  const output = join(folder, 'stack');
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const threads = Number(values.threads);
  const stack = await coregisterStack(products, output, {
    swaths,
    bursts: [first, last],
    threads,
  });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const megapixels = (stack.dates.length * stack.width * stack.height) / 1e6;
  const written = (await readdir(output)).map((name) => join(output, name));
  let bytes = 0;
  for (const path of written) bytes += (await stat(path)).size;
  const copyStart = performance.now();
  for (const path of written) await copyFile(path, join(folder, 'copy'));
  const copySeconds = (performance.now() - copyStart) / 1000;
  const row = [
    `${stack.dates.length} × ${stack.width} × ${stack.height}`,
    threads,
    (seconds / stack.dates.length).toFixed(1),
    (megapixels / seconds).toFixed(2),
    (megapixels / ((user + system) / 1e6)).toFixed(2),
    (process.resourceUsage().maxRSS / 2 ** 20).toFixed(2),
    (bytes / 2 ** 30).toFixed(1),
    (seconds / copySeconds).toFixed(0),
  ];
  console.log(
    '| dates × columns × rows | threads | s per date | Mpixel/s | Mpixel/s per core’s work | memory, GiB | written, GiB | times as long as copying that |',
  );
  console.log(`|${' --- |'.repeat(row.length)}`);
  console.log(`| ${row.join(' | ')} |`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
