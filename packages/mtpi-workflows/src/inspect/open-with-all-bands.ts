import { readdir } from 'node:fs/promises';
import type { RasterSource, ReadOptions } from '@mtpi/sar-io';
import { openPolsarpro, openRaster } from '@mtpi/sar-io/node';
import { isInResultFolder } from '../result/is-result';

const ORDER = ['C11', 'C22', 'C12_real', 'C12_imag', 'entropy', 'anisotropy', 'alpha'];

/** A raster; of a PolSARpro folder that this package wrote with H, A and alpha, which are no part of its C2. */
export async function openWithAllBands(path: string, options: ReadOptions): Promise<RasterSource> {
  const files: string[] = (await isInResultFolder(path)) ? await readdir(path).catch(() => []) : [];
  const bands = ORDER.filter((band) => files.includes(`${band}.bin`));
  return bands.length > 0 ? openPolsarpro(path, { bands }) : openRaster(path, options);
}
