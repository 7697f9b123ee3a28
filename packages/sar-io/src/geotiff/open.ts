import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createImage, planes, type Window } from '@mtpi/polsar-priors';
import { fromUrl, GeoTIFF, type GeoTIFFImage } from 'geotiff';
import { acquisitionDate } from '../acquisition-date';
import { SarIoError } from '../errors';
import { RandomAccessFile } from '../files/random-access-file';
import type { Georeference } from '../georeference';
import { polarizationOf } from '../polarization';
import {
  type BandInfo,
  checkBands,
  checkWindow,
  type MaskedImage,
  maskInvalid,
  nodataTest,
  type RasterSource,
  type ReadOptions,
} from '../raster';
import { isUrl, resolveRemote } from '../remote';
import { Blocks } from './blocks';
import { fileSource } from './file-source';
import { readMetadata } from './gdal-metadata';
import { readGeoreference } from './geo-tags';
import type { Samples } from './samples';

/**
 * Opens a GeoTIFF, local or by HTTP range requests (`https://…`, public `s3://bucket/key`): classic or BigTIFF, tiles or strips, integer, float or complex
 * samples, uncompressed or compressed by deflate, LZW, PackBits, ZSTD or LERC.
 *
 * Bands are named by their descriptions; else, where there is only one, by the polarization in the file name; else
 * `band1`, `band2`, ….
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat`, `CorruptFile` (not a TIFF, or truncated).
 */
export async function openGeoTiff(name: string, { signal }: ReadOptions = {}): Promise<RasterSource> {
  const path = resolveRemote(name);
  const fileSize = isUrl(path) ? undefined : await sizeOf(path);
  const tiff = await (isUrl(path) ? fromUrl(path, {}, signal) : fromFile(path)).catch((cause) => {
    signal?.throwIfAborted();
    if (isUrl(path) && !(cause instanceof TypeError && /Invalid/.test(cause.message))) {
      throw new SarIoError('ReadFailed', `${path} could not be fetched`, { cause });
    }
    throw new SarIoError('CorruptFile', `${path} is not a TIFF`, { cause });
  });
  try {
    return await GeoTiffSource.open(path, tiff, fileSize);
  } catch (cause) {
    tiff.close();
    if (cause instanceof SarIoError) throw cause;
    throw new SarIoError('CorruptFile', `${path}: its TIFF directory cannot be read, is it truncated?`, {
      cause,
    });
  }
}

async function fromFile(path: string): Promise<GeoTIFF> {
  const file = await RandomAccessFile.open(path, { file: path });
  return GeoTIFF.fromSource(fileSource(file)).catch(async (error) => {
    await file.close();
    throw error;
  });
}

class GeoTiffSource implements RasterSource {
  readonly width: number;
  readonly height: number;
  readonly georeference: Georeference;
  readonly nodata?: number;
  readonly acquired?: Date;

  private constructor(
    readonly path: string,
    private readonly tiff: GeoTIFF,
    image: GeoTIFFImage,
    private readonly blocks: Blocks,
    readonly bands: readonly BandInfo[],
    readonly metadata: Readonly<Record<string, string>>,
  ) {
    this.width = image.getWidth();
    this.height = image.getHeight();
    this.georeference = readGeoreference(image.fileDirectory);
    this.nodata = image.getGDALNoData() ?? undefined;
    this.acquired = acquisitionDate(path, metadata);
  }

  static async open(path: string, tiff: GeoTIFF, fileSize?: number): Promise<GeoTiffSource> {
    const image = await tiff.getImage();
    const blocks = await Blocks.open(path, image, fileSize);
    const bands = await bandInfos(path, image);
    return new GeoTiffSource(path, tiff, image, blocks, bands, await readMetadata(image));
  }

  get dataType() {
    return this.blocks.type.dataType;
  }

  get complex(): boolean {
    return this.blocks.type.components === 2;
  }

  async read(
    window: Window,
    { signal, bands = this.bands.map((_, b) => b) }: ReadOptions & { bands?: readonly number[] } = {},
  ): Promise<MaskedImage> {
    checkWindow(window, this);
    checkBands(bands, this);
    const { separate, numbersPerPixel, type } = this.blocks;
    const { components } = type;
    const image = createImage(bands.length * components, window.height, window.width);
    const targets = planes(image);
    await this.blocks.visit(
      window,
      separate ? [...new Set(bands)] : [0],
      (samples, blockBand, block) => {
        const [top, bottom] = overlap(window.y, window.height, block.y, block.height);
        const [left, right] = overlap(window.x, window.width, block.x, block.width);
        for (let y = top; y < bottom; y++) {
          const from = ((y - block.y) * block.width + left - block.x) * numbersPerPixel;
          const to = (y - window.y) * window.width + left - window.x;
          for (const [b, band] of bands.entries()) {
            if (separate && band !== blockBand) continue;
            for (let c = 0; c < components; c++) {
              const first = from + (separate ? 0 : band * components) + c;
              const row = targets[b * components + c].subarray(to, to + right - left);
              pick(samples, first, numbersPerPixel, row);
            }
          }
        }
      },
      signal,
    );
    return maskInvalid(image, nodataTest(this.nodata, components));
  }

  async close(): Promise<void> {
    this.blocks.forget();
    await this.tiff.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause) => {
    throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { cause });
  });
  if (!found.isFile())
    throw new SarIoError('UnsupportedFormat', `${path}: expected a TIFF file, got a folder`);
  return found.size;
}

async function bandInfos(path: string, image: GeoTIFFImage): Promise<BandInfo[]> {
  const count = image.getSamplesPerPixel();
  const fallback = count === 1 ? polarizationOf(basename(path)) : undefined;
  const bands: BandInfo[] = [];
  // One after the other: while a long tag is being fetched, geotiff.js gives an empty one to others who ask.
  for (let b = 0; b < count; b++) {
    const { DESCRIPTION: name, UNITTYPE: unit } = await readMetadata(image, b);
    bands.push({ name: name || fallback || `band${b + 1}`, ...(unit && { unit }) });
  }
  return bands;
}

/** From where to where two stretches overlap. */
const overlap = (a: number, aLength: number, b: number, bLength: number) =>
  [Math.max(a, b), Math.min(a + aLength, b + bLength)] as const;

/** Every so many numbers, from the first one on. */
function pick(samples: Samples, first: number, step: number, target: Float32Array): void {
  for (let i = 0, from = first; i < target.length; i++, from += step) target[i] = samples[from];
}
