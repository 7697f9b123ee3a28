import { abortable } from '@mtpi/jobs';
import type { Window } from '@mtpi/polsar-priors';
import type { GeoTIFFImage } from 'geotiff';
import { LRUCache } from 'lru-cache';
import type { ByteSource } from '../bytes/byte-source';
import { mostBytes, RAISE_HINT } from '../bytes/limits';
import { SarIoError } from '../errors';
import { RADIOMETRY } from '../foreign-format';
import type { BlockDecoder } from './block-decoder';
import { type BlockLayout, blockLayout, isSeparate, numbersPerPixel } from './block-layout';
import { compressionOf } from './decompress';
import { decompressLerc, LERC, lercBlocks } from './lerc';
import { type Samples, type SampleType, samplesOf, sampleType, unpackBits } from './samples';
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

/** PhotometricInterpretation of samples that are indices into a color table (TIFF 6.0). */
const PALETTE = 3;

/** TIFF's numbers of JPEG (old and new), JPEG 2000, WebP and JPEG XL. */
const LOSSY = [6, 7, 34712, 50001, 50002];

const REWRITE = 'Write it again, for example with gdal_translate -co COMPRESS=DEFLATE';

/** How the samples of an image are stored. */
interface SampleFormat {
  type: SampleType;
  /** TIFF's number of it; 1 for none. */
  predictor: number;
}

/** What blocks are read with. */
interface BlocksParts {
  source: ByteSource;
  image: GeoTIFFImage;
  type: SampleType;
  layout: BlockLayout;
  decoder: BlockDecoder;
  /** Most bytes that a byte of the file may become; 0 where that is not known. */
  ratio: number;
  /** Of decoded blocks. */
  littleEndian: boolean;
}

/** The compressed blocks (tiles or strips) of a TIFF image, read and decoded one by one. */
export class Blocks {
  readonly type: SampleType;
  /** Whether each band has blocks of its own. */
  readonly separate: boolean;
  /** Numbers that lie together for one pixel of a block. */
  readonly numbersPerPixel: number;
  private readonly width: number;
  private readonly height: number;
  private readonly id = opened++;

  private constructor(private readonly parts: BlocksParts) {
    const { image, type, layout } = parts;
    this.type = type;
    this.separate = isSeparate(image);
    this.numbersPerPixel = numbersPerPixel(image, type);
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
    const format = await supportedFormat(path, image);
    const { type } = format;
    const layout = await blockLayout(source, image, type);
    if (layout.bytes > maxBytes) {
      const hint = `write the file in tiles; or, ${RAISE_HINT}`;
      throw new SarIoError('UnsupportedFormat', {
        ...{ path, hint, expected: `blocks of at most ${maxBytes} bytes`, found: `${layout.bytes} bytes` },
      });
    }
    const decoder = await decoderOf(path, image, format, layout, zlib);
    const blocks = new Blocks({ source, image, type, layout, ...decoder });
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
    const rowsOfImage = this.parts.image.getHeight();
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
        const rows = Math.min(height, rowsOfImage - y * height);
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
    const { source, image, type, layout, decoder, ratio, littleEndian } = this.parts;
    const { path } = source;
    const rows = image.isTiled ? this.height : Math.min(this.height, image.getHeight() - y * this.height);
    const rowLength = this.width * this.numbersPerPixel;
    const expected = rows * (type.packed ? Math.ceil(rowLength / 8) : rowLength * type.bytes);
    const [offset, length] = [Number(layout.offsets[index]), Number(layout.byteCounts[index])];
    if (length === 0) return this.sparse(rows * rowLength * type.bytes);
    if (ratio > 0 && expected > length * ratio) throw tooShort(`at most ${length * ratio}`);
    // Incompressible data are hardly larger than the samples.
    const bytes = await source.read(offset, Math.min(length, 2 * expected + MOST_OVERHEAD));
    const decoded = (await decoder.decode(bytes.buffer).catch((cause) => {
      throw new SarIoError('CorruptFile', `${path}: block ${index} cannot be decoded`, { path, cause });
    })) as ArrayBuffer;
    if (decoded.byteLength < expected) throw tooShort(String(decoded.byteLength));
    const numbers = type.packed ? unpackBits(decoded, rowLength, rows) : decoded;
    return samplesOf(numbers, type, littleEndian);

    function tooShort(found: string): SarIoError {
      const sizes = `expected ${expected} bytes, found ${found}`;
      return new SarIoError('CorruptFile', `${path}: block ${index} is too short, ${sizes}`, {
        ...{ path, expected: `${expected} bytes`, found: `${found} bytes` },
      });
    }
  }

  /** A block that the file leaves out is all nodata. */
  private sparse(bytes: number): Samples {
    return samplesOf(new ArrayBuffer(bytes), this.type, true).fill(this.parts.image.getGDALNoData() ?? 0);
  }

  private counts(): [across: number, down: number] {
    const { image } = this.parts;
    return [Math.ceil(image.getWidth() / this.width), Math.ceil(image.getHeight() / this.height)];
  }

  private check(): void {
    const { source, image, layout } = this.parts;
    const { path } = source;
    const { offsets, byteCounts } = layout;
    const [across, down] = this.counts();
    const expected = across * down * (this.separate ? image.getSamplesPerPixel() : 1);
    if (offsets.length < expected || byteCounts.length < expected) {
      const found = Math.min(offsets.length, byteCounts.length);
      throw new SarIoError('CorruptFile', `${path}: expected ${expected} TIFF blocks, found ${found}`, {
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

const unsupported = (path: string, what: string, hint?: string) =>
  new SarIoError('UnsupportedFormat', `${path}: ${what} is not supported`, { path, hint });

/** @throws SarIoError `UnsupportedFormat` for samples that are stored in another way than this reads. */
async function supportedFormat(path: string, image: GeoTIFFImage): Promise<SampleFormat> {
  const directory = image.fileDirectory;
  const [format, bits] = [image.getSampleFormat(), image.getBitsPerSample()];
  const type = sampleType(format, bits);
  if (!type)
    throw unsupported(path, `TIFF sample format ${format} of ${bits} bits`, `${REWRITE} -ot Float32`);
  if (directory.getValue('PhotometricInterpretation') === PALETTE)
    throw unsupported(path, 'an image with a color table', RADIOMETRY);
  const predictor = (await directory.loadValue('Predictor')) ?? 1;
  if (predictor !== 1 && !image.littleEndian && (predictor !== 2 || type.components > 1)) {
    // Of predictor 3 libtiff writes the bytes of a number in another order than it reads them.
    const what = `a big-endian TIFF of ${type.dataType} with predictor ${predictor}`;
    throw unsupported(
      path,
      what,
      'Write it again from its source, with ENDIANNESS=LITTLE or without a predictor',
    );
  }
  if (predictor === 2 && bits > 32) throw unsupported(path, `TIFF predictor 2 of ${bits} bits`, REWRITE);
  if (type.packed && ((await directory.loadValue('FillOrder')) ?? 1) !== 1)
    throw unsupported(path, 'TIFF fill order 2');
  return { type, predictor };
}

/** @throws SarIoError `UnsupportedFormat` for other compressions than this reads. */
async function decoderOf(
  path: string,
  image: GeoTIFFImage,
  { type, predictor }: SampleFormat,
  layout: BlockLayout,
  zlib: Zlib,
): Promise<Pick<BlocksParts, 'decoder' | 'ratio' | 'littleEndian'>> {
  const directory = image.fileDirectory;
  const code = directory.getValue('Compression') ?? 1;
  const compression =
    code === LERC
      ? { decompress: decompressLerc(lercBlocks(image, type), zlib), ratio: 0 }
      : compressionOf(code, zlib);
  if (!compression)
    throw unsupported(path, `TIFF compression ${code}`, LOSSY.includes(code) ? RADIOMETRY : REWRITE);
  // Differences are of numbers in this machine's order.
  const isPredicted = predictor !== 1 && !image.littleEndian;
  const parameters = {
    tileWidth: image.getTileWidth(),
    tileHeight: layout.height,
    planarConfiguration: image.planarConfiguration,
    bitsPerSample: Array.from(directory.getValue('BitsPerSample') ?? [image.getBitsPerSample()]),
    predictor,
  };
  const swapped = isPredicted ? type.bytes : 1;
  const { BlockDecoder } = await import('./block-decoder');
  return {
    decoder: new BlockDecoder(parameters, compression.decompress, layout.bytes, swapped),
    ratio: compression.ratio,
    littleEndian: image.littleEndian || isPredicted,
  };
}
