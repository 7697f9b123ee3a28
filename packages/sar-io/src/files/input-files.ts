import { NETCDF_NAME, splitDatedPath } from '../acquisition/dated-path';
import { isRemote } from '../bytes/is-url';
import { listSidecars } from '../gdal/gdal-sidecars';
import type { ReadOptions } from '../raster/raster';
import { isStac, stacImage } from '../stac/items';
import { isVrt, listVrtSources } from '../vrt/open';

/**
 * The files, folders and addresses that are read where an acquisition is opened by this path: itself, sidecars, what a VRT
 * shows, the assets of a STAC Item.
 *
 * @throws SarIoError as the readers of these documents; the signal's reason when aborted.
 */
export async function listInputFiles(path: string, options: ReadOptions = {}): Promise<string[]> {
  const { file } = splitDatedPath(path);
  if (isStac(path)) {
    const { paths } = await stacImage(path, options);
    return [file, ...(await Promise.all(paths.map((asset) => listInputFiles(asset, options)))).flat()];
  }
  if (isVrt(path)) {
    const sources = await listVrtSources(path, options);
    return [path, ...(await Promise.all(sources.map((source) => listInputFiles(source, options)))).flat()];
  }
  if (NETCDF_NAME.test(file) && !isRemote(file)) return [file];
  return [path, ...(await listSidecars(path, options))];
}
