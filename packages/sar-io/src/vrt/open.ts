import { access } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { redactUrl } from '@mtpi/errors';
import type { Window } from '@mtpi/polsar-priors';
import { acquisitionDate } from '../acquisition/acquisition-date';
import { polarizationOf } from '../acquisition/polarization';
import { isRemote, isUrl } from '../bytes/is-url';
import { openBytes } from '../bytes/open-bytes';
import { httpsOfS3 } from '../bytes/s3';
import { SarIoError } from '../errors';
import { textOf } from '../files/read-text';
import type { ValidityMask } from '../gdal/gdal-sidecars';
import { decodedNumber } from '../raster/band-values';
import { type Plane, planarSource } from '../raster/planar-source';
import { type DataType, INTEGER_RANGES, type RasterSource, type ReadOptions } from '../raster/raster';
import { parseVrt, type Rectangle, type VrtBand, type VrtDocument, type VrtSource } from './document';

/** Opens a raster that a VRT shows. */
export type OpenSource = (path: string, options: ReadOptions) => Promise<RasterSource>;

/** Whether a path or address names a VRT. */
export const isVrt = (path: string): boolean => /\.vrt$/i.test(isUrl(path) ? new URL(path).pathname : path);

/**
 * Opens a virtual raster of GDAL: bands and mosaics of simple and complex sources, with their own sizes or, by nearest
 * neighbor, others. Where no source lies, and where a source is invalid, pixels are invalid.
 *
 * @throws SarIoError `NotFound` (the file or a source), `CorruptFile`, `UnsupportedFormat` (pixel functions, warped and
 *   other computed bands).
 */
export async function openVrt(
  path: string,
  open: OpenSource,
  options: ReadOptions = {},
): Promise<RasterSource> {
  const document = await readVrt(path, options);
  const sources = new SourceFiles(path, open, options);
  for (const source of sourcesOf(document)) await sources.assertExists(source.path);
  const { width, height, georeference, metadata, bands, mask } = document;
  const shown = redactUrl(path);
  const [{ dataType }] = bands;
  const complex = dataType.startsWith('c');
  if (bands.some((band) => band.dataType.startsWith('c') !== complex))
    throw new SarIoError('UnsupportedFormat', {
      path: shown,
      expected: 'real or complex bands',
      found: 'both',
      hint: 'Build a VRT of the real bands, and another of the complex ones',
    });
  const names = bands.map(
    (band, b) => band.info.name || nameOf(band, bands.length === 1 ? path : '') || `band${b + 1}`,
  );
  return planarSource({
    path: shown,
    ...{ width, height, georeference, metadata, dataType },
    bands: bands.map(({ info }, b) => ({ ...info, name: names[b] })),
    planes: bands.map((band) => planeOf(band, sources)),
    ...(mask && { masks: [maskOf(mask, sources)] }),
    acquired: acquisitionDate(shown, metadata) ?? dateOf(document),
    close: () => sources.close(),
  });
}

/** Paths and addresses of all rasters that a VRT shows. */
export const listVrtSources = async (path: string, options: ReadOptions = {}): Promise<string[]> => [
  ...new Set(sourcesOf(await readVrt(path, options)).map((source) => source.path)),
];

async function readVrt(path: string, { signal }: ReadOptions): Promise<VrtDocument> {
  const file = await openBytes(path, { signal });
  const xml = await textOf(file, signal);
  return parseVrt(xml, file.path, isRemote(path) ? httpsOfS3(path) : dirname(path));
}

const sourcesOf = ({ bands, mask }: VrtDocument): VrtSource[] =>
  [...bands, ...(mask ? [mask] : [])].flatMap(({ sources }) => sources);

/** The polarization in the name of the file, or of all sources of a band. */
function nameOf({ sources }: VrtBand, path: string): string | undefined {
  const found = new Set(sources.map((source) => polarizationOf(basename(redactUrl(source.path)))));
  return polarizationOf(basename(path)) ?? (found.size === 1 ? [...found][0] : undefined);
}

/** The date in the names of all sources, where it is the same day. */
function dateOf(document: VrtDocument): Date | undefined {
  const dates = sourcesOf(document).map(({ path }) => acquisitionDate(redactUrl(path)));
  const days = new Set(dates.map((date) => date?.toISOString().slice(0, 10)));
  return days.size === 1 ? dates[0] : undefined;
}

/** Rasters that are opened when they are first read. */
class SourceFiles {
  private readonly opened = new Map<string, Promise<RasterSource>>();

  constructor(
    private readonly vrt: string,
    private readonly open: OpenSource,
    private readonly options: ReadOptions,
  ) {}

  /** @throws SarIoError `NotFound` for a file on disk that is not there. */
  async assertExists(path: string): Promise<void> {
    if (isRemote(path)) return;
    await access(path).catch((cause) => {
      throw new SarIoError('NotFound', `${redactUrl(this.vrt)}: its source ${path} does not exist`, {
        ...{ path: redactUrl(this.vrt), expected: path, found: 'no such file', cause },
        hint: 'Copy the sources along with the VRT, or build it again with gdalbuildvrt',
      });
    });
  }

  get(path: string): Promise<RasterSource> {
    const known = this.opened.get(path);
    if (known) return known;
    const raster = this.open(path, this.options);
    this.opened.set(path, raster);
    raster.catch(() => this.opened.delete(path));
    return raster;
  }

  async close(): Promise<void> {
    for (const raster of this.opened.values())
      await raster.then((source) => source.close()).catch(() => undefined);
  }
}

/** Stored numbers of a band; NaN where no source has any. */
function planeOf({ sources, dataType }: VrtBand, files: SourceFiles): Plane {
  const range = INTEGER_RANGES[dataType.replace(/^c/, '') as DataType];
  return {
    async read(window, targets, signal) {
      for (const target of targets) target.fill(Number.NaN);
      for (const source of sources) await readSource(source, files, window, targets, signal);
      if (range) for (const target of targets) toIntegers(target, range);
    },
  };
}

/** Rounds half away from zero and clamps, in place, as GDAL does; NaN stays. */
function toIntegers(numbers: Float32Array, [lowest, highest]: readonly [number, number]): void {
  for (let i = 0; i < numbers.length; i++) {
    const rounded = Math.sign(numbers[i]) * Math.floor(Math.abs(numbers[i]) + 0.5);
    numbers[i] = Math.min(highest, Math.max(lowest, rounded)) + 0; // not −0
  }
}

const maskOf = (band: VrtBand, files: SourceFiles): ValidityMask => ({
  async read(window, _, signal) {
    const plane = new Float32Array(window.width * window.height);
    await planeOf(band, files).read(window, [plane], signal);
    return Uint8Array.from(plane, (value) => (value > 0 ? 1 : 0));
  },
  close: async () => {},
});

/** Puts the pixels of a source that lie in a window into place. */
async function readSource(
  source: VrtSource,
  files: SourceFiles,
  window: Window,
  targets: readonly Float32Array[],
  signal?: AbortSignal,
): Promise<void> {
  const { band } = source;
  const { from, to } = source.rectangles ?? wholeOf(await files.get(source.path));
  const columns = pixelsAlong(from.x, from.width, to.x, to.width, window.x, window.width);
  const rows = pixelsAlong(from.y, from.height, to.y, to.height, window.y, window.height);
  if (columns.length === 0 || rows.length === 0) return;
  const raster = await files.get(source.path);
  if (band >= raster.bands.length)
    throw new SarIoError('CorruptFile', {
      path: raster.path,
      expected: `a band ${band + 1}`,
      found: `${raster.bands.length} bands`,
      hint: 'Its source has changed: build the VRT again with gdalbuildvrt',
    });
  const needed = boundsOf(columns, rows, raster);
  if (!needed) return;
  const { image, mask } = await raster.read(needed, { signal, bands: [band] });
  const pixels = needed.width * needed.height;
  // GDAL shows the numbers as they are stored.
  const { scale = 1, offset = 0 } = raster.bands[band];
  const nodata = source.nodata === undefined ? undefined : decodedNumber(source.nodata, raster.bands[band]);
  for (const [row, y] of rows) {
    if (y < needed.y || y >= needed.y + needed.height) continue;
    for (const [column, x] of columns) {
      if (x < needed.x || x >= needed.x + needed.width) continue;
      const [at, pixel] = [row * window.width + column, (y - needed.y) * needed.width + x - needed.x];
      const isMissing = mask.data[pixel] === 0 || image.data[pixel] === nodata;
      if (isMissing && nodata !== undefined) continue;
      for (const [part, target] of targets.entries()) {
        const number = (image.data[part * pixels + pixel] - offset) / scale;
        target[at] = isMissing ? Number.NaN : source.scale * number + source.offset;
      }
    }
  }
}

function wholeOf({ width, height }: RasterSource): { from: Rectangle; to: Rectangle } {
  const all = { x: 0, y: 0, width, height };
  return { from: all, to: all };
}

/** Positions in a window with the pixel of the source that is nearest, along one axis. */
function pixelsAlong(
  from: number,
  fromSize: number,
  to: number,
  toSize: number,
  start: number,
  size: number,
): [position: number, pixel: number][] {
  const step = fromSize / toSize;
  const pixels: [number, number][] = [];
  // A pixel belongs to the source if its center does.
  const first = Math.max(start, Math.ceil(to - 0.5));
  for (let at = first; at < start + size && at + 0.5 < to + toSize; at++)
    pixels.push([at - start, Math.floor(from + (at + 0.5 - to) * step + 1e-9)]);
  return pixels;
}

function boundsOf(
  columns: readonly [number, number][],
  rows: readonly [number, number][],
  { width, height }: { width: number; height: number },
): Rectangle | undefined {
  const range = (pixels: readonly [number, number][], size: number) => {
    const [first, last] = [Math.max(0, pixels[0][1]), Math.min(size - 1, pixels[pixels.length - 1][1])];
    return [first, last - first + 1];
  };
  const [[x, w], [y, h]] = [range(columns, width), range(rows, height)];
  return w > 0 && h > 0 ? { x, y, width: w, height: h } : undefined;
}
