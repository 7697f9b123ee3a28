import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Window } from '@mtpi/polsar-priors';
import type { ByteSource } from '../bytes/byte-source';
import { openFile } from '../bytes/file-source';
import { isRemote } from '../bytes/is-url';
import { httpsOfS3 } from '../bytes/s3';
import { isMissing, openUrl } from '../bytes/url-source';
import { findEnviHeader } from '../envi/find-header';
import { isSarIoError, SarIoError } from '../errors';
import { readText, textOf } from '../files/read-text';
import type { Transform } from '../georeference/georeference';
import { type GdalMetadata, parseAuxXml } from '../geotiff/gdal-metadata';
import type { RasterSource, ReadOptions } from '../raster/raster';

/** Where pixels are valid, apart from the bands themselves. */
export interface ValidityMask {
  /** Rows · cols values for the given bands; 0 = invalid. */
  read(window: Window, bands: readonly number[], signal?: AbortSignal): Promise<ArrayLike<number>>;
  close(): Promise<void>;
}

/** Bit of `INTERNAL_MASK_FLAGS_n`: one mask for all bands. */
const PER_DATASET = 2;

/**
 * Opens the file beside a raster whose name has this ending besides, on disk or on the same server, if there is one.
 *
 * @throws SarIoError `ReadFailed`; the signal's reason when aborted.
 */
async function openBeside(
  raster: string,
  ending: string,
  options: ReadOptions,
): Promise<ByteSource | undefined> {
  try {
    return await (isRemote(raster)
      ? openUrl(addressBeside(raster, ending), options)
      : openFile(raster + ending));
  } catch (error) {
    if (isSarIoError(error, 'NotFound') || isMissing(error)) return undefined;
    throw error;
  }
}

function addressBeside(raster: string, ending: string): string {
  const url = new URL(httpsOfS3(raster));
  url.pathname += ending;
  return url.href;
}

/**
 * What GDAL keeps about a raster in `NAME.aux.xml` beside it.
 *
 * @throws SarIoError `ReadFailed`, `CorruptFile`; the signal's reason when aborted.
 */
export async function readAuxXml(
  raster: string,
  options: ReadOptions = {},
): Promise<GdalMetadata | undefined> {
  const sidecar = await openBeside(raster, '.aux.xml', options);
  const xml = sidecar && (await textOf(sidecar, options.signal));
  // Other programs use this name for documents of their own.
  return xml?.includes('<PAMDataset') ? parseAuxXml(xml, sidecar!.path) : undefined;
}

/**
 * The transform in a world file beside a raster on disk: `NAME.tfw`, `NAME.tifw` or `NAME.wld`.
 *
 * @throws SarIoError `CorruptFile` unless it is of six numbers.
 */
export async function readWorldFile(raster: string): Promise<Transform | undefined> {
  const path = await findWorldFile(raster);
  if (!path) return undefined;
  const text = (await readText(path)).trim();
  const numbers = text.split(/\s+/).map(Number);
  if (numbers.length !== 6 || !numbers.every(Number.isFinite)) {
    throw new SarIoError('CorruptFile', {
      path,
      expected: 'the six numbers of a world file',
      found: JSON.stringify(text.slice(0, 40)),
      hint: 'Remove or correct it',
    });
  }
  // Of the middle of the first pixel.
  const [xc, yc, xr, yr, x, y] = numbers;
  return [x - (xc + xr) / 2, xc, xr, y - (yc + yr) / 2, yc, yr];
}

async function findWorldFile(raster: string): Promise<string | undefined> {
  if (isRemote(raster)) return undefined;
  const extension = extname(raster).slice(1);
  const stem = raster.slice(0, raster.length - extension.length);
  const files = await readdir(dirname(raster)).catch((): string[] => []);
  const endings = [`${extension.slice(0, 1)}${extension.slice(-1)}w`, `${extension}w`, 'wld'];
  const found = (extension ? endings : []).flatMap((ending) => {
    const wanted = basename(stem + ending).toLowerCase();
    return files.filter((file) => file.toLowerCase() === wanted);
  });
  return found.length > 0 ? join(dirname(raster), found[0]) : undefined;
}

/**
 * The mask that GDAL keeps in `NAME.msk` beside a raster: of all bands together, or one for each.
 *
 * @param open Reads it as a GeoTIFF.
 * @throws SarIoError `ReadFailed`, `CorruptFile` where it is not of the raster's size; the signal's reason when aborted.
 */
export async function openMaskSidecar(
  raster: { path: string; width: number; height: number },
  open: (file: ByteSource) => Promise<RasterSource>,
  options: ReadOptions = {},
): Promise<ValidityMask | undefined> {
  const file = await openBeside(raster.path, '.msk', options);
  if (!file) return undefined;
  const { path } = file;
  if (isRemote(path) && !(await isTiff(file))) {
    await file.close(); // such as a page that some servers give for all names
    return undefined;
  }
  const mask = await open(file);
  if (mask.width !== raster.width || mask.height !== raster.height) {
    await mask.close();
    throw new SarIoError('CorruptFile', {
      path,
      expected: `a mask of ${raster.width} × ${raster.height} pixels`,
      found: `${mask.width} × ${mask.height}`,
      hint: 'Remove the mask if it belongs to another raster',
    });
  }
  const shared = (Number(mask.metadata.INTERNAL_MASK_FLAGS_1 ?? PER_DATASET) & PER_DATASET) !== 0;
  return {
    async read(window, bands, signal) {
      const own = shared ? [0] : [...new Set(bands)].filter((band) => band < mask.bands.length);
      const { image } = await mask.read(window, { bands: own.length > 0 ? own : [0], signal });
      const pixels = window.width * window.height;
      return Uint8Array.from({ length: pixels }, (_, i) =>
        Number(own.every((_, b) => image.data[b * pixels + i] !== 0)),
      );
    },
    close: () => mask.close(),
  };
}

/**
 * The files beside a raster that count for what is read from it: `.aux.xml`, `.msk`, a world file, and an ENVI header.
 *
 * @throws SarIoError `ReadFailed`; the signal's reason when aborted.
 */
export async function listSidecars(raster: string, options: ReadOptions = {}): Promise<string[]> {
  const found: string[] = [];
  for (const ending of ['.aux.xml', '.msk']) {
    const file = await openBeside(raster, ending, options);
    await file?.close();
    if (file) found.push(isRemote(raster) ? addressBeside(raster, ending) : raster + ending);
  }
  const header = isRemote(raster) || /\.tiff?$/i.test(raster) ? undefined : await findEnviHeader(raster);
  const world = await findWorldFile(raster);
  return [...found, ...[world, header].flatMap((path) => path ?? [])];
}

async function isTiff(file: ByteSource): Promise<boolean> {
  const start = await file.read(0, Math.min(2, file.size));
  return ['II', 'MM'].includes(String.fromCharCode(...start));
}
