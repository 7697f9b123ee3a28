import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isRemote } from '../bytes/is-url';
import type { ForeignFormat } from '../foreign-format';

const EOPF = 'Use the SAFE product of the same acquisition';
const OTHER = 'Convert it to GeoTIFF or netCDF, for example with gdal_translate or xarray';

/** Names of EOPF products of Sentinel-1, such as `S01SIWGRH_20240305T214632_0025_A299_1234_05A3.zarr`, and of SAFE products. */
const SENTINEL1 = /^(?:S01S|S1[A-D]_)/i;

/** The Zarr group or array at a path or URL, which is not read; undefined where there is none. URLs are known by their name. */
export async function identifyZarr(path: string): Promise<ForeignFormat | undefined> {
  const attributes = isRemote(path) ? byName(path) : await zarrAttributes(path);
  if (!attributes) return undefined;
  const { stac_discovery: item } = attributes;
  const isEopf = item !== undefined || SENTINEL1.test(basename(path));
  if (!isEopf) return { name: 'a Zarr group', hint: OTHER };
  const type = item?.properties?.['product:type'];
  return { name: `an EOPF Zarr product${type ? ` (${type})` : ''}`, hint: EOPF };
}

interface Attributes {
  /** STAC Item of an EOPF product. */
  stac_discovery?: { properties?: Record<string, unknown> };
}

const byName = (url: string): Attributes | undefined => (/\.zarr\/?$/i.test(url) ? {} : undefined);

/** Attributes of a group or array of Zarr v3 or v2; undefined where the folder is none. */
async function zarrAttributes(folder: string): Promise<Attributes | undefined> {
  const metadata = await readJson<{ attributes?: Attributes }>(join(folder, 'zarr.json'));
  if (metadata) return metadata.attributes ?? {};
  const isZarr = async (name: string) => (await stat(join(folder, name)).catch(() => undefined))?.isFile();
  if (!(await isZarr('.zgroup')) && !(await isZarr('.zarray'))) return undefined;
  return (await readJson<Attributes>(join(folder, '.zattrs'))) ?? {};
}

/** Undefined where there is no such file, or another than JSON. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
