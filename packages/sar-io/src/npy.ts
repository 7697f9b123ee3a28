import { open } from 'node:fs/promises';
import ndarray, { type NdArray } from 'ndarray';
import { SarIoError } from './errors';
import { PlanarFile } from './planar-file';
import type { RasterSink } from './raster';
import { RowSink } from './row-sink';
import { Staging } from './staging';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

export interface NpyOptions {
  bands: number;
  width: number;
  height: number;
  signal?: AbortSignal;
}

/**
 * Starts a NumPy file (NPY 1.0): float32, C order, [bands, rows, cols]. Masked pixels are NaN.
 *
 * @throws SarIoError `NotFound` if there is no folder to write to.
 */
export async function createNpy(path: string, options: NpyOptions): Promise<RasterSink> {
  const { bands, width, height } = options;
  const staging = await Staging.open(path);
  const file = await PlanarFile.create(
    staging.path('npy'),
    width * height,
    npyHeader([bands, height, width]),
  ).catch(async (error) => {
    await staging.discard();
    throw error;
  });
  return new RowSink(path, options, {
    async write(planes, mask, first) {
      for (const [b, plane] of planes.entries()) {
        await file.write(b, first, mask ? plane.map((value, i) => (mask[i] ? value : Number.NaN)) : plane);
      }
    },
    async publish() {
      await file.close();
      await staging.publishFile('npy');
    },
    async discard() {
      await file.close();
      await staging.discard();
    },
  });
}

/**
 * Reads a NumPy file of float32 in C order, any shape.
 *
 * @throws SarIoError `NotFound`, `UnsupportedFormat` (other types, Fortran order), `CorruptFile`.
 */
export async function readNpy(path: string): Promise<NdArray<Float32Array>> {
  const file = await open(path).catch((cause) => {
    throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { cause });
  });
  try {
    const bytes = await file.readFile();
    const start = MAGIC.length + 4 + (bytes.length > 10 ? bytes.readUInt16LE(8) : 0);
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || bytes.length < start) {
      throw new SarIoError('CorruptFile', `${path} is not a NumPy file`);
    }
    const header = bytes.toString('latin1', 10, start);
    if (bytes[6] !== 1 || !/'descr':\s*'<f4'/.test(header) || !/'fortran_order':\s*False/.test(header)) {
      throw new SarIoError(
        'UnsupportedFormat',
        `${path}: expected NPY 1.0, <f4, C order, got ${header.trim()}`,
      );
    }
    const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').filter((part) => part.trim());
    const size = shape.reduce((product, length) => product * Number(length), 1);
    if (bytes.length !== start + 4 * size) {
      throw new SarIoError('CorruptFile', `${path}: expected ${start + 4 * size} bytes, got ${bytes.length}`);
    }
    return ndarray(new Float32Array(new Uint8Array(bytes.subarray(start)).buffer), shape.map(Number));
  } finally {
    await file.close();
  }
}

/** Magic, version 1.0, length, and a Python dictionary padded so that the data begin at a multiple of 64 bytes. */
function npyHeader(shape: readonly number[]): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const length = Math.ceil((MAGIC.length + 4 + text.length + 1) / 64) * 64 - MAGIC.length - 4;
  const fixed = Buffer.from([1, 0, length & 255, length >> 8]);
  return Buffer.concat([MAGIC, fixed, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1')]);
}
