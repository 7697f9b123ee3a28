import type { Window } from '@mtpi/polsar-priors';
import type { ByteSource } from '../bytes/byte-source';
import { openFile } from '../bytes/file-source';
import { SarIoError } from '../errors';
import { type SampleType, samplesOf } from '../geotiff/samples';
import type { Plane } from '../raster/planar-source';
import type { DataType } from '../raster/raster';

/** Bands one after the other, row by row in turn, or pixel by pixel in turn. */
export type Interleave = 'bsq' | 'bil' | 'bip';

/** How the samples of an uncompressed file lie. */
export interface BandLayout {
  width: number;
  height: number;
  bands: number;
  interleave: Interleave;
  type: SampleType;
  bigEndian: boolean;
  /** Bytes before the first sample. */
  offset: number;
}

/** Windows narrower than this share of the image are read row by row, wider ones in one go. */
const NARROW = 1 / 4;

/** An uncompressed file of one or more bands. */
export class BandFile {
  private constructor(
    private readonly file: ByteSource,
    private readonly layout: BandLayout,
  ) {}

  /** @throws SarIoError `NotFound`, `CorruptFile` unless the file has the size that its layout asks for. */
  static async open(path: string, layout: BandLayout): Promise<BandFile> {
    const { width, height, bands, type, offset } = layout;
    const file = await openFile(path);
    const expected = offset + bands * width * height * type.bytes * type.components;
    if (file.size !== expected) {
      await file.close();
      const contents = `${bands > 1 ? `${bands} bands of ` : ''}${width} × ${height} ${type.dataType}`;
      throw new SarIoError(
        'CorruptFile',
        `${path}: expected ${expected} bytes for ${contents}, found ${file.size}`,
      );
    }
    return new BandFile(file, layout);
  }

  get dataType(): DataType {
    return this.layout.type.dataType;
  }

  /** A band, by its index from 0. */
  plane(band: number): Plane {
    return { read: (window, targets, signal) => this.read(band, window, targets, signal) };
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async read(
    band: number,
    { x, y, width, height }: Window,
    targets: readonly Float32Array[],
    signal?: AbortSignal,
  ): Promise<void> {
    const { components, bytes } = this.layout.type;
    const { first, pixel, row } = this.strides(band);
    const rowLength = (width - 1) * pixel + components;
    const rowsAtOnce = rowLength < NARROW * row ? 1 : height;
    const readRows = async (top: number) => {
      const length = (rowsAtOnce - 1) * row + rowLength;
      const position = this.layout.offset + bytes * (first + (y + top) * row + x * pixel);
      const block = await this.file.read(position, bytes * length, signal);
      const values = samplesOf(block.buffer, this.layout.type, !this.layout.bigEndian);
      for (const [c, target] of targets.entries()) {
        for (let r = 0; r < rowsAtOnce; r++) {
          let from = r * row + c;
          let to = (top + r) * width;
          for (let i = 0; i < width; i++, from += pixel) target[to++] = values[from];
        }
      }
    };
    await Promise.all(Array.from({ length: height / rowsAtOnce }, (_, i) => readRows(i * rowsAtOnce)));
  }

  /** Where a band's first number is, and how many numbers on its next pixel and its next row are. */
  private strides(band: number): { first: number; pixel: number; row: number } {
    const { width, height, bands, interleave, type } = this.layout;
    const [pixel, line] = [type.components, type.components * width];
    if (interleave === 'bip') return { first: band * pixel, pixel: bands * pixel, row: bands * line };
    if (interleave === 'bil') return { first: band * line, pixel, row: bands * line };
    return { first: band * height * line, pixel, row: line };
  }
}
