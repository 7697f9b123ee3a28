import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { planes, type Window } from '@mtpi/polsar-priors';
import { fromUrl, GeoTIFF, type GeoTIFFImage } from 'geotiff';
import { acquisitionDate } from '../acquisition-date';
import { decodeValues } from '../band-values';
import { SarIoError } from '../errors';
import { RandomAccessFile } from '../files/random-access-file';
import { openMaskSidecar, readAuxXml, type ValidityMask } from '../gdal-sidecars';
import type { Georeference } from '../georeference';
import { polarizationOf } from '../polarization';
import {
  type BandInfo,
  checkBands,
  checkWindow,
  type MaskedImage,
  type RasterSource,
  type ReadOptions,
} from '../raster';
import { isUrl, resolveRemote } from '../remote';
import { Blocks } from './blocks';
import { fileSource } from './file-source';
import { describeBand, parseGdalMetadata } from './gdal-metadata';
import { readGeoreference } from './geo-tags';
import { findMaskImage, splitAlpha } from './mask';
import { readSamples } from './read-samples';

/**
 * Opens a GeoTIFF, local or by HTTP range requests (`https://…`, public `s3://bucket/key`): classic or BigTIFF, tiles or strips, integer, float or complex
 * samples, uncompressed or compressed by deflate, LZW, PackBits, ZSTD or LERC.
 *
 * Bands are named by their descriptions; else, where there is only one, by the polarization in the file name; else
 * `band1`, `band2`, …. Nodata, scale and offset, masks (inside the file, its alpha band, or `.msk` beside it) and what
 * `.aux.xml` beside it says are applied; of URLs the sidecars are not looked for.
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
  readonly acquired?: Date;

  private constructor(
    readonly path: string,
    private readonly tiff: GeoTIFF,
    image: GeoTIFFImage,
    private readonly blocks: Blocks,
    private readonly samples: { data: readonly number[]; alpha: readonly number[] },
    private readonly masks: readonly ValidityMask[],
    readonly bands: readonly BandInfo[],
    readonly metadata: Readonly<Record<string, string>>,
  ) {
    this.width = image.getWidth();
    this.height = image.getHeight();
    this.georeference = readGeoreference(image.fileDirectory);
    this.acquired = acquisitionDate(path, metadata);
  }

  static async open(path: string, tiff: GeoTIFF, fileSize?: number): Promise<GeoTiffSource> {
    const image = await tiff.getImage();
    const blocks = await Blocks.open(path, image, fileSize);
    const samples = splitAlpha(image);
    const xml = (await image.fileDirectory.loadValue('GDAL_METADATA')) as string | undefined;
    const own = xml ? parseGdalMetadata(xml.replace(/\0+$/, ''), path) : undefined;
    const sidecar = isUrl(path) ? undefined : await readAuxXml(path);
    const bands = samples.data.map((sample) =>
      describeBand(sample, fallbackBand(path, image, sample), own, sidecar),
    );
    const masks: ValidityMask[] = [];
    if (samples.alpha.length > 0) masks.push(maskOfSamples(blocks, samples.alpha));
    const maskImage = await findMaskImage(path, tiff, image);
    if (maskImage) masks.push(maskOfSamples(await Blocks.open(path, maskImage, fileSize), [0]));
    const size = { path, width: image.getWidth(), height: image.getHeight() };
    const external = isUrl(path) ? undefined : await openMaskSidecar(size, openGeoTiff);
    if (external) masks.push(external);
    const metadata = { ...own?.items, ...sidecar?.items };
    return new GeoTiffSource(path, tiff, image, blocks, samples, masks, bands, metadata);
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
    const { components } = this.blocks.type;
    const samples = bands.map((band) => this.samples.data[band]);
    const image = await readSamples(this.blocks, window, samples, signal);
    const masks = await Promise.all(this.masks.map((mask) => mask.read(window, samples, signal)));
    const encodings = bands.flatMap((band) => Array<BandInfo>(components).fill(this.bands[band]));
    return decodeValues(image, encodings, components, masks);
  }

  async close(): Promise<void> {
    for (const mask of this.masks) await mask.close();
    this.blocks.forget();
    await this.tiff.close();
  }
}

/** Pixels are valid where none of these samples is 0. */
function maskOfSamples(blocks: Blocks, samples: readonly number[]): ValidityMask {
  return {
    async read(window, _, signal) {
      const masks = planes(await readSamples(blocks, window, samples, signal));
      return masks[0].map((_, i) => Number(masks.every((mask) => mask[i] !== 0)));
    },
    close: async () => blocks.forget(),
  };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause) => {
    throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { cause });
  });
  if (!found.isFile())
    throw new SarIoError('UnsupportedFormat', `${path}: expected a TIFF file, got a folder`);
  return found.size;
}

/** A band that nothing describes: its number, or where it is the only one the polarization in the file's name. */
function fallbackBand(path: string, image: GeoTIFFImage, sample: number): BandInfo {
  const polarization = image.getSamplesPerPixel() === 1 ? polarizationOf(basename(path)) : undefined;
  const text = (image.fileDirectory.getValue('GDAL_NODATA') as string | undefined)
    ?.replace(/\0.*$/s, '')
    .trim();
  return { name: polarization ?? `band${sample + 1}`, ...(text && { nodata: Number(text) }) };
}
