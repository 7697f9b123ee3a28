import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { BaseDecoder } from 'geotiff';

const inflateAsync = promisify(inflate);

/** TIFF's numbers of deflate: Adobe's and the older one. */
export const DEFLATE = [8, 32946];

/** Inflated at a time. */
const MOST_BYTES = 2 ** 24;

/** Deflate by zlib, in its threads: geotiff.js inflates in JavaScript, which takes more than twice as long. */
export class DeflateDecoder extends BaseDecoder {
  override async decodeBlock(block: ArrayBufferLike): Promise<ArrayBufferLike> {
    const { tileWidth, tileHeight, bitsPerSample } = this.parameters;
    const bits = (bitsPerSample as number[]).reduce((sum, b) => sum + b);
    // With room for more than the block, zlib sees the end without a second buffer.
    const chunkSize = Math.min((tileWidth * tileHeight * bits) / 8 + 64, MOST_BYTES);
    const bytes = await inflateAsync(new Uint8Array(block), { chunkSize });
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }
}
