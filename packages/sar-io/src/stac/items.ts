import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { redactUrl } from '@mtpi/errors';
import { ACQUISITION_TIME } from '../acquisition/acquisition-date';
import { datedPath, matchesDate, splitDatedPath } from '../acquisition/dated-path';
import { type Polarization, polarizationOf } from '../acquisition/polarization';
import { statedIn } from '../acquisition/stated-item';
import { hasScheme, isRemote, isUrl } from '../bytes/is-url';
import { openBytes } from '../bytes/open-bytes';
import { httpsOfS3 } from '../bytes/s3';
import { SarIoError } from '../errors';
import { textOf } from '../files/read-text';
import { crsOf, type Georeference } from '../georeference/georeference';
import type { ReadOptions } from '../raster/raster';
import { type StatedBand, statedBand } from './stated-band';

/** An image that a STAC Item describes. */
export interface StacImage {
  id: string;
  acquired?: Date;
  /** Paths or addresses of its co- and its cross-polarized raster. */
  paths: string[];
  /** Statements about their bands. */
  bands: StatedBand[];
  /** The time, the relative orbit and the pass, as `ACQUISITION_TIME`, `RELATIVE_ORBIT` and `PASS`. */
  metadata: Record<string, string>;
  georeference: Georeference;
}

/** Whether a path or address, with a date or not, may name a STAC document. */
export function isStac(path: string): boolean {
  const { file } = splitDatedPath(path);
  return /\.(?:geo)?json$/i.test(isUrl(file) ? new URL(file).pathname : file);
}

/**
 * The images of a STAC Item, or of an ItemCollection such as a search returns: assets `vv` and `vh` (`hh` and `hv`), by
 * their keys, `sar:polarizations` or file names.
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `CorruptFile` (not JSON); `UnsupportedFormat` for other documents, and Items
 *   without these assets.
 */
export async function readStac(path: string, options: ReadOptions = {}): Promise<StacImage[]> {
  const document = await readJson(path, options);
  const shown = redactUrl(path);
  const { type } = document;
  if (type === 'Catalog' || type === 'Collection')
    throw new SarIoError('UnsupportedFormat', {
      path: shown,
      expected: 'a STAC Item or ItemCollection',
      found: `a STAC ${type}`,
      hint: 'Use the Items of the dates, such as the result of a search',
    });
  const features =
    type === 'FeatureCollection' ? document.features : type === 'Feature' ? [document] : undefined;
  if (
    !Array.isArray(features) ||
    !features.every(isObject) ||
    !features.some(({ assets }) => isObject(assets))
  )
    throw new SarIoError('UnsupportedFormat', {
      path: shown,
      expected: 'a STAC Item or ItemCollection with assets',
      found: typeof type === 'string' ? `type ${type}` : 'another document',
      hint: 'Use the rasters, or a STAC Item with assets vv and vh',
    });
  return Promise.all(features.map((item) => imageOf(item, path)));
}

/**
 * The image that a path to a STAC document names.
 *
 * @throws as `readStac`; `UnsupportedFormat` for several images without a date, `NotFound` for a date that is not there.
 */
export async function stacImage(path: string, options: ReadOptions = {}): Promise<StacImage> {
  const { file, date } = splitDatedPath(path);
  const images = await readStac(file, options);
  const shown = redactUrl(file);
  const matching = images.filter(
    ({ acquired }) => date === undefined || (acquired && matchesDate(acquired, date)),
  );
  if (matching.length === 1) return matching[0];
  const found =
    matching.length === 0
      ? `${images.length} others`
      : `${matching.length} Items (${matching
          .slice(0, 4)
          .map(({ id }) => id)
          .join(', ')})`;
  const [{ acquired } = { acquired: undefined }] = images;
  throw new SarIoError(matching.length === 0 ? 'NotFound' : 'UnsupportedFormat', {
    path: shown,
    expected: date === undefined ? 'an Item of one date' : `one Item of ${date}`,
    found,
    hint: acquired
      ? `Select a date, as in ${datedPath(shown, acquired)}, or despeckle all of them with --stack`
      : 'Use separate Items',
  });
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function readJson(path: string, { signal }: ReadOptions): Promise<Json> {
  const file = await openBytes(path, { signal });
  const text = await textOf(file, signal);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    const found = (cause as Error).message;
    throw new SarIoError('CorruptFile', {
      path: file.path,
      expected: 'JSON',
      found,
      hint: 'Download the document again',
      cause,
    });
  }
  if (isObject(document)) return document;
  throw new SarIoError('UnsupportedFormat', {
    path: file.path,
    expected: 'a STAC document',
    found: 'other JSON',
    hint: 'Use the rasters, or a STAC Item with assets vv and vh',
  });
}

async function imageOf(item: Json, document: string): Promise<StacImage> {
  const id = typeof item.id === 'string' ? item.id : 'without id';
  const properties = isObject(item.properties) ? item.properties : {};
  const metadata = statementsOf(properties);
  const [acquired] = statedIn(metadata, ACQUISITION_TIME);
  const assets = Object.entries(isObject(item.assets) ? item.assets : {}).flatMap(([key, asset]) =>
    isObject(asset) && typeof asset.href === 'string' ? [{ key, asset, href: asset.href }] : [],
  );
  const rasters = assets.flatMap(({ key, asset, href }) => {
    const polarization = polarizationOfAsset(key, asset, href);
    return polarization && isRaster(asset, href)
      ? [{ polarization, href, asset, named: key.toUpperCase() === polarization }]
      : [];
  });
  const rasterOf = (polarization: Polarization) => {
    const own = rasters.filter((raster) => raster.polarization === polarization);
    return own.find(({ named }) => named) ?? (own.length === 1 ? own[0] : undefined);
  };
  const [pair] = (
    [
      ['VV', 'VH'],
      ['HH', 'HV'],
    ] as const
  )
    .map((names) => names.flatMap((name) => rasterOf(name) ?? []))
    .filter((found) => found.length === 2);
  if (!pair)
    throw new SarIoError('UnsupportedFormat', {
      path: redactUrl(document),
      expected: `assets vv and vh of Item ${id}`,
      found:
        assets
          .map(({ key }) => key)
          .slice(0, 8)
          .join(', ') || 'none',
      hint: 'Choose dual-polarization Items: VV and VH, or HH and HV',
    });
  return {
    id,
    ...(acquired && { acquired }),
    paths: await Promise.all(pair.map(({ href }) => resolveHref(href, document))),
    bands: pair.map(({ asset }) => statedBand(asset)),
    metadata,
    georeference: statedGeoreference({ ...properties, ...pair[0].asset }),
  };
}

/** The time and, of the extension `sat`, the orbit. */
function statementsOf(properties: Json): Record<string, string> {
  const time = properties.datetime ?? properties.start_datetime;
  const [orbit, pass] = ['sat:relative_orbit', 'sat:orbit_state'].map((name) => properties[name]);
  return {
    ...(typeof time === 'string' && { ACQUISITION_TIME: time }),
    ...(typeof orbit === 'number' && { RELATIVE_ORBIT: String(orbit) }),
    ...(typeof pass === 'string' && { PASS: pass.toUpperCase() }),
  };
}

/** Extension `proj`: its transform is that of affine matrices, row by row. */
function statedGeoreference(properties: Json): Georeference {
  const [code, epsg, transform] = ['proj:code', 'proj:epsg', 'proj:transform'].map(
    (name) => properties[name],
  );
  const number = Number(/^EPSG:(\d+)$/i.exec(String(code))?.[1] ?? epsg ?? Number.NaN);
  const isMatrix = Array.isArray(transform) && transform.length >= 6 && transform.every(Number.isFinite);
  if (!(number > 0 && isMatrix)) return {};
  const [a, b, c, d, e, f] = transform as number[];
  return { crs: crsOf(number), transform: [c, a, b, f, d, e] };
}

function polarizationOfAsset(key: string, asset: Json, href: string): Polarization | undefined {
  const declared = asset['sar:polarizations'];
  if (Array.isArray(declared) && declared.length === 1 && typeof declared[0] === 'string')
    return polarizationOf(declared[0]);
  return polarizationOf(key) ?? polarizationOf(redactUrl(href).split('/').at(-1) ?? '');
}

/** Whether an asset is an image rather than a thumbnail or metadata. */
function isRaster({ roles, type }: Json, href: string): boolean {
  const isPicture =
    Array.isArray(roles) &&
    roles.some((role) => ['thumbnail', 'overview', 'metadata'].includes(String(role)));
  return (
    !isPicture &&
    (/^image\/tiff|geotiff/i.test(String(type)) ||
      /\.(?:tiff?|vrt)$/i.test(redactUrl(href).replace(/\?…$/, '')))
  );
}

/** The path or address that an asset refers to, which is a URI reference: of files, `%20` may stand for a space. */
async function resolveHref(href: string, document: string): Promise<string> {
  if (/^file:/i.test(href)) return fileURLToPath(href);
  if (hasScheme(href)) return href;
  if (isRemote(document)) return new URL(href, httpsOfS3(document)).href;
  const pathOf = (name: string) => (name.startsWith('/') ? name : join(dirname(document), name));
  const decoded = decodeHref(href);
  // Names of files may contain a percent sign, too.
  const isLiteral = decoded === href || (await stat(pathOf(href)).catch(() => undefined));
  return pathOf(isLiteral ? href : decoded);
}

function decodeHref(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href; // a percent sign that escapes nothing
  }
}
