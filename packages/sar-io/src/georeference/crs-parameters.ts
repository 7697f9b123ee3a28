import type { Crs } from './georeference';
import { keyParameters } from './key-parameters';
import { type Proj4Projection, proj4Projection } from './reference-systems';

/** By which proj4 names the difference between two projections. */
const PARAMETERS = ['a', 'b', 'lat0', 'lat1', 'lat2', 'lat_ts', 'long0', 'k0', 'x0', 'y0', 'projName'];

/** Meters around the origin where projections are compared, and radians to which they agree: a meter. */
const OFFSETS = [-1e6, 1e5, 1e6];
const TOLERANCE = 1.6e-7;
/** Methods that proj4 takes for others where well-known text names them. */
const MISREAD = /oblique|omerc|stereographic_(?:north|south)_pole|pseudo.mercator/i;

/**
 * The first parameter in which two reference systems differ that are not both known by EPSG code: of user-defined GeoTIFF
 * keys, or of the projections, by EPSG code, well-known text or keys. Names are not compared, nor is the way to another datum.
 */
export function differingParameter(a: Crs, b: Crs): string | undefined {
  if (isByKeys(a) && isByKeys(b)) return differingKey(a, b);
  const [first, second] = [projectionOf(a), projectionOf(b)];
  return first && second && differingProjection(first, second);
}

/** Whether `differingParameter` knows both systems by their parameters. */
export const areComparable = (a: Crs, b: Crs): boolean =>
  (isByKeys(a) && isByKeys(b)) || (projectionOf(a) !== undefined && projectionOf(b) !== undefined);

const isByKeys = ({ epsg, wkt, geoKeys }: Crs): boolean => !epsg && !wkt && geoKeys !== undefined;

function differingKey(a: Crs, b: Crs): string | undefined {
  const [first, second] = [keyParameters(a.geoKeys!), keyParameters(b.geoKeys!)];
  const key = [...first.keys()].find((key) => second.has(key) && !isClose(first.get(key)!, second.get(key)!));
  return key === undefined ? undefined : `GeoTIFF key ${key} (${first.get(key)} and ${second.get(key)})`;
}

const isClose = (a: unknown, b: unknown) =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
    : a === b;

/** By parameters, where these place points elsewhere: one projection may be described in several ways. */
function differingProjection(first: Proj4Projection, second: Proj4Projection): string | undefined {
  if (placeAlike(first, second)) return undefined;
  const name = PARAMETERS.find((name) => {
    const [own, other] = [first[name], second[name]];
    return own !== undefined && other !== undefined && !isClose(own, other);
  });
  return name ? `${name} (${first[name]} and ${second[name]})` : 'projection';
}

function placeAlike(first: Proj4Projection, second: Proj4Projection): boolean {
  if (isGeographic(first) || isGeographic(second))
    return (
      isGeographic(first) === isGeographic(second) &&
      ['a', 'b'].every((axis) => isClose(first[axis], second[axis]))
    );
  const { x0 = 0, y0 = 0 } = first;
  return OFFSETS.flatMap((dx) => OFFSETS.map((dy) => ({ x: x0 + dx, y: y0 + dy }))).every((point) => {
    const [p, q] = [first, second].map((projection) => {
      const scale = (projection.to_meter ?? 1) / (first.to_meter ?? 1);
      return projection.inverse({ x: scale * point.x, y: scale * point.y });
    });
    // Neither may reach there.
    return !p || !q ? p === q : !(Math.hypot(p.x - q.x, p.y - q.y) > TOLERANCE);
  });
}

const isGeographic = ({ projName }: Proj4Projection) => projName === 'longlat';

function projectionOf(crs: Crs): Proj4Projection | undefined {
  const projection = proj4Projection(crs);
  return projection && !MISREAD.test(projection.projName) ? projection : undefined;
}
