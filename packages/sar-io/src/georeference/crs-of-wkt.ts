import type { Crs } from './georeference';

/** A reference system by its well-known text; its EPSG code where it is named or where it is WGS 84, geographic or UTM. */
export function crsOfWkt(text: string): Crs {
  const { horizontal: wkt = text, vertical } = componentsOf(text);
  const geographic = /^\s*(?:GEOGCS|GEOGCRS|GEODCRS)/i.test(wkt);
  const authority = codeOf(wkt);
  // TOWGS84 is the way from another datum.
  const wgs84 = /(?<!TO)WGS[-_ ]?(?:19)?84|World Geodetic System 1984/i.test(wkt);
  const zone = /UTM[ _]zone[ _](\d+)/i.exec(wkt)?.[1];
  const south = /"false[_ ]northing",\s*1(?:0000000|\.?0*E\+?0*7)/i.test(wkt);
  let epsg = authority;
  if (!epsg && wgs84 && geographic) epsg = 4326;
  if (!epsg && wgs84 && zone) epsg = (south ? 32700 : 32600) + Number(zone);
  const name = vertical && /^[^"]*"([^"]*)"/.exec(vertical)?.[1];
  return {
    ...(epsg && { epsg }),
    ...{ geographic, wkt },
    ...(vertical && name && { vertical: { name, epsg: codeOf(vertical) } }),
  };
}

/** The EPSG code that a reference system's text ends with. */
function codeOf(wkt: string): number | undefined {
  const code = /(?:AUTHORITY|ID)\["EPSG",\s*"?(\d+)"?\]\s*\]\s*$/.exec(wkt)?.[1];
  return code ? Number(code) : undefined;
}

/** The two reference systems of a compound one, and of ESRI's two texts in succession. */
function componentsOf(wkt: string): { horizontal?: string; vertical?: string } {
  const content = /^\s*(?:COMPD_CS|COMPOUNDCRS)\[(.*)\]\s*$/is.exec(wkt)?.[1] ?? wkt;
  const parts: string[] = [];
  let [depth, start, quoted] = [0, 0, false];
  for (const [i, character] of [...`${content},`].entries()) {
    if (character === '"') quoted = !quoted;
    if (quoted) continue;
    if (character === '[') depth++;
    if (character === ']') depth--;
    if (character !== ',' || depth > 0) continue;
    parts.push(content.slice(start, i).trim());
    start = i + 1;
  }
  return {
    horizontal: parts.find((part) => /^(?:GEOGCS|GEOGCRS|GEODCRS|PROJCS|PROJCRS|BOUNDCRS)\[/i.test(part)),
    vertical: parts.find((part) => /^(?:VERT_?CS|VERTCRS)\[/i.test(part)),
  };
}
