import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDespeckled, openRaster } from '@mtpi/sar-io/node';
import { PACKAGE } from '../software';
import { PROVENANCE_FILE } from './output-kind';

/** Names of results of a series, their bands and quicklooks, pages and STAC Items, shards and sidecars. */
const RESULT =
  /^\d{8}T\d{6}(?:_\w+)?\.(?:tif|json|html)(?:\.partial|\.shard-\d+-of-\d+|\.aux\.xml|\.msk|\.ovr)?$/;

/** Whether this package wrote a GeoTIFF, a PNG or a STAC Item. */
export async function isOwnFile(path: string): Promise<boolean> {
  if (!/\.tiff?$/i.test(path)) return (await readFile(path, 'latin1')).includes(PACKAGE);
  const raster = await openRaster(path).catch(() => undefined);
  await raster?.close();
  return raster !== undefined && isDespeckled(raster);
}

/** Whether a path is a folder that this package wrote, or a file in one. */
export async function isInResultFolder(path: string): Promise<boolean> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
  const provenance = join(isFolder ? path : dirname(path), PROVENANCE_FILE);
  return (await stat(provenance).catch(() => undefined))?.isFile() ?? false;
}

/** Whether a path is a result or belongs to one of a series, or is a folder with nothing else in it. */
export async function isResult(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry) return false;
  const name = basename(path);
  if (entry.isDirectory() && !RESULT.test(name)) {
    if (await isInResultFolder(path)) return true;
    const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
    for (const name of names) if (!(await isResult(join(path, name)))) return false;
    return true;
  }
  if (!RESULT.test(name)) return false;
  return !name.endsWith('.tif') || name.endsWith('_quicklook.tif') || isOwnFile(path);
}
