import proj4 from 'proj4';
import type { Crs } from './georeference';
import { keyDefinition } from './key-parameters';

/** Longitude and latitude of WGS 84, alone and with heights above the ellipsoid, EGM2008 or EGM96. */
const WGS84: readonly number[] = [4326, 4979, 9518, 9707];

export const isWgs84 = ({ epsg }: Crs): boolean => epsg !== undefined && WGS84.includes(epsg);

/** Definition for proj4 of a WGS 84 UTM zone. */
export function utmDefinition({ epsg = 0 }: Crs): string | undefined {
  const [base, zone] = [Math.floor(epsg / 100), epsg % 100];
  if ((base !== 326 && base !== 327) || zone < 1 || zone > 60) return undefined;
  return `+proj=utm +zone=${zone} ${base === 327 ? '+south ' : ''}+datum=WGS84 +units=m`;
}

/**
 * Lets `projectionOf` know a reference system by its EPSG code. Definitions other than WGS 84 and its UTM zones come from
 * the package proj4-list (0.8 MB), which is loaded when it is first needed. Of those not in it, and of those whose datum has
 * no parameters there for the way to WGS 84, nothing is defined.
 */
export async function defineCrs(crs: Crs | undefined): Promise<void> {
  if (crs?.epsg === undefined || isWgs84(crs) || utmDefinition(crs) || definitionOf(crs)) return;
  const { default: list } = await import('proj4-list');
  const [name, definition] = list[`EPSG:${crs.epsg}`] ?? [];
  if (name && definition && isTiedToWgs84(definition)) proj4.defs(name, definition);
}

/** What `defineCrs` has defined. */
export const definitionOf = ({ epsg }: Crs) =>
  proj4.defs(`EPSG:${epsg}`) as { projName?: string; units?: string; to_meter?: number } | undefined;

/** Definition for proj4 of a system that its EPSG code makes known: WGS 84, its UTM zones, and what `defineCrs` has defined. */
export const proj4Definition = (crs: Crs): string | undefined =>
  isWgs84(crs)
    ? '+proj=longlat +datum=WGS84'
    : (utmDefinition(crs) ?? (definitionOf(crs) && `EPSG:${crs.epsg}`));

/** A projection of proj4, angles in radians, without the way to another datum. */
export interface Proj4Projection extends Readonly<Record<string, unknown>> {
  projName: string;
  a: number;
  b: number;
  x0?: number;
  y0?: number;
  to_meter?: number;
  inverse(point: { x: number; y: number }): { x: number; y: number } | null;
}

/** The projection of a system by EPSG code, well-known text or GeoTIFF keys; undefined of methods that proj4 does not know. */
export function proj4Projection(crs: Crs): Proj4Projection | undefined {
  const { epsg, wkt, geoKeys } = crs;
  const definition = proj4Definition(crs) ?? wkt ?? (epsg || !geoKeys ? undefined : keyDefinition(geoKeys));
  try {
    return definition === undefined ? undefined : (proj4.Proj(definition) as unknown as Proj4Projection);
  } catch {
    return undefined;
  }
}

/**
 * Whether the way to WGS 84 is known: by parameters, as the same datum, or as one within a meter of it (those of the
 * ellipsoid GRS 80, such as ETRS89). Grids of differences, as NAD27 has, are not at hand.
 */
const isTiedToWgs84 = (definition: string): boolean =>
  /\+towgs84=|\+datum=(?!NAD27)|\+ellps=(?:GRS80|WGS84)|\+nadgrids=@null/.test(definition);
