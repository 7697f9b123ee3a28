import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { acquisitionDate } from '../acquisition/acquisition-date';
import { SarIoError } from '../errors';
import { readText } from '../files/read-text';
import { openMaskSidecar, readAuxXml } from '../gdal/gdal-sidecars';
import { describeBand } from '../geotiff/gdal-metadata';
import { openGeoTiff } from '../geotiff/open-file';
import { sampleType } from '../geotiff/samples';
import { planarSource } from '../raster/planar-source';
import { type BandInfo, checkSize, type RasterSource } from '../raster/raster';
import { BandFile, type BandLayout, type Interleave } from './band-file';
import { findEnviHeader } from './find-header';
import { type EnviHeader, parseEnviHeader } from './header';

/** TIFF's sample format and bits for ENVI's data types. */
const TYPES: Record<number, [format: number, bits: number]> = {
  1: [1, 8],
  2: [2, 16],
  3: [2, 32],
  4: [3, 32],
  5: [3, 64],
  6: [6, 64],
  9: [6, 128],
  12: [1, 16],
  13: [1, 32],
};

/** Names that say nothing, as GDAL and others write them. */
const PLACEHOLDER = /^band[ _]?\d*$/i;

/**
 * Opens an ENVI raster: a file of samples with a header `file.ext.hdr` or `file.hdr` beside it, by the path of either.
 * Integers of 8 to 32 bits, floats and complex floats; bands in sequence or interleaved by line or pixel; either byte
 * order. A file's only band is named after the file unless its header names it.
 *
 * @throws SarIoError `NotFound`, `UnsupportedFormat`, `CorruptFile` where header and file contradict each other.
 */
export async function openEnvi(path: string): Promise<RasterSource> {
  const [data, headerPath] = await enviPair(path);
  const header = await readEnviHeader(headerPath);
  const { bands, georeference } = header;
  const layout = enviLayout(header, headerPath);
  const { width, height, type } = layout;
  checkSize({ path: data, width, height });
  const sidecar = await readAuxXml(data);
  const mask = await openMaskSidecar({ path: data, width, height }, openGeoTiff);
  const file = await BandFile.open(data, layout).catch(async (error) => {
    await mask?.close();
    throw error;
  });
  const time = header.acquired && { ACQUISITION_TIME: header.acquired };
  const metadata = { ...sidecar?.items, ...time };
  const fallback = bands === 1 ? basename(data, extname(data)) : undefined;
  return planarSource({
    ...{ path: data, width, height, georeference: { ...sidecar?.georeference, ...georeference } },
    ...{ acquired: acquisitionDate(data, metadata), metadata },
    dataType: type.dataType,
    bands: Array.from({ length: bands }, (_, b) => {
      const own = enviBand(header, b);
      const name = own.name && !(fallback && PLACEHOLDER.test(own.name)) ? own.name : fallback;
      return describeBand(b, { ...own, name: name ?? `band${b + 1}` }, sidecar);
    }),
    planes: Array.from({ length: bands }, (_, b) => file.plane(b)),
    ...(mask && { masks: [mask] }),
    close: async () => {
      await mask?.close();
      await file.close();
    },
  });
}

/** Header fields of one band; the name is empty if there is none. */
export function enviBand({ bandNames, nodata, scales, offsets }: EnviHeader, band: number): BandInfo {
  const [scale, offset] = [scales?.[band], offsets?.[band]];
  return {
    name: bandNames[band] ?? '',
    ...(nodata !== undefined && { nodata }),
    ...(scale !== undefined && { scale }),
    ...(offset !== undefined && { offset }),
  };
}

/** @throws SarIoError `NotFound`, `CorruptFile` where this is no ENVI header. */
export async function readEnviHeader(path: string): Promise<EnviHeader> {
  const text = await readText(path);
  if (/^\s*(?:byteorder|nrows|ncols|layout|nbands|nbits)\s/i.test(text)) {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'an ENVI header',
      found: 'an ESRI header (EHdr)',
      hint: 'Convert the raster to GeoTIFF, for example with gdal_translate; or remove this header if it belongs to another file',
    });
  }
  if (!/^\s*ENVI/.test(text)) {
    throw new SarIoError(
      'CorruptFile',
      `${path}: expected an ENVI header, found ${JSON.stringify(text.slice(0, 20))}`,
    );
  }
  return parseEnviHeader(text);
}

/** @throws SarIoError `CorruptFile` where the header has no size, `UnsupportedFormat`. */
export function enviLayout(header: EnviHeader, path: string): BandLayout {
  const {
    samples: width = 0,
    lines: height = 0,
    bands,
    headerOffset: offset,
    interleave,
    bigEndian,
  } = header;
  const fail = (code: 'CorruptFile' | 'UnsupportedFormat', expected: string, found: unknown): never => {
    throw new SarIoError(code, `${path}: expected ${expected}, found ${found}`);
  };
  const whole = [width, height, bands, offset].every(Number.isInteger);
  if (!whole || width < 1 || height < 1 || bands < 1 || offset < 0) {
    const found = `samples = ${header.samples}, lines = ${header.lines}, bands = ${bands}`;
    fail('CorruptFile', 'a size in pixels', found);
  }
  if (header.compressed) fail('UnsupportedFormat', 'an uncompressed file', 'file compression = 1');
  if (!isInterleave(interleave)) return fail('UnsupportedFormat', 'interleave bsq, bil or bip', interleave);
  const code = TYPES[header.dataType];
  if (!code) fail('UnsupportedFormat', `data type ${Object.keys(TYPES).join(', ')}`, header.dataType);
  return { width, height, bands, interleave, type: sampleType(...code)!, bigEndian, offset };
}

const isInterleave = (text: string): text is Interleave => ['bsq', 'bil', 'bip'].includes(text);

/** The file of samples and its header, from the path of either. */
async function enviPair(path: string): Promise<[data: string, header: string]> {
  if (!/\.hdr$/i.test(path)) {
    const header = await findEnviHeader(path);
    if (!header) {
      throw new SarIoError(
        'NotFound',
        `${path}: expected an ENVI header ${basename(path)}.hdr beside it, found none`,
      );
    }
    return [path, header];
  }
  const stem = basename(path).slice(0, -'.hdr'.length);
  const files = await readdir(dirname(path)).catch((): string[] => []);
  const candidates = files.filter(
    (file) => !/\.(?:hdr|xml)$/i.test(file) && (file === stem || basename(file, extname(file)) === stem),
  );
  const data = candidates.includes(stem) ? stem : candidates[0];
  if (!data || (data !== stem && candidates.length > 1)) {
    const found = candidates.join(', ') || 'none';
    throw new SarIoError(
      'NotFound',
      `${path}: expected one file ${stem} with samples beside it, found ${found}`,
    );
  }
  return [join(dirname(path), data), path];
}
