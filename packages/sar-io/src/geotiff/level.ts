import { encodeTile, halve, type TileFormat, tileOf, wholeTile } from './encode-tile';
import type { TemporaryFile } from './temporary-file';
import type { Zlib } from './zlib';

/** Tiles encoded at a time, an even number: keeps the threads of zlib busy, and few tiles in memory. */
const CONCURRENCY = 4;

/** What a level is made of. */
interface LevelParts {
  width: number;
  height: number;
  format: TileFormat;
  zlib: Zlib;
  /** The encoded tiles, one after the other. */
  tiles: TemporaryFile;
  /** Rows that wait, tile by tile. */
  rows: TemporaryFile;
  coarser: Level | undefined;
}

/**
 * One resolution of an image on its way into a file: takes rows from top to bottom, and hands each row of tiles, halved, to
 * the next coarser level. Rows that do not fill their tiles yet wait in a file, so that memory does not grow with the width.
 */
export class Level {
  /** Of each tile, row by row: where it starts in this level's file and how many bytes it has. */
  readonly offsets: number[] = [];
  readonly byteCounts: number[] = [];
  /** First row of the present row of tiles, and how many of its rows wait. */
  private top = 0;
  private waiting = 0;

  readonly width: number;
  readonly height: number;
  readonly tiles: TemporaryFile;

  constructor(private readonly parts: LevelParts) {
    this.width = parts.width;
    this.height = parts.height;
    this.tiles = parts.tiles;
  }

  /** Appends rows of the full width; masked pixels are NaN. */
  async push(bands: readonly Float32Array[], mask: Uint8Array | undefined): Promise<void> {
    const height = bands[0].length / this.width;
    for (let y = 0; y < height; ) {
      const rows = Math.min(this.expected - this.waiting, height - y);
      const window = { x: 0, y, width: this.parts.format.tileSize, height: rows };
      const tile = (i: number) =>
        tileOf(bands, mask, this.width, { ...window, x: i * window.width }, this.parts.format);
      if (rows === this.expected) await this.encode(tile);
      else {
        for (let i = 0; i < this.across; i++) await this.put(i, tile(i));
        await this.advance(rows);
      }
      y += rows;
    }
  }

  async close(): Promise<void> {
    await this.tiles.close();
    await this.parts.rows.close();
  }

  private get across(): number {
    return Math.ceil(this.width / this.parts.format.tileSize);
  }

  private get rowBytes(): number {
    return 4 * this.parts.format.tileSize * this.parts.format.samples;
  }

  private get tileBytes(): number {
    return this.parts.format.tileSize * this.rowBytes;
  }

  /** Rows of the image in the present row of tiles. */
  private get expected(): number {
    return Math.min(this.parts.format.tileSize, this.height - this.top);
  }

  /** Keeps the next rows of one tile. */
  private put(i: number, rows: Float32Array): Promise<void> {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    return this.parts.rows.write(i * this.tileBytes + this.waiting * this.rowBytes, bytes);
  }

  /** To be called when each tile has got these rows. */
  private async advance(rows: number): Promise<void> {
    this.waiting += rows;
    if (this.waiting < this.expected) return;
    await this.encode(async (i) => {
      const { buffer } = await this.parts.rows.read(i * this.tileBytes, this.expected * this.rowBytes);
      return new Float32Array(buffer);
    });
  }

  /** Encodes a row of tiles. */
  private async encode(rowsOf: (tile: number) => Promise<Float32Array> | Float32Array): Promise<void> {
    const { across } = this;
    const { format, coarser, zlib } = this.parts;
    const rows = Math.ceil(this.expected / 2);
    for (let first = 0; first < across; first += CONCURRENCY) {
      const count = Math.min(CONCURRENCY, across - first);
      const tiles = await Promise.all(
        Array.from({ length: count }, async (_, i) => wholeTile(await rowsOf(first + i), format)),
      );
      for (let i = 0; coarser && i < count; i += 2)
        await coarser.put((first + i) / 2, halve(tiles[i], tiles[i + 1], rows, format));
      for (const bytes of await Promise.all(tiles.map((tile) => encodeTile(tile, format, zlib))))
        await this.append(bytes);
    }
    this.top += this.expected;
    this.waiting = 0;
    await coarser?.advance(rows);
  }

  /** As GDAL lays tiles out: their size before them, their last four bytes repeated after them. */
  private async append(tile: Uint8Array): Promise<void> {
    const { length } = this.tiles;
    const bytes = new Uint8Array(tile.length + 8);
    new DataView(bytes.buffer).setUint32(0, tile.length, true);
    bytes.set(tile, 4);
    bytes.set(tile.subarray(-4), tile.length + 4);
    await this.tiles.write(length, bytes);
    this.offsets.push(length + 4);
    this.byteCounts.push(tile.length);
  }
}
