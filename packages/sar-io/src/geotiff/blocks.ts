import { abortable } from '@mtpi/jobs';
import type { Window } from '@mtpi/polsar-priors';
import { BaseDecoder, type GeoTIFFImage } from 'geotiff';
import { LRUCache } from 'lru-cache';
import type { ByteSource } from '../bytes/byte-source';
import { mostBytes, RAISE_HINT } from '../bytes/limits';
import { SarIoError } from '../errors';
import { RADIOMETRY } from '../foreign-format';
import { compressionOf, type Decompress } from './decompress';
import { decompressLerc, LERC, lercBlocks } from './lerc';
import { type Samples, type SampleType, samplesOf, sampleType, swapBytes, unpackBits } from './samples';
import type { Zlib } from './zlib';

/** Of decoded blocks kept for neighboring windows, of all images together. */
const CACHE_BYTES = 192 * 2 ** 20;

/** A block that is larger than the cache is kept alone. */
const cache = new LRUCache<string, Promise<Samples>>({ maxSize: CACHE_BYTES });

/** Blocks fetched at a time: covers a server's latency, and hardly any memory. */
const CONCURRENCY = 8;

/** Of a decoded block, unless the caller allows more. */
const MOST_BLOCK_BYTES = 2 ** 28;

/** Of the compression of a small block. */
const MOST_OVERHEAD = 2 ** 16;

/** Number of images opened so far: part of the key of their blocks. */
let opened = 0;

/** How many rows a block has, and where each lies in the file. */
interface BlockLayout {
  height: number;
  offsets: ArrayLike<number | bigint>;
  byteCounts: ArrayLike<number | bigint>;
}

/** Of the rows that are read together where strips lie one after the other. */
const JOINED_BYTES = 2 ** 20;

/**
 * Uncompressed strips that lie one after the other as strips of about a megabyte, so that rows are not read one by one,
 * nor an image of one strip as a whole.
 *
 * @returns undefined where they do not, or where strips are missing or lie beyond the end of the file.
 */
function joinStrips(
  strips: BlockLayout,
  rows: number,
  rowBytes: number,
  fileSize: number,
): BlockLayout | undefined {
  const { height, offsets, byteCounts } = strips;
  const count = Math.ceil(rows / height);
  const start = Number(offsets[0]);
  if (start + rows * rowBytes > fileSize) return undefined;
  for (let i = 0; i < count; i++) {
    const first = i * height;
    if (Number(offsets[i]) !== start + first * rowBytes) return undefined;
    if (Number(byteCounts[i]) !== Math.min(height, rows - first) * rowBytes) return undefined;
  }
  const joined = Math.max(1, Math.floor(JOINED_BYTES / rowBytes));
  const parts = Array.from({ length: Math.ceil(rows / joined) }, (_, i) => i * joined);
  return {
    height: joined,
    offsets: parts.map((first) => start + first * rowBytes),
    byteCounts: parts.map((first) => Math.min(joined, rows - first) * rowBytes),
  };
}

/** PhotometricInterpretation of samples that are indices into a color table (TIFF 6.0). */
const PALETTE = 3;

/** TIFF's numbers of JPEG (old and new), JPEG 2000, WebP and JPEG XL. */
const LOSSY = [6, 7, 34712, 50001, 50002];

const REWRITE = 'Write it again, for example with gdal_translate -co COMPRESS=DEFLATE';

/** The compressed blocks (tiles or strips) of a TIFF image, read and decoded one by one. */
export class Blocks {
  readonly type: SampleType;
  readonly samplesPerPixel: number;
  private readonly width: number;
  private readonly height: number;
  private readonly id = opened++;

  private constructor(
    private readonly source: ByteSource,
    private readonly image: GeoTIFFImage,
    private readonly decoder: BaseDecoder,
    private readonly ratio: number,
    private readonly layout: BlockLayout,
    type: SampleType,
    /** Of decoded blocks. */
    private readonly littleEndian: boolean,
  ) {
    this.type = type;
    this.samplesPerPixel = image.getSamplesPerPixel();
    this.width = image.getTileWidth();
    this.height = layout.height;
  }

  /** @throws SarIoError `UnsupportedFormat`, `CorruptFile`. */
  static async open(
    source: ByteSource,
    image: GeoTIFFImage,
    zlib: Zlib,
    maxBytes = mostBytes(MOST_BLOCK_BYTES),
  ): Promise<Blocks> {
    const { path } = source;
    const directory = image.fileDirectory;
    const [format, bits] = [image.getSampleFormat(), image.getBitsPerSample()];
    const type = sampleType(format, bits);
    const unsupported = (what: string, hint?: string) =>
      new SarIoError('UnsupportedFormat', `${path}: ${what} is not supported`, { path, hint });
    if (!type) throw unsupported(`TIFF sample format ${format} of ${bits} bits`, `${REWRITE} -ot Float32`);
    if (directory.getValue('PhotometricInterpretation') === PALETTE)
      throw unsupported('an image with a color table', RADIOMETRY);
    const predictor = (await directory.loadValue('Predictor')) ?? 1;
    if (predictor !== 1 && !image.littleEndian && (predictor !== 2 || type.components > 1)) {
      // Of predictor 3 libtiff writes the bytes of a number in another order than it reads them.
      const what = `a big-endian TIFF of ${type.dataType} with predictor ${predictor}`;
      throw unsupported(
        what,
        'Write it again from its source, with ENDIANNESS=LITTLE or without a predictor',
      );
    }
    if (predictor === 2 && bits > 32) throw unsupported(`TIFF predictor 2 of ${bits} bits`, REWRITE);
    if (type.packed && ((await directory.loadValue('FillOrder')) ?? 1) !== 1)
      throw unsupported('TIFF fill order 2');
    const code = directory.getValue('Compression') ?? 1;
    const parameters = {
      tileWidth: image.getTileWidth(),
      tileHeight: image.getTileHeight(),
      planarConfiguration: image.planarConfiguration,
      bitsPerSample: Array.from(directory.getValue('BitsPerSample') ?? [bits]),
      predictor,
    };
    const sizes = [image.getWidth(), image.getHeight(), parameters.tileWidth, parameters.tileHeight];
    if (!sizes.every((size) => Number.isInteger(size) && size > 0) || !(image.getSamplesPerPixel() > 0)) {
      const found = `${sizes.join(', ')} of ${image.getSamplesPerPixel()} samples`;
      throw new SarIoError('CorruptFile', `${path}: expected sizes of image and tiles, found ${found}`, {
        ...{ path, found },
      });
    }
    const [offsets, byteCounts] = image.isTiled
      ? [await directory.loadValue('TileOffsets'), await directory.loadValue('TileByteCounts')]
      : [await directory.loadValue('StripOffsets'), await directory.loadValue('StripByteCounts')];
    if (!offsets || !byteCounts) {
      throw new SarIoError('CorruptFile', `${path}: TIFF without offsets of its blocks`, { path });
    }
    const samples = image.planarConfiguration === 2 ? 1 : image.getSamplesPerPixel();
    const rowBytes = parameters.tileWidth * type.bytes * type.components * samples;
    const strips: BlockLayout = { height: parameters.tileHeight, offsets, byteCounts };
    const plain = code === 1 && !image.isTiled && !type.packed && samples === image.getSamplesPerPixel();
    const layout = (plain && joinStrips(strips, image.getHeight(), rowBytes, source.size)) || strips;
    parameters.tileHeight = layout.height;
    const blockBytes = layout.height * rowBytes;
    if (blockBytes > maxBytes) {
      const hint = `write the file in tiles; or, ${RAISE_HINT}`;
      throw new SarIoError('UnsupportedFormat', {
        ...{ path, hint, expected: `blocks of at most ${maxBytes} bytes`, found: `${blockBytes} bytes` },
      });
    }
    const compression =
      code === LERC
        ? { decompress: decompressLerc(lercBlocks(image, type), zlib), ratio: 0 }
        : compressionOf(code, zlib);
    if (!compression)
      throw unsupported(`TIFF compression ${code}`, LOSSY.includes(code) ? RADIOMETRY : REWRITE);
    // Differences are of numbers in this machine's order.
    const isPredicted = predictor !== 1 && !image.littleEndian;
    const swapped = isPredicted ? type.bytes : 1;
    const decoder = new BlockDecoder(parameters, compression.decompress, blockBytes, swapped);
    const littleEndian = image.littleEndian || isPredicted;
    const blocks = new Blocks(source, image, decoder, compression.ratio, layout, type, littleEndian);
    blocks.check();
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
    let failed = false;
    const work = async () => {
      for (const { x, y, band } of pending) {
        if (failed) return;
        signal?.throwIfAborted();
        const rows = Math.min(height, this.image.getHeight() - y * height);
        const samples = await abortable(this.get(x, y, band), signal);
        visit(samples, band, { x: x * width, y: y * height, width, height: rows });
      }
    };
    const works = Array.from({ length: CONCURRENCY }, () =>
      work().catch((error) => {
        failed = true;
        throw error;
      }),
    );
    // All have ended before the first error is passed on.
    const results = await Promise.allSettled(works);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
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
    cache.set(key, block, { size: Math.max(1, Math.min(bytes, CACHE_BYTES)) });
    block.catch(() => cache.delete(key));
    return block;
  }

  private async decode(index: number, y: number): Promise<Samples> {
    const { source, image, type } = this;
    const { path } = source;
    const rows = image.isTiled ? this.height : Math.min(this.height, image.getHeight() - y * this.height);
    const rowLength = this.width * this.numbersPerPixel;
    const expected = rows * (type.packed ? Math.ceil(rowLength / 8) : rowLength * type.bytes);
    const { offsets, byteCounts } = this.layout;
    const [offset, length] = [Number(offsets[index]), Number(byteCounts[index])];
    if (length === 0) return this.sparse(rows * rowLength * type.bytes);
    if (this.ratio > 0 && expected > length * this.ratio) throw tooShort(`at most ${length * this.ratio}`);
    // Incompressible data are hardly larger than the samples.
    const bytes = await source.read(offset, Math.min(length, 2 * expected + MOST_OVERHEAD));
    const decoded = (await this.decoder.decode(bytes.buffer).catch((cause) => {
      throw new SarIoError('CorruptFile', `${path}: block ${index} cannot be decoded`, { path, cause });
    })) as ArrayBuffer;
    if (decoded.byteLength < expected) throw tooShort(String(decoded.byteLength));
    const numbers = type.packed ? unpackBits(decoded, rowLength, rows) : decoded;
    return samplesOf(numbers, type, this.littleEndian);

    function tooShort(found: string): SarIoError {
      const sizes = `expected ${expected} bytes, got ${found}`;
      return new SarIoError('CorruptFile', `${path}: block ${index} is too short, ${sizes}`, {
        ...{ path, expected: `${expected} bytes`, found: `${found} bytes` },
      });
    }
  }

  /** A block that the file leaves out is all nodata. */
  private sparse(bytes: number): Samples {
    return samplesOf(new ArrayBuffer(bytes), this.type, true).fill(this.image.getGDALNoData() ?? 0);
  }

  private counts(): [across: number, down: number] {
    return [Math.ceil(this.image.getWidth() / this.width), Math.ceil(this.image.getHeight() / this.height)];
  }

  private check(): void {
    const { source } = this;
    const { path } = source;
    const { offsets, byteCounts } = this.layout;
    const [across, down] = this.counts();
    const expected = across * down * (this.separate ? this.samplesPerPixel : 1);
    if (offsets.length < expected || byteCounts.length < expected) {
      const found = Math.min(offsets.length, byteCounts.length);
      throw new SarIoError('CorruptFile', `${path}: expected ${expected} TIFF blocks, got ${found}`, {
        ...{ path, expected: `${expected} TIFF blocks`, found: `${found}` },
      });
    }
    let end = 0;
    for (let i = 0; i < expected; i++) end = Math.max(end, Number(offsets[i]) + Number(byteCounts[i]));
    if (end > source.size) {
      throw new SarIoError(
        'CorruptFile',
        `${path} is truncated: expected ${end} bytes, found ${source.size}`,
        {
          ...{ path, expected: `${end} bytes`, found: `${source.size} bytes` },
        },
      );
    }
  }
}

/** Decompresses a block, then undoes TIFF's predictor as geotiff.js does. */
class BlockDecoder extends BaseDecoder {
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
