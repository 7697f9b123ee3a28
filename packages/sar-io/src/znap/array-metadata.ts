import { mostBytes, RAISE_HINT } from '../bytes/limits';
import { SarIoError } from '../errors';

/** Contents of a `.zarray` of zarr version 2 for a two-dimensional array of numbers. */
export interface ArrayMetadata {
  shape: readonly [rows: number, columns: number];
  chunks: readonly [rows: number, columns: number];
  /** Bytes of a decompressed chunk. */
  chunkBytes: number;
  /** Identifier of the compressor, such as `blosc`. */
  compressor?: string;
  /** The document without its compressor, for chunks that are decompressed already. */
  uncompressed: Uint8Array;
}

/** Of a chunk or document; SNAP writes some megabytes at most. */
const MOST_CHUNK_BYTES = 2 ** 27;

/** @throws SarIoError `UnsupportedFormat` where a chunk is too large to be held in memory. */
export function checkChunkSize(path: string, size: number): void {
  const most = mostBytes(MOST_CHUNK_BYTES);
  if (size <= most) return;
  throw new SarIoError('UnsupportedFormat', {
    ...{ path, expected: `chunks of at most ${most} bytes`, found: `${size} bytes`, hint: RAISE_HINT },
  });
}

/**
 * @returns undefined for arrays of other dimensions or types.
 * @throws SarIoError `CorruptFile`, `UnsupportedFormat` for chunks that are too large to be held in memory.
 */
export function parseArrayMetadata(bytes: Uint8Array, path: string): ArrayMetadata | undefined {
  const document = parseJsonObject(bytes, path);
  const { shape, chunks, dtype, compressor, zarr_format, fill_value, order, filters } = document;
  if (Array.isArray(shape) && shape.length !== 2) return undefined;
  const type = /^[<>|][iuf]([1248])$/.exec(typeof dtype === 'string' ? dtype : '');
  if (!type) return undefined;
  if (!isSize(shape) || !isSize(chunks)) {
    throw new SarIoError('CorruptFile', {
      ...{ path, expected: 'shape and chunks of two positive numbers each' },
      found: `${JSON.stringify(shape)}, ${JSON.stringify(chunks)}`.slice(0, 100),
    });
  }
  const chunkBytes = chunks[0] * chunks[1] * Number(type[1]);
  checkChunkSize(path, chunkBytes);
  if (filters != null && !(Array.isArray(filters) && filters.length === 0)) {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'an array without filters',
      found: 'filters',
    });
  }
  const { dimension_separator } = document;
  const plain = { zarr_format, shape, chunks, dtype, fill_value, order, filters: null, dimension_separator };
  if (Object.values(plain).some((value) => typeof value === 'object' && value !== null && !isSize(value))) {
    throw new SarIoError('CorruptFile', { path, expected: 'plain values', found: 'nested ones' });
  }
  const { id } = (compressor ?? {}) as { id?: unknown };
  return {
    ...{ shape, chunks, chunkBytes },
    ...(id !== undefined && { compressor: String(id) }),
    uncompressed: new TextEncoder().encode(JSON.stringify({ ...plain, compressor: null })),
  };
}

/** @throws SarIoError `CorruptFile` where these bytes are not a JSON object. */
export function parseJsonObject(bytes: Uint8Array, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SarIoError('CorruptFile', { path, expected: 'a JSON object', found: reason, cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new SarIoError('CorruptFile', { path, expected: 'a JSON object', found: 'another value' });
}

const isSize = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((n) => Number.isSafeInteger(n) && n > 0);
