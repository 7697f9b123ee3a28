import { SarIoError } from '../errors';
import type { Georeference } from '../georeference/georeference';
import type { BandInfo, RasterSink } from '../raster/raster';
import { RowSink } from '../raster/row-sink';
import type { Compression, TileFormat } from './encode-tile';
import { metadataXml } from './gdal-metadata';
import { geoTags } from './geo-tags';
import type { Tag } from './ifd';
import { Level } from './level';
import type { TemporaryFile } from './temporary-file';
import { writeCog } from './write-cog';
import type { Zlib } from './zlib';

export interface GeoTiffOptions {
  width: number;
  height: number;
  /** Names, or names and units, of the bands. */
  bands: readonly (string | BandInfo)[];
  georeference?: Georeference;
  /**
   * Free-form items; an `ACQUISITION_TIME` in ISO 8601 is read back as `acquired`. A function is called when all rows are
   * written.
   */
  metadata?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Complex samples: images to write hold real and imaginary part of each band. Default false. */
  complex?: boolean;
  /** How real samples are stored: float32, nodata NaN; or uint8, values 1 … 255, nodata 0. Default float32. */
  dataType?: 'float32' | 'uint8';
  /** Edge of a tile in pixels, a multiple of 16. Default 256. */
  tileSize?: number;
  /** Default `deflate`. */
  compression?: Compression;
  /** 3, TIFF's floating-point predictor, makes deflate more effective; real samples only, and there the default. */
  predictor?: 1 | 3;
  /** Coarser versions of the image inside the file: means of valid pixels. Default true, but false where complex. */
  overviews?: boolean;
  /** 64-bit offsets. Default `auto`: where the file needs them. */
  bigTiff?: boolean | 'auto';
  /** Ends writing: the next call rejects and nothing is left. */
  signal?: AbortSignal;
  /** Bytes put into the final file, while closing. */
  onProgress?: (done: number, total: number) => void;
}

/** Where a GeoTIFF grows and where it goes. */
export interface GeoTiffTarget<Result> {
  /** Names it in errors. */
  path: string;
  zlib: Zlib;
  /** @param name of its own for each. */
  temporaryFile(name: string): Promise<TemporaryFile>;
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  publish(): Promise<Result>;
  discard(): Promise<void>;
}

/**
 * Starts a cloud-optimized GeoTIFF. A few tiles are kept in memory, all else in temporary files.
 *
 * @throws SarIoError `InvalidArgument`.
 */
export async function startGeoTiff<Result>(
  options: GeoTiffOptions,
  openTarget: () => Promise<GeoTiffTarget<Result>>,
): Promise<RasterSink<Result>> {
  const { width, height, bands, complex = false, tileSize = 256, compression = 'deflate' } = options;
  const { bigTiff = 'auto', signal, onProgress } = options;
  checkOptions(options, tileSize);
  const predictor = options.predictor ?? (complex || compression === 'none' || isByte(options) ? 1 : 3);
  const samples = bands.length * (complex ? 2 : 1);
  const format: TileFormat = { tileSize, samples, compression, predictor, bytes: isByte(options) };
  const target = await openTarget();
  const levels: Level[] = [];
  const close = async () => {
    for (const level of levels) await level.close();
  };
  try {
    const sizes = levelSizes(
      width,
      height,
      (options.overviews ?? !complex) ? tileSize : Number.POSITIVE_INFINITY,
    );
    const { zlib } = target;
    for (const [i, [width, height]] of [...sizes.entries()].reverse()) {
      const tiles = await target.temporaryFile(`level${i}`);
      const rows = await target.temporaryFile(`level${i}.rows`);
      levels.unshift(new Level({ width, height, format, zlib, tiles, rows, coarser: levels[0] }));
    }
  } catch (error) {
    await close();
    await target.discard();
    throw error;
  }
  return new RowSink(
    target.path,
    { bands: format.samples, width, height, signal },
    {
      write: (planes, mask) => levels[0].push(planes, mask),
      async publish() {
        const tags = levels.map((level, i) => levelTags(level, i, options, format));
        await writeCog(target.append, levels, tags, { bigTiff, signal, onProgress });
        await close();
        return target.publish();
      },
      discard: async () => {
        await close();
        await target.discard();
      },
    },
  );
}

/** The image's own size, and each half of it until one fits into a tile. */
function levelSizes(width: number, height: number, tileSize: number): [width: number, height: number][] {
  const sizes: [number, number][] = [[width, height]];
  for (let [w, h] = sizes[0]; w > tileSize || h > tileSize; ) {
    [w, h] = [Math.ceil(w / 2), Math.ceil(h / 2)];
    sizes.push([w, h]);
  }
  return sizes;
}

function levelTags(level: Level, index: number, options: GeoTiffOptions, format: TileFormat): Tag[] {
  const bands = options.bands.map((band) => (typeof band === 'string' ? { name: band } : band));
  const short = (tag: number, ...values: number[]): Tag => ({ tag, type: 'short', values });
  const each = (tag: number, value: number) => short(tag, ...bands.map(() => value));
  const tags: Tag[] = [
    { tag: 254, type: 'long', values: [index > 0 ? 1 : 0] },
    { tag: 256, type: 'long', values: [level.width] },
    { tag: 257, type: 'long', values: [level.height] },
    each(258, isByte(options) ? 8 : options.complex ? 64 : 32),
    short(259, format.compression === 'deflate' ? 8 : 1),
    short(262, isColor(options) ? 2 : 1), // RGB, or black is 0
    short(277, bands.length),
    short(284, 1),
    short(322, format.tileSize),
    short(323, format.tileSize),
    each(339, isByte(options) ? 1 : options.complex ? 6 : 3),
    { tag: 42113, type: 'ascii', values: isByte(options) ? '0' : 'nan' },
  ];
  if (format.predictor === 3) tags.push(short(317, 3));
  if (bands.length > 1 && !isColor(options)) tags.push(short(338, ...bands.slice(1).map(() => 0)));
  if (index === 0) {
    const { metadata = {} } = options;
    tags.push(...geoTags(options.georeference ?? {}));
    tags.push({
      tag: 42112,
      type: 'ascii',
      values: metadataXml(bands, typeof metadata === 'function' ? metadata() : metadata),
    });
  }
  return tags;
}

const isByte = ({ dataType }: GeoTiffOptions) => dataType === 'uint8';

/** Three bands of bytes are red, green and blue. */
const isColor = (options: GeoTiffOptions) => isByte(options) && options.bands.length === 3;

function checkOptions(options: GeoTiffOptions, tileSize: number): void {
  const { width, height, bands, complex, compression, predictor } = options;
  const isPlain = complex || compression === 'none' || isByte(options);
  const check = (holds: boolean, expected: string, found: unknown) => {
    if (!holds) throw new SarIoError('InvalidArgument', { subject: 'GeoTIFF', expected, found: `${found}` });
  };
  check(Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0, 'a size', [
    width,
    height,
  ]);
  check(bands.length > 0, 'bands', '[]');
  check(tileSize > 0 && tileSize % 16 === 0, 'a tileSize that is a multiple of 16', tileSize);
  check(!(isPlain && predictor === 3), 'predictor 1 for complex, byte or uncompressed samples', predictor);
  check(!(complex && isByte(options)), 'float32 for complex samples', 'uint8');
}
