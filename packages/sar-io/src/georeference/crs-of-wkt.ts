import type { Crs } from './georeference';

/** A reference system by its well-known text; its EPSG code where it is named or where it is WGS 84, geographic or UTM. */
export function crsOfWkt(wkt: string): Crs {
  const geographic = /^\s*(?:GEOGCS|GEOGCRS|GEODCRS)/i.test(wkt);
  const authority = /(?:AUTHORITY|ID)\["EPSG",\s*"?(\d+)"?\]\s*\]\s*$/.exec(wkt)?.[1];
  // TOWGS84 is the way from another datum.
  const wgs84 = /(?<!TO)WGS[-_ ]?(?:19)?84|World Geodetic System 1984/i.test(wkt);
  const zone = /UTM[ _]zone[ _](\d+)/i.exec(wkt)?.[1];
  const south = /"false[_ ]northing",\s*1(?:0000000|\.?0*E\+?0*7)/i.test(wkt);
  let epsg = authority ? Number(authority) : undefined;
  if (!epsg && wgs84 && geographic) epsg = 4326;
  if (!epsg && wgs84 && zone) epsg = (south ? 32700 : 32600) + Number(zone);
  return { ...(epsg && { epsg }), geographic, wkt };
}
