import type { ImageFileDirectory } from 'geotiff';
import { crsOfWkt } from '../georeference/crs-of-wkt';
import type { Crs, Gcp, GeoKeys, Georeference, Transform } from '../georeference/georeference';
import type { Tag } from './ifd';

/** OGC GeoTIFF 1.1: keys of the GeoKeyDirectory, and two of their values. */
const MODEL_TYPE = 1024;
const RASTER_TYPE = 1025;
const GEOGRAPHIC_TYPE = 2048;
const PROJECTED_TYPE = 3072;
const MODEL_GEOGRAPHIC = 2;
const PIXEL_IS_POINT = 2;
const PROJECTED_CITATION = 3073;
const USER_DEFINED = 32767;
const GEO_ASCII = 34737;
/** Begins a citation that is well-known text; Esri's convention, which GDAL reads where the model type is user-defined. */
const ESRI_TEXT = 'ESRI PE String = ';

/** Georeference in the tags of a TIFF; pixels that are points become areas around them. */
export function readGeoreference(directory: ImageFileDirectory): Georeference {
  const array = (name: 'ModelPixelScale' | 'ModelTiepoint' | 'ModelTransformation') =>
    Array.from((directory.getValue(name) as ArrayLike<number> | undefined) ?? []);
  const geoKeys = readGeoKeys(directory);
  const half = geoKeys && geoKey(geoKeys, RASTER_TYPE) === PIXEL_IS_POINT ? 0.5 : 0;
  const [scale, tiePoints, matrix] = [
    array('ModelPixelScale'),
    array('ModelTiepoint'),
    array('ModelTransformation'),
  ];
  const crs = geoKeys && crsOfKeys(geoKeys);
  if (scale[0] && scale[1] && tiePoints.length >= 6) {
    const [i, j, , x, y] = tiePoints;
    // As GDAL, which takes a negative step for one of rows from north to south.
    const [dx, dy] = [scale[0], Math.abs(scale[1])];
    return { crs, transform: [x - (i + half) * dx, dx, 0, y + (j + half) * dy, 0, -dy] };
  }
  if (matrix.length === 16) {
    const [a, b, , x, d, e, , y] = matrix;
    return { crs, transform: [x - half * (a + b), a, b, y - half * (d + e), d, e] };
  }
  const gcps: Gcp[] = [];
  for (let p = 0; p + 6 <= tiePoints.length; p += 6) {
    const [column, row, , x, y, z] = tiePoints.slice(p, p + 6);
    gcps.push({ column: column + half, row: row + half, x, y, z });
  }
  return { crs, ...(gcps.length > 0 && { gcps }) };
}

/** The tags that say the same. */
export function geoTags({ crs, transform, gcps }: Georeference): Tag[] {
  const tags: Tag[] = [];
  if (transform) tags.push(...transformTags(transform));
  else if (gcps) {
    const values = gcps.flatMap(({ column, row, x, y, z }) => [column, row, 0, x, y, z]);
    tags.push({ tag: 33922, type: 'double', values });
  }
  const keys = crs && (crs.geoKeys ?? keysOf(crs));
  if (keys) {
    const { directory, doubles, ascii } = keys;
    tags.push({ tag: 34735, type: 'short', values: pixelIsArea(directory) });
    if (doubles?.length) tags.push({ tag: 34736, type: 'double', values: doubles });
    if (ascii) tags.push({ tag: GEO_ASCII, type: 'ascii', values: ascii });
  }
  return tags;
}

function transformTags([x, a, b, y, d, e]: Transform): Tag[] {
  if (b === 0 && d === 0 && a > 0 && e < 0) {
    return [
      { tag: 33550, type: 'double', values: [a, -e, 0] },
      { tag: 33922, type: 'double', values: [0, 0, 0, x, y, 0] },
    ];
  }
  return [{ tag: 34264, type: 'double', values: [a, b, 0, x, d, e, 0, y, 0, 0, 0, 0, 0, 0, 0, 1] }];
}

function readGeoKeys(directory: ImageFileDirectory): GeoKeys | undefined {
  const keys = directory.getValue('GeoKeyDirectory') as ArrayLike<number> | undefined;
  if (!keys) return undefined;
  const doubles = directory.getValue('GeoDoubleParams') as ArrayLike<number> | undefined;
  const ascii = directory.getValue('GeoAsciiParams') as string | undefined;
  return {
    directory: Array.from(keys),
    ...(doubles && { doubles: Array.from(doubles) }),
    ...(ascii && { ascii: ascii.replace(/\0+$/, '') }),
  };
}

function crsOfKeys(geoKeys: GeoKeys): Crs {
  const geographic = geoKey(geoKeys, MODEL_TYPE) === MODEL_GEOGRAPHIC;
  const code = geoKey(geoKeys, geographic ? GEOGRAPHIC_TYPE : PROJECTED_TYPE);
  // 0 is undefined, 32767 user-defined: the keys themselves hold the parameters.
  const epsg = code && code !== USER_DEFINED ? code : undefined;
  const wkt = epsg ? undefined : citedText(geoKeys);
  if (wkt) return { ...crsOfWkt(wkt), geoKeys };
  return { ...(epsg && { epsg }), geographic, geoKeys };
}

/** The well-known text in place of a citation. */
function citedText({ directory, ascii = '' }: GeoKeys): string | undefined {
  for (let i = 4; i + 3 < directory.length; i += 4) {
    const [key, location, count, first] = directory.slice(i, i + 4);
    if (key !== PROJECTED_CITATION || location !== GEO_ASCII) continue;
    const text = ascii.slice(first, first + count).replace(/[|\0]+$/, '');
    if (text.startsWith(ESRI_TEXT)) return text.slice(ESRI_TEXT.length);
  }
  return undefined;
}

function keysOf({ epsg, geographic, wkt }: Crs): GeoKeys | undefined {
  if (epsg) return keysOfEpsg(epsg, geographic);
  if (!wkt) return undefined;
  const ascii = `${ESRI_TEXT}${wkt.replace(/[^\x20-\x7e]+/g, ' ')}|`;
  const keys = [
    [MODEL_TYPE, 0, 1, USER_DEFINED],
    [RASTER_TYPE, 0, 1, 1],
    [PROJECTED_TYPE, 0, 1, USER_DEFINED],
    [PROJECTED_CITATION, GEO_ASCII, ascii.length, 0],
  ];
  return { directory: [1, 1, 0, keys.length, ...keys.flat()], ascii };
}

function keysOfEpsg(epsg: number, geographic: boolean): GeoKeys {
  const keys = [
    [MODEL_TYPE, 0, 1, geographic ? MODEL_GEOGRAPHIC : 1],
    [RASTER_TYPE, 0, 1, 1],
    [geographic ? GEOGRAPHIC_TYPE : PROJECTED_TYPE, 0, 1, epsg],
  ];
  return { directory: [1, 1, 0, keys.length, ...keys.flat()] };
}

/** The value of a GeoTIFF key that is a short number; undefined where the keys lack it. */
export function geoKey({ directory }: GeoKeys, key: number): number | undefined {
  for (let i = 4; i + 3 < directory.length; i += 4) if (directory[i] === key) return directory[i + 3];
  return undefined;
}

function pixelIsArea(directory: readonly number[]): number[] {
  const result = [...directory];
  for (let i = 4; i + 3 < result.length; i += 4) if (result[i] === RASTER_TYPE) result[i + 3] = 1;
  return result;
}
