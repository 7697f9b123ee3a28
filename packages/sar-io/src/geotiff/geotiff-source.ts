import { planes } from '@mtpi/polsar-priors';
import type { GeoTIFFImage } from 'geotiff';
import { acquisitionDate } from '../acquisition/acquisition-date';
import { polarizationOf } from '../acquisition/polarization';
import type { ByteSource } from '../bytes/byte-source';
import { type DimapDescription, parseDimapDescription } from '../dimap/document';
import { SarIoError } from '../errors';
import type { ValidityMask } from '../gdal/gdal-sidecars';
import { type Georeference, type Transform, withSteps } from '../georeference/georeference';
import { defineCrs } from '../georeference/reference-systems';
import { decodeValues } from '../raster/band-values';
import { type BandInfo, bandsToRead, checkSize, type RasterSource, type ReadOptions } from '../raster/raster';
import { Blocks } from './blocks';
import { checkDirectories } from './check-directories';
import { describeBand, type GdalMetadata, parseGdalMetadata } from './gdal-metadata';
import { readGeoreference } from './geo-tags';
import { geotiffJsSource } from './geotiff-js-source';
import { findMaskImage, splitAlpha } from './mask';
import { findOverview } from './overview-image';
import { readSamples } from './read-samples';
import type { Zlib } from './zlib';

export interface GeoTiffReadOptions extends ReadOptions {
  /** Of a decoded tile or strip at most; larger ones are refused. Default 256 MiB. */
  maxBlockBytes?: number;
  /**
   * Opens, instead of the full image, its smallest overview of at least so many rows or columns, where the file has one;
   * for looking at large scenes. Masks inside the file and beside it are not applied then.
   */
  overview?: number;
}

/** Contents of the sidecar files of a GeoTIFF. */
export interface Sidecars {
  metadata?: GdalMetadata;
  /** Where the raster lies, if nothing else says it. */
  transform?: Transform;
  openMask?(raster: { path: string; width: number; height: number }): Promise<ValidityMask | undefined>;
}

/**
 * Reads a GeoTIFF: classic or BigTIFF, tiles or strips, integer, float or complex samples, uncompressed or compressed by
 * deflate, LZW, PackBits, ZSTD or LERC. Its `close` closes the bytes, and so does an error.
 *
 * Bands are named by their descriptions, GDAL's or SNAP's; else, where there is only one, by the polarization in the file
 * name; else `band1`, `band2`, …. Nodata, scale and offset, masks inside the file, its alpha band and what sidecars say are
 * applied.
 *
 * @throws SarIoError `ReadFailed`, `UnsupportedFormat`, `CorruptFile` (not a TIFF, or truncated).
 */
export async function readGeoTiff(
  source: ByteSource,
  zlib: Zlib,
  options: GeoTiffReadOptions = {},
  sidecars: Sidecars = {},
): Promise<RasterSource> {
  const { path } = source;
  try {
    return rasterOf(await openParts(source, zlib, options, sidecars));
  } catch (cause) {
    await source.close();
    options.signal?.throwIfAborted();
    if (cause instanceof SarIoError) throw cause;
    throw new SarIoError('CorruptFile', `${path}: its TIFF directory cannot be read, is it truncated?`, {
      ...{ path, cause },
    });
  }
}

/** What a raster is read from. */
interface GeoTiffParts
  extends Pick<
    RasterSource,
    'path' | 'width' | 'height' | 'bands' | 'georeference' | 'metadata' | 'acquired'
  > {
  source: ByteSource;
  blocks: Blocks;
  /** The sample of each band. */
  samples: readonly number[];
  masks: readonly ValidityMask[];
}

async function openParts(
  source: ByteSource,
  zlib: Zlib,
  { signal, maxBlockBytes, overview }: GeoTiffReadOptions,
  sidecars: Sidecars,
): Promise<GeoTiffParts> {
  const { path } = source;
  await checkDirectories(source, signal);
  const { GeoTIFF } = await import('geotiff');
  const tiff = await GeoTIFF.fromSource(geotiffJsSource(source), undefined, signal);
  const image = await tiff.getImage();
  const shown = overview === undefined ? image : await findOverview(tiff, image, overview);
  const blocks = await Blocks.open(source, shown, zlib, maxBlockBytes);
  const { data: samples, alpha } = splitAlpha(image);
  if (samples.length === 0) {
    throw new SarIoError('CorruptFile', { path, expected: 'a band besides opacity', found: 'none' });
  }
  const xml = await textOf(image, 'GDAL_METADATA');
  const own = xml ? parseGdalMetadata(xml, path) : undefined;
  const snap = await snapDescription(path, image);
  const bands = samples.map((sample) => {
    const fallback = fallbackBand(path, samples, sample);
    return describeBand(
      sample,
      { ...fallback, ...snap?.bands[sample], ...nodataOf(image) },
      sidecars.metadata,
      own,
    );
  });
  const [width, height] = [shown.getWidth(), shown.getHeight()];
  checkSize({ path, width, height });
  const steps = [image.getWidth() / width, image.getHeight() / height] as const;
  const georeference = withSteps(placeOf(readGeoreference(image.fileDirectory), sidecars), ...steps);
  await defineCrs(georeference.crs);
  const masks: ValidityMask[] = [];
  if (alpha.length > 0) masks.push(maskOfSamples(blocks, alpha));
  if (shown === image) {
    const maskImage = await findMaskImage(path, tiff, image);
    if (maskImage) masks.push(maskOfSamples(await Blocks.open(source, maskImage, zlib, maxBlockBytes), [0]));
    const external = await sidecars.openMask?.({ path, width, height });
    if (external) masks.push(external);
  }
  const metadata = { ...own?.items, ...sidecars.metadata?.items };
  const acquired = acquisitionDate('', metadata) ?? snap?.acquired ?? acquisitionDate(path);
  return { source, blocks, samples, masks, path, width, height, bands, georeference, metadata, acquired };
}

function rasterOf({ source, blocks, samples, masks, ...raster }: GeoTiffParts): RasterSource {
  const { dataType, components } = blocks.type;
  return {
    ...raster,
    ...{ dataType, complex: components === 2 },
    async read(window, options = {}) {
      const { signal } = options;
      const bands = bandsToRead(raster, window, options);
      const own = bands.map((band) => samples[band]);
      const image = await readSamples(blocks, window, own, signal);
      const valid = await Promise.all(masks.map((mask) => mask.read(window, own, signal)));
      const encodings = bands.flatMap((band) => Array<BandInfo>(components).fill(raster.bands[band]));
      return decodeValues(image, encodings, components, valid);
    },
    async close() {
      for (const mask of masks) await mask.close();
      blocks.forget();
      await source.close();
    },
  };
}

/** As GDAL ranks them: `.aux.xml`, the file itself, a world file. */
function placeOf(own: Georeference, { metadata, transform }: Sidecars): Georeference {
  const crs = metadata?.georeference?.crs ?? own.crs;
  const places = [metadata?.georeference, own, { transform }];
  const place = places.find((candidate) => candidate?.transform ?? candidate?.gcps);
  return { ...place, crs };
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

/** Tag of the DIMAP document that SNAP writes into its GeoTIFFs. */
const DIMAP = 65000;

/** What SNAP says about the bands, where it wrote as many. */
async function snapDescription(path: string, image: GeoTIFFImage): Promise<DimapDescription | undefined> {
  const xml = await textOf(image, DIMAP);
  if (!xml?.includes('<Dimap_Document')) return undefined;
  const description = parseDimapDescription(xml, path);
  const isWhole = description.bands.length === image.getSamplesPerPixel();
  return { ...description, bands: isWhole ? description.bands : [] };
}

async function textOf(image: GeoTIFFImage, tag: 'GDAL_METADATA' | number): Promise<string | undefined> {
  const value: unknown = await image.fileDirectory.loadValue(tag);
  return typeof value === 'string' ? value.replace(/\0.*$/s, '') : undefined;
}

/** A band that nothing describes: its number, or where it is the only one the polarization in the file's name. */
function fallbackBand(path: string, data: readonly number[], sample: number): BandInfo {
  const polarization = data.length === 1 ? polarizationOf(path.split(/[\\/]/).at(-1)!) : undefined;
  return { name: polarization ?? `band${sample + 1}` };
}

function nodataOf(image: GeoTIFFImage): Pick<BandInfo, 'nodata'> {
  const text = (image.fileDirectory.getValue('GDAL_NODATA') as string | undefined)
    ?.replace(/\0.*$/s, '')
    .trim();
  return text ? { nodata: Number(text) } : {};
}
