import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { decompressZstd } from '../geotiff/decompress';
import { nodeZlib } from '../geotiff/node-zlib';

const gunzipAsync = promisify(gunzip);

/**
 * Decompresses a zarr chunk of a known size; it is refused before it grows beyond it.
 *
 * @throws RangeError for another size; as the decompressors for damaged bytes.
 */
export async function decompressChunk(
  compressor: string | undefined,
  bytes: Uint8Array<ArrayBuffer>,
  expected: number,
): Promise<Uint8Array> {
  switch (compressor) {
    case undefined:
      return bytes;
    case 'zlib':
      return nodeZlib.decompress(bytes, expected);
    case 'gzip':
      return gunzipAsync(bytes, { maxOutputLength: Math.max(1, expected) });
    case 'zstd':
      return decompressZstd(bytes, expected);
    case 'blosc': {
      checkSize(bytes, 4, expected);
      const { default: Blosc } = await import('numcodecs/blosc');
      return Blosc.fromConfig({ id: 'blosc' }).decode(bytes);
    }
    case 'lz4': {
      checkSize(bytes, 0, expected);
      const { default: Lz4 } = await import('numcodecs/lz4');
      return Lz4.fromConfig({ id: 'lz4' }).decode(bytes);
    }
  }
  throw new UnknownCompressorError(`compressor ${compressor} is not supported`);
}

export class UnknownCompressorError extends Error {}

/** The decompressed size that the bytes themselves give at a position. */
function checkSize(bytes: Uint8Array, position: number, expected: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint32(position, true);
  if (found !== expected) throw new RangeError(`expected a chunk of ${expected} bytes, found ${found}`);
}
