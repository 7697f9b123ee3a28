import { type FileHandle, open } from 'node:fs/promises';
import { PlanarFile } from '../planar-file';
import { encodeTile, halve, type TileFormat, tileOf, wholeTile } from './tiles';

/** Tiles encoded at a time, an even number: keeps the threads of zlib busy, and few tiles in memory. */
const CONCURRENCY = 4;

/**
 * One resolution of an image on its way into a file: takes rows from top to bottom, and hands each row of tiles, halved, to
 * the next coarser level. Rows that do not fill their tiles yet wait in a file, so that memory does not grow with the width.
 */
export class Level {
  /** Of each tile, row by row: where it starts in this level's file and how many bytes it has. */
  readonly offsets: number[] = [];
  readonly byteCounts: number[] = [];
  /** Bytes written so far. */
  length = 0;
  /** First row of the present row of tiles, and how many of its rows wait. */
  private top = 0;
  private waiting = 0;

  private constructor(
    readonly width: number,
    readonly height: number,
    readonly path: string,
    private readonly format: TileFormat,
    private readonly file: FileHandle,
    /** A plane for each tile. */
    private readonly scratch: PlanarFile,
    private readonly coarser: Level | undefined,
  ) {}

  static async open(
    width: number,
    height: number,
    path: string,
    format: TileFormat,
    coarser?: Level,
  ): Promise<Level> {
    const scratch = await PlanarFile.create(`${path}.rows`, format.tileSize ** 2 * format.samples);
    return new Level(width, height, path, format, await open(path, 'wx'), scratch, coarser);
  }

  /** Appends rows of the full width; masked pixels are NaN. */
  async push(bands: readonly Float32Array[], mask: Uint8Array | undefined): Promise<void> {
    const height = bands[0].length / this.width;
    for (let y = 0; y < height; ) {
      const rows = Math.min(this.expected - this.waiting, height - y);
      const window = { x: 0, y, width: this.format.tileSize, height: rows };
      const tile = (i: number) =>
        tileOf(bands, mask, this.width, { ...window, x: i * window.width }, this.format);
      if (rows === this.expected) await this.encode(tile);
      else {
        for (let i = 0; i < this.across; i++) await this.put(i, tile(i));
        await this.advance(rows);
      }
      y += rows;
    }
  }

  async close(): Promise<void> {
    await this.file.close();
    await this.scratch.close();
  }

  private get across(): number {
    return Math.ceil(this.width / this.format.tileSize);
  }

  /** Rows of the image in the present row of tiles. */
  private get expected(): number {
    return Math.min(this.format.tileSize, this.height - this.top);
  }

  /** Keeps the next rows of one tile. */
  private put(i: number, rows: Float32Array): Promise<void> {
    return this.scratch.write(i, this.waiting * this.format.tileSize * this.format.samples, rows);
  }

  /** To be called when each tile has got these rows. */
  private async advance(rows: number): Promise<void> {
    this.waiting += rows;
    if (this.waiting < this.expected) return;
    const { tileSize, samples } = this.format;
    await this.encode((i) => this.scratch.read(i, 0, this.expected * tileSize * samples));
  }

  /** Encodes a row of tiles. */
  private async encode(rowsOf: (tile: number) => Promise<Float32Array> | Float32Array): Promise<void> {
    const { format, coarser, across } = this;
    const rows = Math.ceil(this.expected / 2);
    for (let first = 0; first < across; first += CONCURRENCY) {
      const count = Math.min(CONCURRENCY, across - first);
      const tiles = await Promise.all(
        Array.from({ length: count }, async (_, i) => wholeTile(await rowsOf(first + i), format)),
      );
      for (let i = 0; coarser && i < count; i += 2)
        await coarser.put((first + i) / 2, halve(tiles[i], tiles[i + 1], rows, format));
      for (const bytes of await Promise.all(tiles.map((tile) => encodeTile(tile, format))))
        await this.append(bytes);
    }
    this.top += this.expected;
    this.waiting = 0;
    await coarser?.advance(rows);
  }

  /** As GDAL lays tiles out: their size before them, their last four bytes repeated after them. */
  private async append(tile: Buffer): Promise<void> {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(tile.length);
    for (const part of [size, tile, tile.subarray(-4)]) await this.file.appendFile(part);
    this.offsets.push(this.length + 4);
    this.byteCounts.push(tile.length);
    this.length += tile.length + 8;
  }
}
