import type { Window } from '@mtpi/polsar-priors';
import type { ByteSource, ReadOptions } from '@mtpi/sar-io';
import { SarIoError } from '@mtpi/sar-io';
import { Blocks, geotiffJsSource, nodeZlib } from '@mtpi/sar-io/node';
import { GeoTIFF, type GeoTIFFImage } from 'geotiff';
import type { Annotation } from './annotation';

/** Bytes of a complex sample. */
const SAMPLE_BYTES = 4;

/** Bytes read at a time where rows are contiguous. */
const CHUNK_BYTES = 8 * 2 ** 20;

/** Part of a burst; default: all of it. */
export interface BurstWindow extends ReadOptions {
  /** First sample, and number of samples. */
  x?: number;
  width?: number;
  /** First line within the burst, and number of lines. */
  firstLine?: number;
  lines?: number;
}

/** The measurement image of one swath and polarization: complex 16-bit integers, bursts concatenated. */
export class Measurement {
  private constructor(
    readonly annotation: Annotation,
    private readonly file: ByteSource,
    private readonly blocks: Blocks,
    /** Position of the first row in the file, if the rows are uncompressed and contiguous. */
    private readonly start: number | undefined,
  ) {}

  /**
   * @throws SarIoError `UnsupportedFormat` unless the TIFF is little-endian and its samples are complex 16-bit integers,
   *   uncompressed or compressed by deflate, LZW or ZSTD; `CorruptFile` where it is no TIFF, truncated or does not match
   *   its annotation.
   */
  static async open(file: ByteSource, annotation: Annotation): Promise<Measurement> {
    const { path } = file;
    let image: GeoTIFFImage;
    let blocks: Blocks;
    let start: number | undefined;
    try {
      image = await (await GeoTIFF.fromSource(geotiffJsSource(file))).getImage();
      if (!image.littleEndian) {
        throw new SarIoError('UnsupportedFormat', {
          path,
          expected: 'a little-endian TIFF',
          found: 'a big-endian one',
        });
      }
      blocks = await Blocks.open(file, image, nodeZlib);
      start = await contiguousStart(image);
    } catch (cause) {
      if (cause instanceof SarIoError) throw cause;
      throw new SarIoError('CorruptFile', {
        path,
        expected: 'a TIFF',
        found: 'none that can be read',
        hint: 'download the product again',
        cause,
      });
    }
    const found = `${blocks.samplesPerPixel} × ${blocks.type.dataType}`;
    if (found !== '1 × cint16') {
      throw new SarIoError('UnsupportedFormat', { path, expected: 'samples of 1 × cint16', found });
    }
    const { samples, lines } = annotation;
    if (image.getWidth() !== samples || image.getHeight() !== lines) {
      throw new SarIoError('CorruptFile', {
        path,
        expected: `${samples} × ${lines} samples as in ${annotation.path}`,
        found: `${image.getWidth()} × ${image.getHeight()}`,
      });
    }
    return new Measurement(annotation, file, blocks, start);
  }

  get path(): string {
    return this.file.path;
  }

  /**
   * Samples of a burst (numbered from 0) as pairs I, Q: [lines, width, 2]. A sample of value 0 may be valid: validity is
   * given by `firstValidSample` and `lastValidSample` of the annotation.
   *
   * @throws SarIoError `InvalidArgument` where the window exceeds the burst, `CorruptFile`, `ReadFailed`.
   */
  async readBurst(index: number, window: BurstWindow = {}): Promise<Int16Array> {
    const { samples, linesPerBurst, bursts } = this.annotation;
    const { x = 0, width = samples - x, firstLine = 0, lines = linesPerBurst - firstLine, signal } = window;
    const whole = [index, x, width, firstLine, lines].every(Number.isInteger);
    const inside = x >= 0 && x + width <= samples && firstLine >= 0 && firstLine + lines <= linesPerBurst;
    if (!whole || !inside || width < 1 || lines < 1 || index < 0 || index >= bursts.length) {
      throw new SarIoError('InvalidArgument', {
        path: this.path,
        expected: `a window within ${samples} × ${linesPerBurst} samples of bursts 0 to ${bursts.length - 1}`,
        found: `${width} × ${lines} at (${x}, ${firstLine}) of burst ${index}`,
      });
    }
    const y = index * linesPerBurst + firstLine;
    const target = new Int16Array(lines * width * 2);
    if (this.start === undefined) await this.readBlocks({ x, y, width, height: lines }, target, signal);
    else await this.readRows(this.start, { x, y, width, height: lines }, target, signal);
    return target;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async readRows(
    start: number,
    window: Window,
    target: Int16Array,
    signal?: AbortSignal,
  ): Promise<void> {
    const rowBytes = this.annotation.samples * SAMPLE_BYTES;
    const rowsAtATime = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
    const stride = window.width * 2;
    for (let row = 0; row < window.height; row += rowsAtATime) {
      const rows = Math.min(rowsAtATime, window.height - row);
      const from = start + (window.y + row) * rowBytes + window.x * SAMPLE_BYTES;
      const bytes = await this.file.read(from, (rows - 1) * rowBytes + window.width * SAMPLE_BYTES, signal);
      const pairs = new Int16Array(bytes.buffer);
      for (let r = 0; r < rows; r++) {
        const first = (r * rowBytes) / 2;
        target.set(pairs.subarray(first, first + stride), (row + r) * stride);
      }
    }
  }

  private async readBlocks(window: Window, target: Int16Array, signal?: AbortSignal): Promise<void> {
    const { x, y, width, height } = window;
    await this.blocks.visit(
      window,
      [0],
      (pairs, _, block) => {
        const [left, right] = [Math.max(x, block.x), Math.min(x + width, block.x + block.width)];
        for (let row = Math.max(y, block.y); row < Math.min(y + height, block.y + block.height); row++) {
          const from = ((row - block.y) * block.width + left - block.x) * 2;
          target.set(pairs.subarray(from, from + (right - left) * 2), ((row - y) * width + left - x) * 2);
        }
      },
      signal,
    );
  }
}

async function contiguousStart(image: GeoTIFFImage): Promise<number | undefined> {
  const compression = image.fileDirectory.getValue('Compression') ?? 1;
  if (image.isTiled || compression !== 1) return undefined;
  const offsets = (await image.fileDirectory.loadValue('StripOffsets')) as ArrayLike<number>;
  const stripBytes = image.getTileHeight() * image.getWidth() * SAMPLE_BYTES;
  for (let i = 1; i < offsets.length; i++) {
    if (Number(offsets[i]) !== Number(offsets[0]) + i * stripBytes) return undefined;
  }
  return Number(offsets[0]);
}
