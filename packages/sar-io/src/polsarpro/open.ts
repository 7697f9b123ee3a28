import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import { acquisitionDate } from '../acquisition/acquisition-date';
import { BandFile, type BandLayout } from '../envi/band-file';
import { type EnviHeader, parseEnviHeader } from '../envi/header';
import { enviBand } from '../envi/open';
import { SarIoError } from '../errors';
import { readText } from '../files/read-text';
import type { ValidityMask } from '../gdal/gdal-sidecars';
import { sampleType } from '../geotiff/samples';
import { type Plane, planarSource } from '../raster/planar-source';
import { checkSize, type RasterSource } from '../raster/raster';
import { bandFile } from './band-files';
import { type PolsarproSize, parseConfig, parsePolarType } from './config';
import { otherMatrix } from './matrices';

/** Says which pixels are valid, 1 or 0 as float32, where a folder has it. */
export const VALID_PIXELS = 'mask_valid_pixels';

/**
 * Opens a PolSARpro folder: `config.txt` and one float32 file per band, by default the covariance C11, C22, C12_real,
 * C12_imag. Byte order and georeference are those of the headers `X.bin.hdr` or `X.hdr`, where there are any.
 *
 * @param bands bands to read, by the names of their files without `.bin`, or H and A for `entropy` and `anisotropy`.
 * @throws SarIoError `NotFound`, `CorruptFile` where a file is missing or not of the size of the image,
 * `UnsupportedFormat`.
 */
export async function openPolsarpro(
  folder: string,
  { bands = COVARIANCE_BANDS }: { bands?: readonly string[] } = {},
): Promise<RasterSource> {
  const files = await readdir(folder).catch((cause) => {
    throw new SarIoError('NotFound', `${folder} is not a folder that can be read`, { cause });
  });
  if (bands === COVARIANCE_BANDS) refuseOtherMatrices(folder, files);
  const missing = bands.map(bandFile).filter((name) => !files.includes(`${name}.bin`));
  if (missing.length > 0) {
    const expected = missing.map((name) => `${name}.bin`).join(', ');
    const others = files.filter((file) => file.endsWith('.bin'));
    const found = others.join(', ') || 'no .bin file';
    const code = others.length > 0 ? 'CorruptFile' : 'UnsupportedFormat';
    throw new SarIoError(code, `${folder}: expected ${expected}, found ${found}`, {
      ...{ path: folder, expected, found },
      hint:
        others.length > 0 ? undefined : 'A folder is read as one of PolSARpro; name other rasters one by one',
    });
  }
  const headers = new Map<string, EnviHeader>();
  for (const band of [...bands, VALID_PIXELS]) {
    const file = ['.bin.hdr', '.hdr']
      .map((ending) => bandFile(band) + ending)
      .find((name) => files.includes(name));
    if (file) headers.set(band, parseEnviHeader(await readText(join(folder, file))));
  }
  const first = headers.get(bands[0]);
  const config = files.find((file) => file.toLowerCase() === 'config.txt');
  const configText = config ? await readText(join(folder, config)) : '';
  const size = parseConfig(configText) ?? sizeOf(first);
  if (!size) throw new SarIoError('CorruptFile', `${folder}: expected a config.txt with Nrow and Ncol`);
  checkSize({ path: folder, ...size });
  for (const [band, header] of headers) checkHeaderSize(folder, size, band, header);
  const polarType = parsePolarType(configText);
  const names = files.includes(`${VALID_PIXELS}.bin`) ? [...bands, VALID_PIXELS] : bands;
  const opened: BandFile[] = [];
  const close = async () => {
    await Promise.all(opened.map((file) => file.close()));
  };
  try {
    for (const name of names) {
      const path = join(folder, `${bandFile(name)}.bin`);
      opened.push(await BandFile.open(path, layoutOf(path, size, headers.get(name))));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const planes = opened.map((file) => file.plane(0));
  return planarSource({
    path: folder,
    ...size,
    dataType: 'float32',
    georeference: first?.georeference ?? {},
    acquired: acquisitionDate(folder),
    bands: bands.map((name) => {
      const header = headers.get(name);
      return { ...(header && enviBand(header, 0)), name };
    }),
    planes: planes.slice(0, bands.length),
    masks: planes.slice(bands.length).map(maskOfPlane),
    metadata: { ...(polarType && { PolarType: polarType }) },
    close,
  });
}

/** @throws SarIoError `UnsupportedFormat` for folders of PolSARpro that hold another matrix than C2. */
function refuseOtherMatrices(folder: string, files: readonly string[]): void {
  const { found, hint } = otherMatrix(files.map((file) => file.replace(/\.bin$/i, ''))) ?? {};
  if (!found) return;
  const expected = COVARIANCE_BANDS.map((band) => `${band}.bin`).join(', ');
  const bins = files.filter((file) => file.endsWith('.bin')).join(', ');
  throw new SarIoError('UnsupportedFormat', `${folder}: expected ${expected} of a C2 folder, found ${bins}`, {
    ...{ path: folder, expected: 'a C2 folder', found, hint },
  });
}

function sizeOf(header: EnviHeader | undefined): PolsarproSize | undefined {
  return header?.samples && header.lines ? { width: header.samples, height: header.lines } : undefined;
}

/** @throws SarIoError `CorruptFile` where a header says another size than `config.txt`. */
function checkHeaderSize(
  folder: string,
  { width, height }: PolsarproSize,
  band: string,
  header: EnviHeader,
): void {
  const own = sizeOf(header);
  if (!own || (own.width === width && own.height === height)) return;
  throw new SarIoError('CorruptFile', {
    path: join(folder, `${bandFile(band)}.bin`),
    expected: `${width} × ${height} pixels as in config.txt`,
    found: `${own.width} × ${own.height} in its header`,
    hint: 'Correct or remove the wrong one: config.txt (Ncol, Nrow) or the .hdr files (samples, lines)',
  });
}

/** Which pixels are valid, from a plane of 1 and 0. */
function maskOfPlane(plane: Plane): ValidityMask {
  return {
    async read({ x, y, width, height }, _, signal) {
      const flags = new Float32Array(width * height);
      await plane.read({ x, y, width, height }, [flags], signal);
      return flags;
    },
    close: async () => {},
  };
}

/** Float32; byte order and offset are those of the header, if there is one. */
function layoutOf(path: string, size: PolsarproSize, header?: EnviHeader): BandLayout {
  if (header && header.dataType !== 4) {
    throw new SarIoError(
      'UnsupportedFormat',
      `${path}: expected ENVI data type 4 (float32), found ${header.dataType}`,
    );
  }
  const { bigEndian = false, headerOffset: offset = 0 } = header ?? {};
  return { ...size, bands: 1, interleave: 'bsq', type: sampleType(3, 32)!, bigEndian, offset };
}
