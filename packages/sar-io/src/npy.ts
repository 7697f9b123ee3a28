import { open } from 'node:fs/promises';
import ndarray, { type NdArray } from 'ndarray';
import { SarIoError } from './errors';
import { Staging } from './files/staging';
import { PlanarFile } from './raster/planar-file';
import type { RasterSink } from './raster/raster';
import { RowSink } from './raster/row-sink';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** More describes no array of numbers. */
const MOST_HEADER_BYTES = 2 ** 16;

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
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || bytes.length < MAGIC.length + 6) {
      throw new SarIoError('CorruptFile', `${path} is not a NumPy file`);
    }
    // Versions 2 and 3 have a longer field for the length of the header.
    const [headerStart, headerBytes] =
      bytes[MAGIC.length] === 1 ? [10, bytes.readUInt16LE(8)] : [12, bytes.readUInt32LE(8)];
    const start = headerStart + headerBytes;
    const header = bytes.toString('latin1', headerStart, Math.min(start, headerStart + MOST_HEADER_BYTES));
    const [, type] = /'descr':\s*'([^']*)'/.exec(header) ?? [];
    const [, fortran] = /'fortran_order':\s*(True|False)/.exec(header) ?? [];
    if (type !== '<f4' || fortran !== 'False') {
      throw new SarIoError('UnsupportedFormat', {
        path,
        expected: 'numbers of type <f4 in C order',
        found: fortran === 'True' ? 'Fortran order' : `type ${type ?? 'of several fields, or none'}`,
        hint: "Write it with numpy.save(path, numpy.ascontiguousarray(array, '<f4'))",
      });
    }
    const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').filter((part) => part.trim());
    const size = shape.reduce((product, length) => product * Number(length), 1);
    if (bytes.length !== start + 4 * size) {
      throw new SarIoError(
        'CorruptFile',
        `${path}: expected ${start + 4 * size} bytes, found ${bytes.length}`,
      );
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
