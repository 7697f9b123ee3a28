import type { GeoTIFFImage } from 'geotiff';
import { numbersPerPixel } from './block-layout';
import { type Decompress, decompressZstd } from './decompress';
import type { Samples, SampleType } from './samples';
import type { Zlib } from './zlib';

/** TIFF's number of LERC. */
export const LERC = 34887;

/** What follows the magic of a LERC 2 block: version, checksum (from version 3 on), rows, columns, bands (from 4 on). */
const MAGIC = 'Lerc2 ';

/** What the blocks of an image hold. */
interface LercBlocks {
  width: number;
  numbersPerPixel: number;
  type: SampleType;
  /** 1 for deflate, 2 for ZSTD, 0 for none. */
  additionalCompression: number;
}

export const lercBlocks = (image: GeoTIFFImage, type: SampleType): LercBlocks => ({
  width: image.getTileWidth(),
  numbersPerPixel: numbersPerPixel(image, type),
  type,
  additionalCompression: Number(image.fileDirectory.getValue('LercParameters')?.[1] ?? 0),
});

/** What `lerc`, which has no types, makes of a block. */
interface Decoder {
  decode(
    input: ArrayBuffer,
    options: { returnPixelInterleavedDims: boolean },
  ): {
    width: number;
    dimCount: number;
    /** Of one band; where it is stored as it is, part of the input. */
    pixels: readonly [Samples];
    /** Absent where all pixels are valid. */
    mask?: Uint8Array | null;
  };
}

/**
 * LERC blocks, which may be compressed once more. Numbers that a block masks are NaN where they are floats, as libtiff reads
 * them.
 */
export function decompressLerc(
  { width, numbersPerPixel, type, additionalCompression }: LercBlocks,
  zlib: Zlib,
): Decompress {
  return async (block, limit) => {
    // A block is hardly larger than its samples.
    const most = 2 * limit + 4096;
    let bytes = block;
    if (additionalCompression === 1) bytes = await zlib.decompress(block, most);
    else if (additionalCompression === 2) bytes = await decompressZstd(block, most);
    else if (additionalCompression !== 0)
      throw new RangeError(`additional compression ${additionalCompression} is not known`);
    const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
    if (magic !== MAGIC || bytes.length < 30) throw new RangeError('expected LERC 2');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const at = view.getInt32(6, true) >= 3 ? 14 : 10;
    const bands = view.getInt32(6, true) >= 4 ? view.getInt32(at + 8, true) : 1;
    const count = view.getInt32(at, true) * view.getInt32(at + 4, true) * Math.max(1, bands);
    if (!(count > 0 && count * type.bytes <= limit))
      throw new RangeError(`expected at most ${limit} bytes of numbers`);
    // @ts-expect-error: it has no types
    const { default: lerc }: { default: Decoder } = await import('lerc');
    const decoded = lerc.decode(bytes.slice().buffer, { returnPixelInterleavedDims: true });
    const [numbers] = decoded.pixels;
    const found = [decoded.width, decoded.dimCount, numbers.BYTES_PER_ELEMENT];
    const expected = [width, numbersPerPixel, type.bytes];
    if (found.join() !== expected.join() || numbers.length !== count)
      throw new RangeError(`expected columns, bands and bytes ${expected}, found ${found}`);
    const isFloat = numbers instanceof Float32Array || numbers instanceof Float64Array;
    if (isFloat && decoded.mask) {
      for (const [pixel, valid] of decoded.mask.entries())
        if (!valid) numbers.fill(Number.NaN, pixel * numbersPerPixel, (pixel + 1) * numbersPerPixel);
    }
    return new Uint8Array(numbers.buffer as ArrayBuffer, numbers.byteOffset, numbers.byteLength);
  };
}
