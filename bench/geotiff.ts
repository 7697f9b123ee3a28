/**
 * Reading and writing a GeoTIFF (2048², four bands of float32 speckle, tiles of 512) against `gdal_translate` of the same
 * file with the same compression, one thread, in the same run. Run: npm run bench
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COVARIANCE_BANDS, createImage } from '@mtpi/polsar-priors';
import type { GeoTiffOptions } from '@mtpi/sar-io';
import { createGeoTiff, openGeoTiff } from '@mtpi/sar-io/node';
import { fastest } from './fastest';
import { fillSpeckle } from './speckle';

const SIZE = 2048;
const run = promisify(execFile);

const TILED = ['TILED=YES', 'BLOCKXSIZE=512', 'BLOCKYSIZE=512', 'INTERLEAVE=PIXEL'];
const cases: [name: string, ours: Partial<GeoTiffOptions>, driver: string, gdals: string[]][] = [
  ['not compressed', { compression: 'none', overviews: false }, 'GTiff', TILED],
  [
    'deflate, predictor 3',
    { overviews: false },
    'GTiff',
    [...TILED, 'COMPRESS=DEFLATE', 'PREDICTOR=3', 'ZLEVEL=4'],
  ],
  [
    'the same, COG with overviews',
    {},
    'COG',
    [
      'COMPRESS=DEFLATE',
      'PREDICTOR=FLOATING_POINT',
      'LEVEL=4',
      'BLOCKSIZE=512',
      'OVERVIEW_RESAMPLING=AVERAGE',
    ],
  ],
];

const hasGdal = await run('gdal_translate', ['--version']).then(
  () => true,
  () => false,
);
const image = createImage(4, SIZE, SIZE);
fillSpeckle(image.data);

const folder = await mkdtemp(join(tmpdir(), 'mtpi-bench-'));
try {
  const [source, copy, translated] = ['source', 'copy', 'gdal'].map((name) => join(folder, `${name}.tif`));
  console.log(
    '| GeoTIFF, 2048² × 4 bands | read, s | write, s | gdal_translate, s | read + write : gdal_translate |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const [name, options, driver, creation] of cases) {
    const write = async (path: string) => {
      const size = { width: SIZE, height: SIZE, bands: COVARIANCE_BANDS };
      const sink = await createGeoTiff(path, { ...size, tileSize: 512, ...options });
      await sink.write(image);
      await sink.close();
    };
    await write(source);
    const flags = creation.flatMap((option) => ['-co', option]);
    const read = async () => {
      const raster = await openGeoTiff(source);
      await raster.read({ x: 0, y: 0, width: SIZE, height: SIZE });
      await raster.close();
    };
    const translate = () => run('gdal_translate', ['-q', '-of', driver, ...flags, source, translated]);
    const [reading, writing, gdal] = await fastest(read, () => write(copy), ...(hasGdal ? [translate] : []));
    const seconds = [reading, writing].map((ms) => (ms / 1000).toFixed(2));
    const beside = gdal ? [(gdal / 1000).toFixed(2), ((reading + writing) / gdal).toFixed(2)] : ['', ''];
    console.log(`| ${[name, ...seconds, ...beside].join(' | ')} |`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
