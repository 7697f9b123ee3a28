import { type FileHandle, open } from 'node:fs/promises';
import { encodeTile, type TileFormat } from './tiles';

/** Tiles encoded at a time: keeps the threads of zlib busy, and few tiles in memory. */
const CONCURRENCY = 4;

/**
 * One resolution of an image on its way into a file: takes rows from top to bottom, keeps one row of tiles in memory,
 * and hands each row of tiles, halved, to the next coarser level.
 */
export class Level {
  /** Of each tile, row by row: where it starts in this level's file and how many bytes it has. */
  readonly offsets: number[] = [];
  readonly byteCounts: number[] = [];
  /** Bytes written so far. */
  length = 0;
  private readonly rows: Float32Array;
  private filled = 0;
  private received = 0;

  private constructor(
    readonly width: number,
    readonly height: number,
    readonly path: string,
    private readonly format: TileFormat,
    private readonly file: FileHandle,
    private readonly coarser: Level | undefined,
  ) {
    this.rows = new Float32Array(format.tileSize * width * format.samples);
  }

  static async open(
    width: number,
    height: number,
    path: string,
    format: TileFormat,
    coarser?: Level,
  ): Promise<Level> {
    return new Level(width, height, path, format, await open(path, 'wx'), coarser);
  }

  /** Appends pixel-interleaved rows. */
  async push(rows: Float32Array): Promise<void> {
    const { tileSize, samples } = this.format;
    const stride = this.width * samples;
    for (let done = 0; done < rows.length; ) {
      const part = rows.subarray(done, done + (tileSize - this.filled) * stride);
      this.rows.set(part, this.filled * stride);
      done += part.length;
      this.filled += part.length / stride;
      this.received += part.length / stride;
      if (this.filled === tileSize || this.received === this.height) await this.flush();
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async flush(): Promise<void> {
    const { tileSize, samples } = this.format;
    const rows = this.rows.subarray(0, this.filled * this.width * samples);
    const lefts = Array.from({ length: Math.ceil(this.width / tileSize) }, (_, x) => x * tileSize);
    while (lefts.length > 0) {
      const next = lefts.splice(0, CONCURRENCY);
      const tiles = await Promise.all(next.map((left) => encodeTile(rows, this.width, left, this.format)));
      for (const tile of tiles) await this.append(tile);
    }
    await this.coarser?.push(halve(rows, this.width, samples));
    this.filled = 0;
  }

  /** As GDAL lays tiles out: their size before them, their last four bytes repeated after them. */
  private async append(tile: Buffer): Promise<void> {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(tile.length);
    await this.file.appendFile(Buffer.concat([size, tile, tile.subarray(-4)]));
    this.offsets.push(this.length + 4);
    this.byteCounts.push(tile.length);
    this.length += tile.length + 8;
  }
}

/** Means of 2 × 2 pixels, of those that are not NaN; a last odd row or column is averaged alone. */
export function halve(rows: Float32Array, width: number, samples: number): Float32Array {
  const stride = width * samples;
  const height = rows.length / stride;
  const halfWidth = Math.ceil(width / 2);
  const result = new Float32Array(Math.ceil(height / 2) * halfWidth * samples);
  let to = 0;
  for (let y = 0; y < height; y += 2) {
    const bottom = Math.min(y + 1, height - 1);
    for (let x = 0; x < width; x += 2) {
      const right = Math.min(x + 1, width - 1);
      for (let s = 0; s < samples; s++) {
        let sum = 0;
        let count = 0;
        for (let v = y; v <= bottom; v++) {
          for (let u = x; u <= right; u++) {
            const value = rows[v * stride + u * samples + s];
            if (!Number.isNaN(value)) {
              sum += value;
              count++;
            }
          }
        }
        result[to++] = count > 0 ? sum / count : Number.NaN;
      }
    }
  }
  return result;
}
