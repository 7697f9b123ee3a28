import type { Window } from '@mtpi/polsar-priors';
import { type BaseDecoder, type GeoTIFFImage, getDecoder } from 'geotiff';
import { LRUCache } from 'lru-cache';
import { SarIoError } from '../errors';
import { DEFLATE, DeflateDecoder } from './deflate-decoder';
import { type Samples, type SampleType, samplesOf, sampleType, unpackBits } from './samples';

/** Of decoded blocks kept for neighbouring windows, of all images together. */
const CACHE_BYTES = 192 * 2 ** 20;

/** A block that is larger than the cache is kept alone. */
const cache = new LRUCache<string, Promise<Samples>>({ maxSize: CACHE_BYTES });

/** Blocks fetched at a time: covers a server's latency, and hardly any memory. */
const CONCURRENCY = 8;

/** Images opened so far: tells their blocks apart. */
let opened = 0;

/** The compressed blocks (tiles or strips) of a TIFF image, read and decoded one by one. */
export class Blocks {
  readonly type: SampleType;
  readonly samplesPerPixel: number;
  private readonly width: number;
  private readonly height: number;
  private readonly id = opened++;

  private constructor(
    private readonly path: string,
    private readonly image: GeoTIFFImage,
    private readonly decoder: BaseDecoder,
    private readonly offsets: ArrayLike<number | bigint>,
    private readonly byteCounts: ArrayLike<number | bigint>,
    type: SampleType,
  ) {
    this.type = type;
    this.samplesPerPixel = image.getSamplesPerPixel();
    this.width = image.getTileWidth();
    this.height = image.getTileHeight();
  }

  /**
   * @param fileSize Where known, blocks beyond it are noticed at once.
   * @throws SarIoError `UnsupportedFormat`, `CorruptFile`.
   */
  static async open(path: string, image: GeoTIFFImage, fileSize?: number): Promise<Blocks> {
    const directory = image.fileDirectory;
    const [format, bits] = [image.getSampleFormat(), image.getBitsPerSample()];
    const type = sampleType(format, bits);
    const unsupported = (what: string, cause?: unknown) =>
      new SarIoError('UnsupportedFormat', `${path}: ${what} is not supported`, { cause });
    if (!type) throw unsupported(`TIFF sample format ${format} of ${bits} bits`);
    const predictor = (await directory.loadValue('Predictor')) ?? 1;
    if (predictor !== 1 && !image.littleEndian && type.bytes > 1) {
      throw unsupported('a big-endian TIFF with a predictor');
    }
    if (type.packed && ((await directory.loadValue('FillOrder')) ?? 1) !== 1)
      throw unsupported('TIFF fill order 2');
    const compression = directory.getValue('Compression') ?? 1;
    const parameters = {
      tileWidth: image.getTileWidth(),
      tileHeight: image.getTileHeight(),
      planarConfiguration: image.planarConfiguration,
      bitsPerSample: Array.from(directory.getValue('BitsPerSample') ?? [bits]),
      predictor,
      LercParameters: directory.getValue('LercParameters'),
    } as BaseDecoder['parameters'];
    const decoder = DEFLATE.includes(compression)
      ? new DeflateDecoder(parameters)
      : await getDecoder(compression, parameters).catch((cause) => {
          throw unsupported(`TIFF compression ${compression}`, cause);
        });
    const [offsets, byteCounts] = image.isTiled
      ? [await directory.loadValue('TileOffsets'), await directory.loadValue('TileByteCounts')]
      : [await directory.loadValue('StripOffsets'), await directory.loadValue('StripByteCounts')];
    if (!offsets || !byteCounts)
      throw new SarIoError('CorruptFile', `${path}: TIFF without offsets of its blocks`);
    const blocks = new Blocks(path, image, decoder, offsets, byteCounts, type);
    blocks.check(fileSize);
    return blocks;
  }

  /**
   * Hands over the blocks that meet a window, in any order.
   *
   * @param visit Gets the block's numbers, the band it belongs to (0 where it holds all bands) and where it lies.
   */
  async visit(
    window: Window,
    bands: readonly number[],
    visit: (samples: Samples, band: number, block: Window) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { width, height } = this;
    const pending = (function* () {
      for (let y = Math.floor(window.y / height); y * height < window.y + window.height; y++)
        for (let x = Math.floor(window.x / width); x * width < window.x + window.width; x++)
          for (const band of bands) yield { x, y, band };
    })();
    const work = async () => {
      for (const { x, y, band } of pending) {
        signal?.throwIfAborted();
        const rows = Math.min(height, this.image.getHeight() - y * height);
        visit(await this.get(x, y, band), band, { x: x * width, y: y * height, width, height: rows });
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }

  /** Whether each band has blocks of its own. */
  get separate(): boolean {
    return this.image.planarConfiguration === 2 && this.samplesPerPixel > 1;
  }

  /** Numbers that lie together for one pixel of a block. */
  get numbersPerPixel(): number {
    return this.type.components * (this.separate ? 1 : this.samplesPerPixel);
  }

  /** Lets go of the blocks that are kept. */
  forget(): void {
    for (const key of [...cache.keys()]) if (key.startsWith(`${this.id} `)) cache.delete(key);
  }

  private get(x: number, y: number, band: number): Promise<Samples> {
    const [across, down] = this.counts();
    const index = band * across * down + y * across + x;
    const key = `${this.id} ${index}`;
    const cached = cache.get(key);
    if (cached) return cached;
    const block = this.decode(index, y);
    const bytes = this.width * this.height * this.numbersPerPixel * this.type.bytes;
    cache.set(key, block, { size: Math.min(bytes, CACHE_BYTES) });
    block.catch(() => cache.delete(key));
    return block;
  }

  private async decode(index: number, y: number): Promise<Samples> {
    const { path, image, type } = this;
    const rows = image.isTiled ? this.height : image.getBlockHeight(y);
    const rowLength = this.width * this.numbersPerPixel;
    const expected = rows * (type.packed ? Math.ceil(rowLength / 8) : rowLength * type.bytes);
    const [offset, length] = [Number(this.offsets[index]), Number(this.byteCounts[index])];
    if (length === 0) return this.sparse(rows * rowLength * type.bytes);
    const [bytes] = await image.source.fetch([{ offset, length }]).catch((cause) => {
      throw new SarIoError('ReadFailed', `${path}: reading ${length} bytes at ${offset} failed`, { cause });
    });
    const decoded = (await this.decoder.decode(bytes as ArrayBuffer).catch((cause) => {
      throw new SarIoError('CorruptFile', `${path}: block ${index} cannot be decoded`, { cause });
    })) as ArrayBuffer;
    if (decoded.byteLength < expected) {
      const sizes = `expected ${expected} bytes, got ${decoded.byteLength}`;
      throw new SarIoError('CorruptFile', `${path}: block ${index} is too short, ${sizes}`);
    }
    const numbers = type.packed ? unpackBits(decoded, rowLength, rows) : decoded;
    return samplesOf(numbers, type, image.littleEndian);
  }

  /** A block that the file leaves out is all nodata. */
  private sparse(bytes: number): Samples {
    return samplesOf(new ArrayBuffer(bytes), this.type, true).fill(this.image.getGDALNoData() ?? 0);
  }

  private counts(): [across: number, down: number] {
    return [Math.ceil(this.image.getWidth() / this.width), Math.ceil(this.image.getHeight() / this.height)];
  }

  private check(fileSize = Number.POSITIVE_INFINITY): void {
    const { path, offsets, byteCounts } = this;
    const [across, down] = this.counts();
    const expected = across * down * (this.separate ? this.samplesPerPixel : 1);
    if (offsets.length < expected || byteCounts.length < expected) {
      throw new SarIoError('CorruptFile', `${path}: expected ${expected} TIFF blocks, got ${offsets.length}`);
    }
    let end = 0;
    for (let i = 0; i < expected; i++) end = Math.max(end, Number(offsets[i]) + Number(byteCounts[i]));
    if (end > fileSize) {
      throw new SarIoError('CorruptFile', `${path} is truncated: expected ${end} bytes, got ${fileSize}`);
    }
  }
}
