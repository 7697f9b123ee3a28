import proj4 from 'proj4';
import { SarIoError } from '../errors';
import { extentOf } from './extent';
import { type Crs, crsOf, type Transform } from './georeference';
import { definitionOf, isWgs84, proj4Definition } from './reference-systems';

/** A point on Earth in degrees, WGS 84. */
export type LonLat = readonly [longitude: number, latitude: number];

/** The same longitude within half a turn (180°) of another. */
export const nearestLongitude = (longitude: number, near: number): number =>
  longitude - 360 * Math.round((longitude - near) / 360);

/** The same point with its longitude within half a turn (180°) of another. */
export const withNearestLongitude = ([longitude, latitude]: LonLat, near: number): LonLat => [
  nearestLongitude(longitude, near),
  latitude,
];

/** A grid of cells on a map, north up. */
export interface MapGrid {
  width: number;
  height: number;
  crs: Crs;
  transform: Transform;
}

export interface MapGridOptions {
  /**
   * EPSG code: 4326, a WGS 84 UTM zone (32601 … 32660, 32701 … 32760), or one that `defineCrs` has defined; or `utm` for the
   * zone of the area's middle. Default `utm`.
   */
  epsg?: number | 'utm';
  /** Edge of a cell, in meters, or degrees of geographic systems. Default 20 m, 0.0002°. */
  spacing?: number;
}

/**
 * The smallest grid that holds all points, its edges at multiples of the spacing, so that grids of one system and spacing
 * fit together. Points on both sides of the antimeridian are taken as neighbors.
 *
 * @throws SarIoError `InvalidArgument`.
 */
export function mapGrid(points: readonly LonLat[], options: MapGridOptions = {}): MapGrid {
  const fail = (expected: string, found: unknown): never => {
    throw new SarIoError('InvalidArgument', { subject: 'mapGrid', expected, found: `${found}` });
  };
  const valid = points.every(([lon, lat]) => Number.isFinite(lon) && Math.abs(lat) <= 90);
  if (points.length < 2 || !valid) fail('at least two points in degrees', JSON.stringify(points));
  // Near the first point, also across the antimeridian.
  const near = points.map((point) => withNearestLongitude(point, points[0][0]));
  const middle = [0, 1].map((axis) => {
    const [least, greatest] = extentOf(near.map((point) => point[axis]));
    return (least + greatest) / 2;
  });
  const { epsg: wanted = 'utm' } = options;
  const epsg = wanted === 'utm' ? utmZone([middle[0], middle[1]]) : wanted;
  const crs = gridCrs(epsg);
  const spacing = options.spacing ?? (crs.geographic ? 2e-4 : 20);
  if (!(spacing > 0)) fail('a positive spacing', spacing);
  const { forward } = projectionOf(crs, 'Use utm or the EPSG code of a projection.');
  const mapped = near.map(forward);
  if (!mapped.flat().every(Number.isFinite))
    fail(`points within the domain of EPSG:${epsg}`, JSON.stringify(points[0]));
  const edges = [0, 1].map((axis) => {
    const [least, greatest] = extentOf(mapped.map((point) => point[axis]));
    return [Math.floor(least / spacing), Math.ceil(greatest / spacing)];
  });
  const [[west, east], [south, north]] = edges;
  return {
    width: Math.max(1, east - west),
    height: Math.max(1, north - south),
    crs,
    transform: [west * spacing, spacing, 0, north * spacing, 0, -spacing],
  };
}

/** EPSG code of the WGS 84 UTM zone of a point; the exceptions of Norway and Svalbard are not made. */
export function utmZone([longitude, latitude]: LonLat): number {
  const zone = (((Math.floor((longitude + 180) / 6) % 60) + 60) % 60) + 1;
  return (latitude < 0 ? 32700 : 32600) + zone;
}

/** Between degrees of WGS 84 and the coordinates of a reference system. */
export interface Projection {
  forward(point: LonLat): LonLat;
  inverse(point: LonLat): LonLat;
}

/**
 * @param hint what to do about a system that is not known.
 * @throws SarIoError `UnsupportedFormat` for systems other than WGS 84, its UTM zones, and what `defineCrs` has defined.
 */
export function projectionOf(
  crs: Crs,
  hint = 'Reproject it to a UTM zone of WGS 84, for example with gdalwarp -t_srs EPSG:32633',
): Projection {
  if (isWgs84(crs)) return { forward: (point) => point, inverse: (point) => point };
  const definition = proj4Definition(crs);
  if (!definition) {
    const found = crs.epsg ? `EPSG:${crs.epsg}` : (crs.wkt?.slice(0, 40) ?? 'none');
    throw new SarIoError('UnsupportedFormat', {
      expected: 'a reference system with an EPSG code and a datum whose transformation to WGS 84 is known',
      found,
      hint,
    });
  }
  const { forward, inverse } = proj4(definition);
  const pair = (point: number[]): LonLat => [point[0], point[1]];
  return {
    forward: (point) => pair(forward([...point])),
    inverse: (point) => pair(inverse([...point])),
  };
}

/** The system of an EPSG code as that of a grid. @throws SarIoError `InvalidArgument` where its unit is not the meter or degree. */
export function gridCrs(epsg: number): Crs {
  const { projName, units, to_meter } = definitionOf({ epsg, geographic: false }) ?? {};
  const isMetric = projName === 'longlat' || units === undefined || units === 'm' || to_meter === 1;
  if (projName === 'geocent' || !isMetric)
    throw new SarIoError('InvalidArgument', {
      expected: 'a map grid in meters or degrees',
      found: `EPSG:${epsg}, whose unit is ${projName === 'geocent' ? 'that of geocentric coordinates' : units}`,
    });
  return projName ? crsOf(epsg, projName === 'longlat') : crsOf(epsg);
}
