import { BaseDecoder } from 'geotiff';
import type { Decompress } from './decompress';
import { swapBytes } from './samples';

/** Decompresses a block, then undoes TIFF's predictor as geotiff.js does. */
export class BlockDecoder extends BaseDecoder {
  constructor(
    parameters: BaseDecoder['parameters'],
    private readonly decompress: Decompress,
    private readonly blockBytes: number,
    /** Bytes of the numbers that are swapped before the predictor is undone; 1 for none. */
    private readonly swapped: number,
  ) {
    super(parameters);
  }

  override async decodeBlock(block: ArrayBufferLike): Promise<ArrayBufferLike> {
    const bytes = await this.decompress(new Uint8Array(block as ArrayBuffer), this.blockBytes);
    swapBytes(bytes, this.swapped);
    const { buffer, byteOffset, byteLength } = bytes;
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  }
}
