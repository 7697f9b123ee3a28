/**
 * Terrain correction of a full-size GRD product: the annotation of a real product, synthetic pixels and hills. Prints a row of a
 * table: cells of the map, time of the processor per million cells, memory. Run for parts of the scene to see that memory does
 * not grow. Run: npm run bench:terrain -- SAFE [--spacing 20] [--share 1] [--no-flatten]
 * [--threads 1,2]: one row for each, in one run.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@mtpi/polsar-priors';
import { crsOf } from '@mtpi/sar-io';
import { createGeoTiff } from '@mtpi/sar-io/node';
import { openGrd, terrainCorrectStack } from '@mtpi/sentinel1';
import ndarray from 'ndarray';
import { FIRST_PIXEL, openStripTiff } from './strip-tiff';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    spacing: { type: 'string', default: '20' },
    share: { type: 'string', default: '1' },
    flatten: { type: 'boolean', default: true },
    threads: { type: 'string' },
  },
});
const [safe] = positionals;
if (!safe) {
  console.error('Usage: npm run bench:terrain -- SAFE [--spacing 20] [--share 1] [--no-flatten]');
  process.exit(2);
}

/** One line of four-look speckle, repeated with a shift. */
const normals = new Float32Array(400_000);
new Random(1).fillNormal(normals, 50);
const amplitudes = Uint16Array.from({ length: 50_000 }, (_, i) =>
  Math.max(1, Math.round(Math.hypot(...normals.subarray(8 * i, 8 * i + 8)) / 2)),
);

/** An uncompressed TIFF of 16-bit amplitudes in one strip. */
async function writeMeasurement(path: string, width: number, height: number): Promise<void> {
  const file = await openStripTiff(path, { width, height, bits: 16, format: 1 });
  for (let line = 0; line < height; line++) {
    const start = (line * 7919) % (amplitudes.length - width);
    await file.write(
      new Uint8Array(amplitudes.buffer, 2 * start, 2 * width),
      0,
      2 * width,
      FIRST_PIXEL + 2 * width * line,
    );
  }
  await file.close();
}

/** Hills of 500 m in cells of 3″ over an area. */
async function writeDem(path: string, [west, south, east, north]: readonly number[]): Promise<void> {
  const step = 3 / 3600;
  const [width, height] = [Math.ceil((east - west) / step), Math.ceil((north - south) / step)];
  const georeference = { crs: crsOf(4326), transform: [west, step, 0, north, 0, -step] as const };
  const sink = await createGeoTiff(path, {
    width,
    height,
    bands: ['height'],
    georeference,
    overviews: false,
  });
  for (let y = 0; y < height; y++) {
    const row = Float32Array.from(
      { length: width },
      (_, x) => 250 + 250 * Math.sin(x / 30) * Math.cos(y / 25),
    );
    await sink.write(ndarray(row, [1, 1, width]));
  }
  await sink.close();
}

const folder = await mkdtemp(join(tmpdir(), 'mtpi-bench-'));
try {
  const product = join(folder, basename(safe));
  await cp(safe, product, { recursive: true, filter: (file) => !/\.tiff?$/.test(file) });
  await mkdir(join(product, 'measurement'), { recursive: true });
  const opened = await openGrd(product);
  const { path, samples, lines, grid } = await opened.annotation(opened.polarizations[0]);
  await opened.close();
  await writeMeasurement(
    join(product, 'measurement', basename(path).replace(/xml$/, 'tiff')),
    samples,
    lines,
  );
  const [lons, lats] = [grid.map(({ longitude }) => longitude), grid.map(({ latitude }) => latitude)];
  const bounds = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  await writeDem(join(folder, 'dem.tif'), [
    bounds[0] - 0.1,
    bounds[1] - 0.1,
    bounds[2] + 0.1,
    bounds[3] + 0.1,
  ]);
  // Parts are around the middle, of the same shape.
  const share = Math.sqrt(Number(values.share));
  const [x, y] = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
  const [dx, dy] = [(share * (bounds[2] - bounds[0])) / 2, (share * (bounds[3] - bounds[1])) / 2];
  console.log(
    '| image | cells | threads | CPU seconds | per million cells | elapsed | memory, GiB |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  );
  for (const threads of values.threads?.split(',').map(Number) ?? [undefined]) {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const { width, height } = await terrainCorrectStack([product], join(folder, 'out'), {
      area: { type: 'LineString', coordinates: [[x - dx, y - dy], [x + dx, y + dy]] }, // biome-ignore format: corners
      ...{ polarizations: ['VV'], threads },
      geocode: {
        ...{ spacing: Number(values.spacing), dem: join(folder, 'dem.tif') },
        ...{ heights: 'ellipsoid', flatten: values.flatten },
      },
    });
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const cells = (width * height) / 1e6;
    const memory = process.resourceUsage().maxRSS / 2 ** 20;
    console.log(
      `| ${samples} × ${lines} | ${width} × ${height} | ${threads ?? 'default'} | ${((user + system) / 1e6).toFixed(0)} | ${((user + system) / 1e6 / cells).toFixed(2)} | ${seconds.toFixed(0)} s | ${memory.toFixed(2)} |`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}
