import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openRaster } from '@mtpi/sar-io/node';

/** Names of results of a series, their bands and quicklooks, pages and STAC Items, shards and sidecars. */
const RESULT =
  /^\d{8}T\d{6}(?:_\w+)?\.(?:tif|json|html)(?:\.partial|\.shard-\d+-of-\d+|\.aux\.xml|\.msk|\.ovr)?$/;

/** Whether a raster with this metadata is a result of this package. */
export const isOfResult = ({ SOFTWARE = '' }: Readonly<Record<string, string>>): boolean =>
  SOFTWARE.startsWith('@mtpi/workflows');

/** Whether a path is a result of a series or belongs to one, or is a folder with nothing else in it. */
export async function isResult(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry) return false;
  const name = basename(path);
  if (entry.isDirectory() && !RESULT.test(name)) {
    const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
    if (!names.every((name) => RESULT.test(name))) return false;
    return (await Promise.all(names.map((name) => isResult(join(path, name))))).every(Boolean);
  }
  if (!RESULT.test(name)) return false;
  if (!name.endsWith('.tif') || name.endsWith('_quicklook.tif')) return true;
  const raster = await openRaster(path).catch(() => undefined);
  await raster?.close();
  return raster !== undefined && isOfResult(raster.metadata);
}
