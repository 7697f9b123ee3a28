import { crsOfWkt } from '../georeference/crs-of-wkt';
import { type Crs, crsOf, type Georeference, type Transform } from '../georeference/georeference';
import { utmDefinition } from '../georeference/reference-systems';
import { wktOf } from '../georeference/wkt-of-crs';

/** Contents of an ENVI header. */
export interface EnviHeader {
  samples?: number;
  lines?: number;
  /** Default 1. */
  bands: number;
  bandNames: readonly string[];
  /** `bsq` (the default), `bil` or `bip`. */
  interleave: string;
  /** ENVI's code: 4 is float32. */
  dataType: number;
  headerOffset: number;
  bigEndian: boolean;
  compressed: boolean;
  /** `data ignore value`: the stored number that marks pixels without data. */
  nodata?: number;
  /** `data gain values` and `data offset values` of the bands: value = gain · number + offset. */
  scales?: readonly number[];
  offsets?: readonly number[];
  /** Acquisition time as it stands there. */
  acquired?: string;
  georeference: Georeference;
}

/** Reads the fields of an ENVI header, in any order. */
export function parseEnviHeader(text: string): EnviHeader {
  const fields = fieldsOf(text);
  const number = (name: string) => (fields.has(name) ? Number(fields.get(name)) : undefined);
  const names = fields.get('band names')?.split(',') ?? [];
  const [nodata, acquired] = [number('data ignore value'), fields.get('acquisition time')];
  const numbers = (name: string) =>
    fields
      .get(name)
      ?.split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
  const [scales, offsets] = [numbers('data gain values'), numbers('data offset values')];
  const crs = parseCrs(fields.get('map info'), fields.get('coordinate system string'));
  const transform = parseMapInfo(fields.get('map info'));
  return {
    samples: number('samples'),
    lines: number('lines'),
    bands: number('bands') ?? 1,
    bandNames: names.map((name) => name.trim()),
    interleave: fields.get('interleave')?.toLowerCase() ?? 'bsq',
    dataType: number('data type') ?? 4,
    headerOffset: number('header offset') ?? 0,
    bigEndian: number('byte order') === 1,
    compressed: number('file compression') === 1,
    ...(nodata !== undefined && { nodata }),
    ...(scales && { scales }),
    ...(offsets && { offsets }),
    ...(acquired && { acquired }),
    georeference: { ...(crs && { crs }), ...(transform && { transform }) },
  };
}

/** Names and values, `name = value` on a line or `name = { value }` over several; in time linear in the text. */
function fieldsOf(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  const lastBrace = text.lastIndexOf('}');
  for (let start = 0, end: number; start < text.length; start = end + 1) {
    end = endOfLine(text, start);
    const line = text.slice(start, end);
    const equals = line.indexOf('=');
    if (equals < 0) continue;
    let value = line.slice(equals + 1).trim();
    const brace = start + line.indexOf('{', equals);
    if (value.startsWith('{') && brace < lastBrace) {
      const close = text.indexOf('}', brace);
      value = text.slice(brace + 1, close).trim();
      end = endOfLine(text, close);
    }
    const words = line.slice(0, equals).toLowerCase().split(/\s/);
    fields.set(words.filter(Boolean).join(' '), value);
  }
  return fields;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** The header PolSARpro writes for one of its float32 files, with the place of the image where ENVI can say it. */
export function enviHeader(file: string, width: number, height: number, georeference: Georeference): string {
  const { crs } = georeference;
  const mapInfo = formatMapInfo(georeference);
  const wkt = crs && (projectionName(crs) ? crs.wkt : wktOf(crs));
  return [
    'ENVI',
    'description = {',
    'PolSARpro File Imported to ENVI}',
    `samples = ${width}`,
    `lines   = ${height}`,
    'bands   = 1',
    'header offset = 0',
    'file type = ENVI Standard',
    'data type = 4',
    'interleave = bsq',
    'sensor type = SENTINEL1',
    'byte order = 0',
    ...(mapInfo ? [`map info = {${mapInfo}}`] : []),
    ...(wkt ? [`coordinate system string = {${wkt}}`] : []),
    'band names = {',
    `${file} }`,
    '',
  ].join('\n');
}

/**
 * `map info`: projection, pixel (from 1) and map position of the tie point, pixel size, then zone and hemisphere;
 * `rotation` turns the image about the tie point, in degrees clockwise. As in GDAL, a rotation of 180 stands for
 * rows from south to north.
 */
function parseMapInfo(info: string | undefined): Transform | undefined {
  const numbers = info?.split(',').slice(1, 7).map(Number);
  if (!numbers || numbers.length < 6 || numbers.some(Number.isNaN)) return undefined;
  const [column, row, x, y, dx, dy] = numbers;
  const degrees = Number(/rotation\s*=\s*([-+.\de]+)/i.exec(info!)?.[1] ?? 0);
  const [sin, cos] = [Math.sin, Math.cos].map((f) => f((degrees * Math.PI) / 180));
  const [a, b, d, e] =
    degrees % 180 === 0
      ? [dx, 0, 0, degrees % 360 === 0 ? -dy : dy]
      : [cos * dx, sin * dx, sin * dy, -cos * dy];
  return [x - (column - 1) * a - (row - 1) * b, a, b, y - (column - 1) * d - (row - 1) * e, d, e];
}

function parseCrs(info: string | undefined, wkt: string | undefined): Crs | undefined {
  if (wkt) return crsOfWkt(wkt);
  const [projection, , , , , , , zone, hemisphere] = info?.split(',').map((part) => part.trim()) ?? [];
  if (!/WGS[-_ ]?(?:19)?84/i.test(info ?? '')) return undefined;
  if (projection === 'Geographic Lat/Lon') return crsOf(4326);
  return projection === 'UTM' ? crsOf((hemisphere === 'South' ? 32700 : 32600) + Number(zone)) : undefined;
}

/** The inverse of `parseMapInfo`; undefined for a transform that is no rotation. */
function formatMapInfo({ crs, transform }: Georeference): string | undefined {
  if (!transform || isSheared(transform)) return undefined;
  const [x, a, b, y, d, e] = transform;
  const angle = b === 0 && d === 0 ? 0 : Math.atan2(b, a);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const [projection = 'Arbitrary', ...zone] = (crs && projectionName(crs)) ?? [];
  const rotation = angle === 0 ? [] : [`rotation=${(angle * 180) / Math.PI}`];
  return [projection, 1, 1, x, y, a * cos + b * sin, d * sin - e * cos, ...zone, ...rotation].join(', ');
}

/** Whether columns and rows are not at right angles. */
const isSheared = ([, a, b, , d, e]: Transform) =>
  Math.abs(a * d + b * e) > 1e-9 * Math.hypot(a, b) * Math.hypot(d, e);

/** ENVI's name of a reference system, and what follows the pixel size. */
function projectionName(crs: Crs): string[] | undefined {
  if (crs.epsg === 4326) return ['Geographic Lat/Lon', 'WGS-84'];
  if (!utmDefinition(crs)) return undefined;
  return ['UTM', `${crs.epsg! % 100}`, crs.epsg! < 32700 ? 'North' : 'South', 'WGS-84'];
}

/** What of a georeference, after `defineCrs`, ENVI headers cannot say. */
export function lostInEnvi({ crs, transform, gcps }: Georeference): string | undefined {
  if (!transform) return gcps?.length ? 'ground control points' : undefined;
  if (isSheared(transform)) return 'a transform that is not a rotation';
  if (!crs || projectionName(crs) || wktOf(crs)) return undefined;
  return `the reference system${crs.epsg === undefined ? '' : ` EPSG:${crs.epsg}`}`;
}
