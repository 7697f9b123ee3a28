import { readFile } from 'node:fs/promises';
import { type LonLat, SarIoError } from '@mtpi/sar-io';
import type { Feature, FeatureCollection, Geometry, GeometryCollection } from 'geojson';

/** An area of interest: GeoJSON, WGS 84. */
export type Area = Geometry | Feature | FeatureCollection;

type SimpleGeometry = Exclude<Geometry, GeometryCollection>;

const BOX = /^\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*$/;

/** Rather than the name of a file: numbers, four parts between commas, WKT or JSON. */
const NO_FILE = [
  /^[-\d.,\s]*$/,
  /^[^,/\\]*(,[^,/\\]*){3}$/,
  /^\s*(SRID=\d+;)?(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)[ ZM]*\(/i,
  /^\s*\{/,
];

const HINT = 'Use a GeoJSON polygon in degrees (WGS 84), or west,south,east,north';

/**
 * Reads an area of interest: `west,south,east,north` in degrees, or the path of a GeoJSON file. West lies east of east
 * where the area crosses the antimeridian, as in `179,-17,-179,-16`.
 *
 * @throws SarIoError `NotFound` for a path without a readable file, `InvalidArgument`.
 */
export async function readArea(text: string): Promise<Area> {
  const box = BOX.exec(text)?.slice(1).map(Number);
  if (box) return boxArea(box as [number, number, number, number]);
  const content = await readFile(text, 'utf8').catch((cause) => {
    const message = `${text} is neither west,south,east,north nor a readable file`;
    if (NO_FILE.some((pattern) => pattern.test(text)))
      throw new SarIoError('InvalidArgument', message, { path: text, cause, hint: HINT });
    throw new SarIoError('NotFound', message, { path: text, cause });
  });
  const area = parseGeoJson(content.replace(/^\uFEFF/, ''));
  const all = area ? geometries(area) : [];
  const refuse = (expected: string, found: string, hint = HINT): never => {
    throw new SarIoError('InvalidArgument', { path: text, expected, found, hint });
  };
  if (!area && /\.shp$/i.test(text))
    return refuse('GeoJSON', 'a shapefile', `Convert it: ogr2ogr -t_srs EPSG:4326 area.geojson ${text}`);
  if (!area || all.length === 0 || !all.every(isGeometry)) return refuse('GeoJSON with a geometry', 'none');
  const outside = all
    .flatMap(linesOf)
    .flat()
    .find(([lon, lat]) => !isDegrees(lon, lat));
  return outside ? refuse('longitudes and latitudes in degrees', outside.slice(0, 2).join(', ')) : area;
}

function parseGeoJson(content: string): Area | undefined {
  try {
    const area: unknown = JSON.parse(content);
    return typeof area === 'object' && area !== null ? (area as Area) : undefined;
  } catch {
    return undefined;
  }
}

/** How deep the positions of a geometry lie in its coordinates. */
const DEPTH: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

function isGeometry(value: unknown): value is SimpleGeometry {
  const { type, coordinates } = (value ?? {}) as Record<string, unknown>;
  const isPosition = (position: unknown) =>
    Array.isArray(position) && position.length >= 2 && position.every(Number.isFinite);
  const areCoordinates = (part: unknown, depth: number): boolean =>
    depth === 0
      ? isPosition(part)
      : Array.isArray(part) && part.length > 0 && part.every((inner) => areCoordinates(inner, depth - 1));
  return typeof type === 'string' && Object.hasOwn(DEPTH, type) && areCoordinates(coordinates, DEPTH[type]);
}

/** The rings and lines of a geometry; points as lines, too. */
const linesOf = ({ type, coordinates }: SimpleGeometry): LonLat[][] =>
  [[coordinates]].flat(DEPTH[type]) as unknown[] as LonLat[][];

const isDegrees = (longitude: number, latitude: number): boolean =>
  Math.abs(longitude) <= 360 && Math.abs(latitude) <= 90; // a longitude may lie up to a turn away

/**
 * @throws SarIoError `InvalidArgument` for numbers that are no degrees, or without west ≠ east and south < north; for more
 *   than half a turn across the antimeridian, as of west and east exchanged.
 */
function boxArea([west, south, end, north]: readonly [number, number, number, number]): Area {
  const east = end < west ? end + 360 : end; // across the antimeridian
  const degrees = isDegrees(west, south) && isDegrees(end, north);
  if (!(degrees && west < east && south < north)) {
    throw new SarIoError('InvalidArgument', {
      expected: 'an area west,south,east,north in degrees, with south < north',
      found: `${west},${south},${end},${north}`,
    });
  }
  if (end < west && east - west > 180) {
    throw new SarIoError('InvalidArgument', {
      expected: 'an area west,south,east,north of at most 180° across the antimeridian',
      found: `${(east - west).toFixed(1)}° from ${west} to ${end}`,
      hint: 'Exchange west and east',
    });
  }
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]; // biome-ignore format: corners
  return { type: 'Polygon', coordinates: [ring] };
}

/** Collections in collections and features beyond this are no area. */
const MOST_DEPTH = 8;

/** The geometries of an area, out of all collections. */
export function geometries(area: Area, depth = 0): SimpleGeometry[] {
  const {
    features,
    geometry,
    geometries: parts,
  } = area as unknown as { [key: string]: Area | Area[] | undefined };
  const inner = { FeatureCollection: features, Feature: geometry, GeometryCollection: parts }[
    area.type as string
  ];
  if (inner)
    return depth < MOST_DEPTH
      ? [inner].flat().flatMap((each) => (each ? geometries(each, depth + 1) : []))
      : [];
  return area.type === 'Feature' ? [] : [area as SimpleGeometry];
}

/** The rings and lines of an area, in degrees; points as lines, too. */
export const areaLines = (area: Area): LonLat[][] => geometries(area).flatMap(linesOf);

/** Points that an edge of an area is divided into. */
const STEPS = 16;

/** A line with points between its own, as a straight edge in degrees may be curved on a map or an image. */
export const densifyLine = (line: readonly LonLat[]): LonLat[] =>
  line.flatMap(([lon, lat], i) => {
    const [nextLon, nextLat] = line[i + 1] ?? [lon, lat];
    return Array.from({ length: STEPS }, (_, k): LonLat => {
      const share = k / STEPS;
      return [lon + share * (nextLon - lon), lat + share * (nextLat - lat)];
    });
  });
