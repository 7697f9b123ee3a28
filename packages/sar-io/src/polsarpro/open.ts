import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COVARIANCE_BANDS, createImage, planes, type Window } from '@mtpi/polsar-priors';
import { acquisitionDate } from '../acquisition-date';
import { SarIoError } from '../errors';
import type { Georeference } from '../georeference';
import {
  type BandInfo,
  checkWindow,
  type MaskedImage,
  maskInvalid,
  type RasterSource,
  type ReadOptions,
} from '../raster';
import { parseConfig } from './config';
import { type EnviHeader, parseEnviHeader } from './envi-header';

/** Says which pixels are valid, 1 or 0 as float32, where a folder has it. */
export const VALID_PIXELS = 'mask_valid_pixels';

/**
 * Opens a PolSARpro folder: `config.txt` and one float32 file per band, by default the covariance C11, C22, C12_real,
 * C12_imag. Headers `X.bin.hdr` or `X.hdr`, where there are any, tell byte order and georeference.
 *
 * @param bands Files to read, without `.bin`: any of the folder, such as `entropy`.
 * @throws SarIoError `NotFound`, `CorruptFile` where a file is missing or not of the size of the image,
 * `UnsupportedFormat`.
 */
export async function openPolsarpro(
  folder: string,
  { bands = COVARIANCE_BANDS }: { bands?: readonly string[] } = {},
): Promise<RasterSource> {
  const files = await readdir(folder).catch((cause) => {
    throw new SarIoError('NotFound', `${folder} is not a folder that can be read`, { cause });
  });
  const missing = bands.filter((band) => !files.includes(`${band}.bin`));
  if (missing.length > 0) {
    const found = files.filter((file) => file.endsWith('.bin')).join(', ') || 'no .bin file';
    throw new SarIoError(
      'CorruptFile',
      `${folder}: expected ${missing.map((b) => `${b}.bin`).join(', ')}, got ${found}`,
    );
  }
  const headers = new Map<string, EnviHeader>();
  for (const band of [...bands, VALID_PIXELS]) {
    const file = [`${band}.bin.hdr`, `${band}.hdr`].find((name) => files.includes(name));
    if (file) headers.set(band, parseEnviHeader(await readFile(join(folder, file), 'utf8')));
  }
  const first = headers.get(bands[0]);
  const config = files.find((file) => file.toLowerCase() === 'config.txt');
  const size =
    (config && parseConfig(await readFile(join(folder, config), 'utf8'))) ??
    (first?.samples && first.lines ? { width: first.samples, height: first.lines } : undefined);
  if (!size) throw new SarIoError('CorruptFile', `${folder}: expected a config.txt with Nrow and Ncol`);
  const planesOf = [...bands, ...(files.includes(`${VALID_PIXELS}.bin`) ? [VALID_PIXELS] : [])];
  const opened: Plane[] = [];
  try {
    for (const band of planesOf) {
      opened.push(await Plane.open(join(folder, `${band}.bin`), size.width, size.height, headers.get(band)));
    }
  } catch (error) {
    await Promise.all(opened.map((plane) => plane.close()));
    throw error;
  }
  return new PolsarproSource(folder, size.width, size.height, bands, first?.georeference ?? {}, opened);
}

class PolsarproSource implements RasterSource {
  readonly bands: readonly BandInfo[];
  readonly dataType = 'float32';
  readonly complex = false;
  readonly acquired?: Date;
  readonly metadata = {};

  constructor(
    readonly path: string,
    readonly width: number,
    readonly height: number,
    bands: readonly string[],
    readonly georeference: Georeference,
    /** One per band, then the valid pixels if the folder has them. */
    private readonly planes: readonly Plane[],
  ) {
    this.bands = bands.map((name) => ({ name }));
    this.acquired = acquisitionDate(path);
  }

  async read(
    window: Window,
    { signal, bands = this.bands.map((_, b) => b) }: ReadOptions & { bands?: readonly number[] } = {},
  ): Promise<MaskedImage> {
    checkWindow(window, this);
    const image = createImage(bands.length, window.height, window.width);
    const targets = planes(image);
    for (const [i, band] of bands.entries()) {
      signal?.throwIfAborted();
      await this.planes[band].read(window, targets[i]);
    }
    const valid = this.planes[this.bands.length];
    if (!valid) return maskInvalid(image, () => false);
    const mask = new Float32Array(window.width * window.height);
    await valid.read(window, mask);
    return maskInvalid(image, (_, i) => mask[i] === 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.planes.map((plane) => plane.close()));
  }
}

/** One file of a folder: float32, row by row. */
class Plane {
  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly width: number,
    private readonly offset: number,
    private readonly bigEndian: boolean,
  ) {}

  static async open(path: string, width: number, height: number, header?: EnviHeader): Promise<Plane> {
    if (header && header.dataType !== 4) {
      throw new SarIoError(
        'UnsupportedFormat',
        `${path}: expected ENVI data type 4 (float32), got ${header.dataType}`,
      );
    }
    const offset = header?.headerOffset ?? 0;
    const file = await open(path);
    const [{ size }, expected] = [await file.stat(), offset + 4 * width * height];
    if (size !== expected) {
      await file.close();
      const sizes = `expected ${expected} bytes for ${width} × ${height} float32, got ${size}`;
      throw new SarIoError('CorruptFile', `${path}: ${sizes}`);
    }
    return new Plane(file, path, width, offset, header?.bigEndian ?? false);
  }

  async read({ x, y, width, height }: Window, target: Float32Array): Promise<void> {
    // Full rows in one go: a window's rows lie close together, and one long read is faster than many short ones.
    const bytes = Buffer.alloc(4 * ((height - 1) * this.width + width));
    const { bytesRead } = await this.file.read(
      bytes,
      0,
      bytes.length,
      this.offset + 4 * (y * this.width + x),
    );
    if (bytesRead < bytes.length) throw new SarIoError('CorruptFile', `${this.path} ended while it was read`);
    if (this.bigEndian) bytes.swap32();
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    for (let row = 0; row < height; row++) {
      target.set(values.subarray(row * this.width, row * this.width + width), row * width);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
