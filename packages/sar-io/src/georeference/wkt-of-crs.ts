import proj4 from 'proj4';
import type { Crs } from './georeference';
import { definitionOf } from './reference-systems';

/** What proj4 knows of a reference system; angles in radians. */
interface Parameters {
  projName: string;
  a: number;
  b: number;
  x0?: number;
  y0?: number;
  k0?: number;
  lat0?: number;
  lat1?: number;
  lat2?: number;
  long0?: number;
  datum_params?: readonly (number | string)[];
  from_greenwich?: number;
  to_meter?: number;
}

type Angle = 'lat0' | 'lat1' | 'lat2' | 'long0';

const TRANSVERSE_MERCATOR: [string, Record<string, Angle>] = [
  'Transverse_Mercator',
  { latitude_of_origin: 'lat0', central_meridian: 'long0' },
];
const PARALLELS = { standard_parallel_1: 'lat1', standard_parallel_2: 'lat2' } as const;

/** WKT's name and angles of projections, by proj4's name. */
const PROJECTIONS: Readonly<Record<string, [name: string, angles: Record<string, Angle>]>> = {
  utm: TRANSVERSE_MERCATOR,
  tmerc: TRANSVERSE_MERCATOR,
  lcc: [
    'Lambert_Conformal_Conic_2SP',
    { ...PARALLELS, latitude_of_origin: 'lat0', central_meridian: 'long0' },
  ],
  aea: [
    'Albers_Conic_Equal_Area',
    { ...PARALLELS, latitude_of_center: 'lat0', longitude_of_center: 'long0' },
  ],
  laea: ['Lambert_Azimuthal_Equal_Area', { latitude_of_center: 'lat0', longitude_of_center: 'long0' }],
};

/**
 * Well-known text (WKT 1) of a reference system: its own, or that of an EPSG code that `defineCrs` has defined, if it is
 * geographic or its projection is transverse Mercator, conical or Lambert's azimuthal one.
 */
export function wktOf(crs: Crs): string | undefined {
  if (crs.wkt || !definitionOf(crs)) return crs.wkt;
  const system = new proj4.Proj(`EPSG:${crs.epsg}`) as unknown as Parameters;
  const { projName, a, b, x0 = 0, y0 = 0, k0 = 1, from_greenwich = 0, to_meter = 1, datum_params } = system;
  if (from_greenwich !== 0 || to_meter !== 1) return undefined;
  const code = `AUTHORITY["EPSG","${crs.epsg}"]`;
  const inverseFlattening = a === b ? 0 : Number((a / (a - b)).toPrecision(12));
  const spheroid = `SPHEROID["unknown",${a},${inverseFlattening}]`;
  const toWgs84 = datum_params ? `,TOWGS84[${[...datum_params, 0, 0, 0, 0].slice(0, 7)}]` : '';
  const datum = `DATUM["unknown",${spheroid}${toWgs84}],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]`;
  if (projName === 'longlat') return `GEOGCS["EPSG:${crs.epsg}",${datum},${code}]`;
  const [name, angles] = PROJECTIONS[projName] ?? [];
  const isScaled = name === 'Transverse_Mercator';
  if (!name || !angles || (k0 !== 1 && !isScaled)) return undefined;
  const degrees = (angle: Angle) => Number((((system[angle] ?? 0) * 180) / Math.PI).toPrecision(15));
  const parameters = Object.entries({
    ...Object.fromEntries(Object.entries(angles).map(([parameter, angle]) => [parameter, degrees(angle)])),
    ...(isScaled && { scale_factor: k0 }),
    false_easting: x0,
    false_northing: y0,
  }).map(([parameter, value]) => `PARAMETER["${parameter}",${value}]`);
  return `PROJCS["EPSG:${crs.epsg}",GEOGCS["unknown",${datum}],PROJECTION["${name}"],${parameters},UNIT["metre",1],${code}]`;
}
