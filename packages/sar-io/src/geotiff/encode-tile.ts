import { ownTurn } from '@mtpi/jobs';
import type { Window } from '@mtpi/polsar-priors';
import type { Zlib } from './zlib';

export type Compression = 'deflate' | 'none';

/** How the tiles of an image are stored: pixel-interleaved float32 numbers, or bytes. */
export interface TileFormat {
  tileSize: number;
  /** Numbers per pixel. */
  samples: number;
  compression: Compression;
  /** TIFF's floating-point predictor (3), or none (1). */
  predictor: 1 | 3;
  /** Numbers 0 … 255 are stored as bytes, NaN as 0. */
  bytes?: boolean;
}

/**
 * The pixels of a window, pixel-interleaved; NaN where they are masked, or right of the image.
 *
 * @param bands Rows of the full width.
 * @param width Pixels in a row.
 */
export function tileOf(
  bands: readonly Float32Array[],
  mask: Uint8Array | undefined,
  width: number,
  window: Window,
  { samples }: TileFormat,
): Float32Array {
  const tile = new Float32Array(window.width * window.height * samples);
  const cols = Math.min(window.width, width - window.x);
  if (cols < window.width) tile.fill(Number.NaN);
  for (let y = 0; y < window.height; y++) {
    const from = (window.y + y) * width + window.x;
    const start = y * window.width * samples;
    for (let b = 0; b < samples; b++) {
      const band = bands[b];
      for (let x = 0, to = start + b; x < cols; x++, to += samples) tile[to] = band[from + x];
    }
    for (let x = 0; mask && x < cols; x++)
      if (!mask[from + x]) tile.fill(Number.NaN, start + x * samples, start + (x + 1) * samples);
  }
  return tile;
}

/** A tile from its upper rows; the others are NaN. */
export function wholeTile(rows: Float32Array, { tileSize, samples }: TileFormat): Float32Array {
  const length = tileSize * tileSize * samples;
  if (rows.length === length) return rows;
  const tile = new Float32Array(length).fill(Number.NaN);
  tile.set(rows);
  return tile;
}

/**
 * The upper rows of a tile of the next coarser level, from the two tiles (or the last one) that make it: means of 2 × 2
 * pixels, of those that are not NaN.
 */
export function halve(
  left: Float32Array,
  right: Float32Array | undefined,
  rows: number,
  { tileSize, samples }: TileFormat,
): Float32Array {
  const stride = tileSize * samples;
  const result = new Float32Array(rows * stride).fill(Number.NaN);
  for (const [i, tile] of [left, right].entries()) {
    if (!tile) continue;
    for (let y = 0; y < rows; y++) {
      let to = y * stride + (i * stride) / 2;
      for (let x = 0; x < tileSize; x += 2) {
        for (let s = 0; s < samples; s++) {
          const a = 2 * y * stride + x * samples + s;
          result[to++] = mean(tile[a], tile[a + samples], tile[a + stride], tile[a + stride + samples]);
        }
      }
    }
  }
  return result;
}

/** Of those that are not NaN; where all are, the one NaN that files have. */
function mean(a: number, b: number, c: number, d: number): number {
  const sum = a + b + c + d;
  if (!Number.isNaN(sum)) return sum / 4;
  const valid = [a, b, c, d].filter((value) => !Number.isNaN(value));
  return valid.length > 0 ? valid.reduce((total, value) => total + value) / valid.length : Number.NaN;
}

/** A tile as bytes of a TIFF; overwrites the tile. */
export async function encodeTile(
  tile: Float32Array,
  { tileSize, samples, compression, predictor, bytes: asBytes }: TileFormat,
  zlib: Zlib,
): Promise<Uint8Array> {
  await ownTurn();
  const bytes = asBytes
    ? new Uint8Array(Uint8ClampedArray.from(tile).buffer)
    : new Uint8Array(tile.buffer as ArrayBuffer);
  if (predictor === 3) predictFloats(bytes, tileSize * samples, samples);
  return compression === 'none' ? bytes : zlib.compress(bytes, predictor === 3);
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
