import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image, Mask } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { afterAll } from 'vitest';
import type { RasterSink } from '../src/index';

const succeeds = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Real data beside the repository; tests of them are skipped where they are absent. */
export const DATA = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
export const withoutData = !existsSync(DATA);
export const OPERA = join(DATA, 'opera-rtc-timeseries/292319-IW2');
export const OPERA_NAME = 'OPERA_L2_RTC-S1_T137-292319-IW2_20211119T015858Z_20250830T120333Z_S1A_30_v1.0';

/** GDAL's programs, the independent reader and writer; tests with them are skipped where they are absent. */
export const withoutGdal = !succeeds('gdalinfo', '--version');
export const python = ['python3', '/usr/bin/python3'].find((name) =>
  succeeds(name, '-c', 'import osgeo_utils.samples'),
);
export const withoutCogValidator = !python;

export function gdal(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

export const gdalInfo = (path: string) => JSON.parse(gdal('gdalinfo', '-json', path));

/** GDAL's own check of cloud-optimized GeoTIFFs; what it has to say. */
export function validateCog(path: string): string {
  const module = 'osgeo_utils.samples.validate_cloud_optimized_geotiff';
  const { stdout, stderr } = spawnSync(python!, ['-m', module, '--full-check=yes', path], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}

/** All bands of a raster as float32, band by band, read by GDAL; -ovr options and the like may follow. */
export function gdalRead(path: string, folder: string, ...options: string[]): Float32Array {
  const raw = join(folder, 'gdal.raw');
  gdal(
    'gdal_translate',
    '-q',
    '-of',
    'ENVI',
    '-co',
    'INTERLEAVE=BSQ',
    '-ot',
    'Float32',
    ...options,
    path,
    raw,
  );
  return floats(raw);
}

export const floats = (path: string) => new Float32Array(new Uint8Array(readFileSync(path)).buffer);

/** A folder that lasts as long as the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sar-io-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function imageOf(values: ArrayLike<number>, bands: number, rows: number, cols: number): Image {
  return ndarray(Float32Array.from(values), [bands, rows, cols]);
}

/** Smooth numbers that differ between bands, rows and columns. */
export function testImage(bands: number, rows: number, cols: number): Image {
  const values = Float32Array.from({ length: bands * rows * cols }, (_, i) => {
    const [b, y, x] = [Math.floor(i / (rows * cols)), Math.floor(i / cols) % rows, i % cols];
    return (b + 1) * (2 + Math.sin(x / 9) + Math.cos(y / 7)) + ((x * 31 + y * 17) % 11) / 10;
  });
  return imageOf(values, bands, rows, cols);
}

/** Writes an image in strips of a few rows, then closes. */
export async function writeInStrips(sink: RasterSink, image: Image, mask?: Mask, strip = 37): Promise<void> {
  const [, rows, cols] = image.shape;
  for (let y = 0; y < rows; y += strip) {
    const height = Math.min(strip, rows - y);
    await sink.write(image.lo(0, y, 0).hi(image.shape[0], height, cols), mask?.lo(y, 0).hi(height, cols));
  }
  await sink.close();
}
