import type { GeoKeys } from './georeference';

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

const MODEL_TYPE = 1024;
const MODEL_GEOGRAPHIC = 2;
/** Units and prime meridian of a system, where they are those of proj4. */
const USUAL: ReadonlyMap<number, number> = new Map([
  [2051, 8901],
  [2054, 9102],
  [2061, 0],
  [3076, 9001],
]);
const [SEMI_MAJOR, SEMI_MINOR, INVERSE_FLATTENING] = [2057, 2058, 2059];

/** Names for proj4 of methods of projection, and of parameters by the keys that may hold them. */
const METHOD = 3075;
const METHODS: ReadonlyMap<number | undefined, string> = new Map([
  [1, 'tmerc'],
  [8, 'lcc'],
  [9, 'lcc'],
  [10, 'laea'],
  [11, 'aea'],
]);
const PARAMETERS: readonly (readonly [string, readonly number[]])[] = [
  ['lat_0', [3081, 3085, 3089]],
  ['lon_0', [3080, 3084, 3088]],
  ['lat_1', [3078]],
  ['lat_2', [3079]],
  ['x_0', [3082, 3086]],
  ['y_0', [3083, 3087]],
  ['k', [3092]],
];

/** The numbers of GeoTIFF keys that define a reference system, by key. */
export function keyParameters({ directory, doubles = [] }: GeoKeys): Map<number, number> {
  const parameters = new Map<number, number>();
  for (let i = 4; i + 3 < directory.length; i += 4) {
    const [key, location, , value] = directory.slice(i, i + 4);
    if (key === RASTER_TYPE || key >= VERTICAL) continue;
    if (location === 0 && value !== USER_DEFINED) parameters.set(key, value);
    if (location === GEO_DOUBLES && value < doubles.length) parameters.set(key, doubles[value]);
    if (key !== PROJECTION || !UTM_CODES.includes(Math.floor(value / 100))) continue;
    // The method, longitude and latitude of origin, false easting and northing, and scale that the code stands for.
    const [longitude, falseNorthing] = [6 * (value % 100) - 183, value >= 16_100 ? 1e7 : 0];
    const utm = { 3075: 1, 3080: longitude, 3081: 0, 3082: 5e5, 3083: falseNorthing, 3092: 0.9996 };
    parameters.delete(PROJECTION);
    for (const [own, number] of Object.entries(utm)) parameters.set(Number(own), number);
  }
  return parameters;
}

/** The definition for proj4 of a user-defined system; undefined of other methods and units, or without an ellipsoid. */
export function keyDefinition(keys: GeoKeys): string | undefined {
  const parameters = keyParameters(keys);
  const value = (key: number) => parameters.get(key);
  const isUsual = [...USUAL].every(([key, usual]) => (value(key) ?? usual) === usual);
  const method = value(MODEL_TYPE) === MODEL_GEOGRAPHIC ? 'longlat' : METHODS.get(value(METHOD));
  const [a, b, rf] = [SEMI_MAJOR, SEMI_MINOR, INVERSE_FLATTENING].map(value);
  if (!isUsual || !method || !a || !(b || rf)) return undefined;
  const own = PARAMETERS.flatMap(([name, candidates]) => {
    const found = candidates.map(value).find((number) => number !== undefined);
    return found === undefined ? [] : [`+${name}=${found}`];
  });
  return [`+proj=${method}`, ...own, `+a=${a}`, b ? `+b=${b}` : `+rf=${rf}`].join(' ');
}
