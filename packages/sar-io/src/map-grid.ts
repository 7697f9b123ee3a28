import proj4 from 'proj4';
import { SarIoError } from './errors';
import { type Crs, crsOf, type Transform } from './georeference';

/** A point on Earth in degrees, WGS 84. */
export type LonLat = readonly [longitude: number, latitude: number];

/** A grid of cells on a map, north up. */
export interface MapGrid {
  width: number;
  height: number;
  crs: Crs;
  transform: Transform;
}

export interface MapGridOptions {
  /** 4326, a WGS 84 UTM zone (32601 … 32660, 32701 … 32760), or `utm` for the zone of the area's middle. Default `utm`. */
  epsg?: number | 'utm';
  /** Edge of a cell, in metres or, of EPSG:4326, in degrees. Default 20 m, 0.0002°. */
  spacing?: number;
}

/**
 * The smallest grid that holds all points, its edges at multiples of the spacing, so that grids of one system and spacing
 * fit together. Points on both sides of the antimeridian are taken as neighbours.
 *
 * @throws SarIoError `InvalidArgument`.
 */
export function mapGrid(points: readonly LonLat[], options: MapGridOptions = {}): MapGrid {
  const fail = (expected: string, got: unknown): never => {
    throw new SarIoError('InvalidArgument', `mapGrid: expected ${expected}, got ${got}`);
  };
  const valid = points.every(([lon, lat]) => Number.isFinite(lon) && Math.abs(lat) <= 90);
  if (points.length < 2 || !valid) fail('two points or more in degrees', JSON.stringify(points));
  // Near the first point, also across the antimeridian.
  const near = points.map(([lon, lat]): LonLat => [lon - 360 * Math.round((lon - points[0][0]) / 360), lat]);
  const middle = [0, 1].map((axis) => {
    const values = near.map((point) => point[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  });
  const { epsg: wanted = 'utm' } = options;
  const epsg = wanted === 'utm' ? utmZone([middle[0], middle[1]]) : wanted;
  const spacing = options.spacing ?? (epsg === 4326 ? 2e-4 : 20);
  if (!(spacing > 0)) fail('a positive spacing', spacing);
  const { forward } = projectionOf(crsOf(epsg));
  const mapped = near.map(forward);
  const edges = [0, 1].map((axis) => {
    const values = mapped.map((point) => point[axis]);
    return [Math.floor(Math.min(...values) / spacing), Math.ceil(Math.max(...values) / spacing)];
  });
  const [[west, east], [south, north]] = edges;
  return {
    width: Math.max(1, east - west),
    height: Math.max(1, north - south),
    crs: crsOf(epsg),
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

/** Longitude and latitude of WGS 84, alone and with heights above the ellipsoid, EGM2008 or EGM96. */
const WGS84: readonly number[] = [4326, 4979, 9518, 9707];

/** @throws SarIoError `UnsupportedFormat` for systems other than WGS 84, geographic or UTM. */
export function projectionOf({ epsg, wkt }: Crs): Projection {
  if (epsg !== undefined && WGS84.includes(epsg))
    return { forward: (point) => point, inverse: (point) => point };
  const [base, zone] = [Math.floor((epsg ?? 0) / 100), (epsg ?? 0) % 100];
  if ((base !== 326 && base !== 327) || zone < 1 || zone > 60) {
    const found = epsg ? `EPSG:${epsg}` : (wkt?.slice(0, 40) ?? 'none');
    throw new SarIoError(
      'UnsupportedFormat',
      `expected the reference system EPSG:4326 or UTM of WGS 84, found ${found}`,
      { found, hint: 'Reproject it to a UTM zone of WGS 84, such as with gdalwarp -t_srs EPSG:32633' },
    );
  }
  const { forward, inverse } = proj4(
    `+proj=utm +zone=${zone} ${base === 327 ? '+south ' : ''}+datum=WGS84 +units=m`,
  );
  const pair = (point: number[]): LonLat => [point[0], point[1]];
  return {
    forward: (point) => pair(forward([...point])),
    inverse: (point) => pair(inverse([...point])),
  };
}
