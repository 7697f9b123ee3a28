import { footprint, type LonLat } from '@mtpi/sar-io';

/** The corners of a raster; undefined where nothing places it, or no longitude and latitude are known for its reference system. */
export function footprintIfKnown(raster: Parameters<typeof footprint>[0]): LonLat[] | undefined {
  try {
    return footprint(raster);
  } catch {
    return undefined;
  }
}
