import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RasterSource, ReadOptions } from '@mtpi/sar-io';
import { openPolsarpro, openRaster, polsarproBands } from '@mtpi/sar-io/node';
import { PROVENANCE_FILE } from '../output/output-kind';

/** A raster; of a PolSARpro folder that this package wrote with H, A and alpha, which are no part of its C2. */
export async function openWithAllBands(path: string, options: ReadOptions): Promise<RasterSource> {
  const bands = existsSync(join(path, PROVENANCE_FILE)) ? await polsarproBands(path) : [];
  return bands.length > 0 ? openPolsarpro(path, { bands }) : openRaster(path, options);
}
