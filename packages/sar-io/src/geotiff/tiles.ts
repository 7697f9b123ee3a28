import { promisify } from 'node:util';
import { constants, deflate } from 'node:zlib';

const deflateAsync = promisify(deflate);

const { Z_RLE, Z_DEFAULT_STRATEGY } = constants;

/** On speckle, level 6 saves one percent more and takes several times as long. */
const LEVEL = 4;

/** In predicted bytes few things repeat but single bytes; to look for more saves 3 % and takes three times as long. */
const strategyOf = (predictor: 1 | 3) => (predictor === 3 ? Z_RLE : Z_DEFAULT_STRATEGY);

export type Compression = 'deflate' | 'none';

/** How the tiles of an image are stored: pixel-interleaved float32 numbers. */
export interface TileFormat {
  tileSize: number;
  /** Numbers per pixel. */
  samples: number;
  compression: Compression;
  /** TIFF's floating-point predictor (3), or none (1). */
  predictor: 1 | 3;
}

/**
 * One tile as bytes of a TIFF.
 *
 * @param rows Pixel-interleaved rows of the whole image; what lies outside them is NaN in the tile.
 * @param width Pixels in a row.
 * @param left First column of the tile.
 */
export async function encodeTile(
  rows: Float32Array,
  width: number,
  left: number,
  { tileSize, samples, compression, predictor }: TileFormat,
): Promise<Buffer> {
  const tile = new Float32Array(tileSize * tileSize * samples).fill(Number.NaN);
  const stride = width * samples;
  const right = Math.min(left + tileSize, width);
  for (let y = 0; y * stride < rows.length; y++) {
    const row = rows.subarray(y * stride + left * samples, y * stride + right * samples);
    tile.set(row, y * tileSize * samples);
  }
  const bytes = new Uint8Array(tile.buffer);
  if (predictor === 3) predictFloats(bytes, tileSize * samples, samples);
  if (compression === 'none') return Buffer.from(bytes.buffer);
  return deflateAsync(bytes, { level: LEVEL, strategy: strategyOf(predictor), chunkSize: bytes.length });
}

/**
 * TIFF's floating-point predictor (Adobe Photoshop TIFF technical note 3), in place: in each row the bytes of equal
 * significance lie together, highest first, and each byte is the difference to the one of the pixel before.
 *
 * @param length Numbers in a row.
 */
export function predictFloats(bytes: Uint8Array, length: number, samples: number): void {
  const row = new Uint8Array(4 * length);
  for (let start = 0; start < bytes.length; start += row.length) {
    for (let i = 0, from = start; i < length; i++, from += 4) {
      row[i] = bytes[from + 3];
      row[i + length] = bytes[from + 2];
      row[i + 2 * length] = bytes[from + 1];
      row[i + 3 * length] = bytes[from];
    }
    for (let i = row.length - 1; i >= samples; i--) row[i] -= row[i - samples];
    bytes.set(row, start);
  }
}
