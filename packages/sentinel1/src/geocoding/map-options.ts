import {
  defineCrs,
  gridCrs,
  type LonLat,
  type MapGrid,
  type MapGridOptions,
  mapGrid,
  SarIoError,
} from '@mtpi/sar-io';
import type { JobOptions } from '../progress';
import { type Dem, type DemOptions, openDem } from './dem';

/** How a stack is terrain-corrected to a map grid. */
export interface StackMapOptions extends MapGridOptions, Pick<DemOptions, 'heights' | 'geoid'> {
  /** DEM: one raster, or several tiles, as `openDem` takes. Default: the heights of the geolocation grid, some kilometers apart. */
  dem?: string | readonly string[];
  /** Radiometric terrain flattening to gamma0, instead of the calibration asked for; needs a DEM. Default false. */
  flatten?: boolean;
}

/**
 * The grid of a stack around these points.
 *
 * @param meters default spacing. @throws as `mapGrid`.
 */
export async function stackGrid(
  points: readonly LonLat[],
  { epsg = 'utm', spacing }: MapGridOptions,
  meters: number,
): Promise<MapGrid> {
  if (epsg !== 'utm') await defineCrs({ epsg, geographic: false });
  const isGeographic = epsg !== 'utm' && gridCrs(epsg).geographic;
  return mapGrid(points, { epsg, spacing: spacing ?? (isGeographic ? undefined : meters) });
}

/** @throws SarIoError `InvalidArgument` for flattening without a DEM; else as `openDem`. */
export async function openStackDem(
  { dem, heights, geoid, flatten }: StackMapOptions,
  { signal, onWarning }: Pick<JobOptions, 'signal' | 'onWarning'>,
): Promise<Dem | undefined> {
  if (dem !== undefined) return openDem(dem, { heights, geoid, signal, onWarning });
  const wanted = flatten ? 'flattening' : (heights ?? geoid) === undefined ? undefined : 'heights or geoid';
  if (!wanted) return undefined;
  throw new SarIoError('InvalidArgument', { expected: `a DEM for ${wanted}`, found: 'none' });
}
