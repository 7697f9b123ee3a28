import proj4 from 'proj4';
import type { Crs, GeoKeys } from './georeference';

/** Tag with the numbers of GeoTIFF keys; 0 stands for the key directory itself. */
const GEO_DOUBLES = 34736;
/** GTRasterTypeGeoKey says how pixels lie, not in which system. */
const RASTER_TYPE = 1025;
/** Keys from here on are of heights. */
const VERTICAL = 4096;
const USER_DEFINED = 32767;
/** Projection of a map, and its codes of UTM: 160 and 161, with the zone, in the north and in the south. */
const PROJECTION = 3074;
const UTM_CODES = [160, 161];

/**
 * The first parameter in which two reference systems differ that are not both known by EPSG code: of user-defined GeoTIFF
 * keys, or of well-known text. Names are not compared, nor are systems that are described in different ways.
 */
export function differingParameter(a: Crs, b: Crs): string | undefined {
  const [first, second] = [parametersOf(a, b), parametersOf(b, a)];
  for (const [name, value] of first ?? []) {
    const other = second?.get(name);
    if (other !== undefined && !isClose(value, other)) return `${name} (${value} and ${other})`;
  }
  return undefined;
}

const isClose = (a: number | string, b: number | string) =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
    : a === b;

/** Parameters as both systems can be described. */
function parametersOf(crs: Crs, other: Crs): Map<string, number | string> | undefined {
  if (crs.geoKeys && other.geoKeys) return keyParameters(crs.geoKeys);
  return crs.wkt && other.wkt ? wktParameters(crs.wkt) : undefined;
}

function keyParameters({ directory, doubles = [] }: GeoKeys): Map<string, number> {
  const parameters = new Map<string, number>();
  for (let i = 4; i + 3 < directory.length; i += 4) {
    const [key, location, , value] = directory.slice(i, i + 4);
    if (key === RASTER_TYPE || key >= VERTICAL) continue;
    if (location === 0 && value !== USER_DEFINED) parameters.set(`GeoTIFF key ${key}`, value);
    if (location === GEO_DOUBLES && value < doubles.length)
      parameters.set(`GeoTIFF key ${key}`, doubles[value]);
    if (key !== PROJECTION || !UTM_CODES.includes(Math.floor(value / 100))) continue;
    // The longitude and latitude of origin, false easting and northing, and scale that the code stands for.
    const falseNorthing = value >= 16_100 ? 1e7 : 0;
    const origin = { 3080: 6 * (value % 100) - 183, 3081: 0, 3082: 5e5, 3083: falseNorthing, 3092: 0.9996 };
    parameters.delete(`GeoTIFF key ${PROJECTION}`);
    for (const [own, number] of Object.entries(origin)) parameters.set(`GeoTIFF key ${own}`, number);
  }
  return parameters;
}

function wktParameters(wkt: string): Map<string, number | string> | undefined {
  try {
    const projection = proj4.Proj(wkt) as unknown as Record<string, unknown>;
    const names = ['projName', 'a', 'b', 'lat0', 'lat1', 'lat2', 'lat_ts', 'long0', 'k0', 'x0', 'y0'];
    return new Map(
      names.flatMap((name) => {
        const value = projection[name];
        return typeof value === 'number' || typeof value === 'string' ? [[name, value] as const] : [];
      }),
    );
  } catch {
    return undefined;
  }
}
