import type { JobOptions } from '@mtpi/jobs';
import {
  defineCrs,
  gridCrs,
  type LonLat,
  type MapGrid,
  type MapGridOptions,
  mapGrid,
  SarIoError,
} from '@mtpi/sar-io';
import { type Dem, type DemOptions, heightCoverage, openDem } from './dem';

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
export async function stackMapGrid(
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

/**
 * Checks the share of an image in a map that a DEM covers; warns where it lacks some.
 *
 * @param isInside Whether a point is in the image. @param path Of the product. @param whole What the map holds.
 * @throws SarIoError `NotFound` where the DEM holds nothing of the image.
 */
export async function checkCoverage(
  dem: Dem,
  grid: MapGrid,
  isInside: (longitude: number, latitude: number) => boolean,
  path: string,
  whole: 'image in the map' | 'area of interest',
  { signal, onWarning }: Pick<JobOptions, 'signal' | 'onWarning'>,
): Promise<void> {
  const share = await heightCoverage(dem, grid, isInside, { signal });
  if (share === 0) {
    throw new SarIoError('NotFound', {
      path: dem.path,
      expected: `heights of the area of ${path}`,
      found: 'none',
      hint: 'add the DEM tiles of the area',
    });
  }
  if (share < 1)
    onWarning?.({
      code: 'DemIncomplete',
      message: `The DEM covers ${Math.floor(100 * share)} % of the ${whole}; the rest is masked`,
      input: dem.path,
    });
}
