import { readFile } from 'node:fs/promises';
import { SarIoError } from '@mtpi/sar-io';
import { booleanIntersects } from '@turf/boolean-intersects';
import type { Feature, FeatureCollection, Geometry, Polygon } from 'geojson';
import type { Annotation } from '../product/annotation';
import { gridRowsOfBurst } from '../product/geolocation-grid';
import type { SlcProduct } from '../product/slc-product';

/** An area of interest: GeoJSON, WGS 84. */
export type Area = Geometry | Feature | FeatureCollection;

/** The part of the products to process. */
export interface Selection {
  /** Swaths, merged into one image; default: the first of the product. */
  swaths?: readonly string[];
  /** First and last burst of the reference, counted from 1; default: all. */
  bursts?: readonly [first: number, last: number];
  /** Area of interest: only bursts that intersect it. */
  area?: Area;
}

/**
 * The swaths to process, from near to far range.
 *
 * @throws SarIoError `InvalidArgument` where a product does not contain all of them.
 */
export function selectSwaths(
  products: readonly SlcProduct[],
  wanted: readonly string[] | undefined,
): string[] {
  const swaths = [...new Set(wanted ?? [products[0].swaths[0]])].map((swath) => swath.toUpperCase()).sort();
  for (const product of products) {
    const missing = swaths.filter((swath) => !product.swaths.includes(swath));
    if (missing.length === 0) continue;
    throw new SarIoError('InvalidArgument', {
      path: product.path,
      expected: missing.join(', '),
      found: product.swaths.join(', '),
    });
  }
  return swaths;
}

/**
 * Indices of the first and last selected burst of the reference; undefined where no burst intersects the area.
 *
 * @throws SarIoError `InvalidArgument` for bursts that the reference does not have.
 */
export function selectBursts(
  reference: Annotation,
  { bursts, area }: Pick<Selection, 'bursts' | 'area'>,
): readonly [first: number, last: number] | undefined {
  const count = reference.bursts.length;
  const [first, last] = bursts ?? [1, count];
  if (!Number.isInteger(first) || !Number.isInteger(last) || first < 1 || last < first || last > count) {
    throw new SarIoError('InvalidArgument', {
      path: reference.path,
      expected: `bursts between 1 and ${count}`,
      found: `${first}-${last}`,
    });
  }
  if (!area) return [first - 1, last - 1];
  const selected = burstsIn(area, reference).filter((index) => index >= first - 1 && index < last);
  return selected.length > 0 ? [selected[0], selected[selected.length - 1]] : undefined;
}

const BOX = /^\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*$/;

/**
 * Reads an area of interest: `west,south,east,north` in degrees, or the path of a GeoJSON file. West lies east of east
 * where the area crosses the antimeridian, as in `179,-17,-179,-16`.
 *
 * @throws SarIoError `NotFound`, `CorruptFile`, `InvalidArgument`.
 */
export async function readArea(text: string): Promise<Area> {
  const box = BOX.exec(text)?.slice(1).map(Number);
  if (box) return boxArea(box as [number, number, number, number]);
  const content = await readFile(text, 'utf8').catch((cause) => {
    throw new SarIoError('NotFound', `${text} is neither west,south,east,north nor a readable file`, {
      path: text,
      cause,
    });
  });
  try {
    const area = JSON.parse(content) as Area;
    if (geometries(area).length > 0) return area;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new SarIoError('CorruptFile', { path: text, expected: 'GeoJSON with a geometry', found: 'none' });
}

/** @throws SarIoError `InvalidArgument` for numbers that are no degrees, or without west ≠ east and south < north. */
function boxArea([west, south, end, north]: readonly [number, number, number, number]): Area {
  const east = end < west ? end + 360 : end; // across the antimeridian
  const degrees =
    [west, end].every((lon) => Math.abs(lon) <= 360) && [south, north].every((lat) => Math.abs(lat) <= 90);
  if (!(degrees && west < east && south < north)) {
    throw new SarIoError('InvalidArgument', {
      expected: 'an area west,south,east,north in degrees, with south < north',
      found: `${west},${south},${end},${north}`,
    });
  }
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]; // biome-ignore format: corners
  return { type: 'Polygon', coordinates: [ring] };
}

/** Indices of the bursts that intersect an area. */
function burstsIn(area: Area, annotation: Annotation): number[] {
  const all = geometries(area);
  return annotation.bursts.flatMap((_, index) => {
    const outline = burstOutline(annotation, index);
    const turns = [-360, 0, 360].map((turn) => shifted(outline, turn));
    const intersects = turns.some((turned) => all.some((geometry) => booleanIntersects(turned, geometry)));
    return intersects ? [index] : [];
  });
}

/** A polygon with other longitudes for the same places. */
const shifted = ({ coordinates: [ring] }: Polygon, turn: number): Polygon => ({
  type: 'Polygon',
  coordinates: [ring.map(([longitude, latitude]) => [longitude + turn, latitude])],
});

/** Outline of a burst from the geolocation grid, with continuous longitudes. */
function burstOutline(annotation: Annotation, burst: number): Polygon {
  const [top, bottom] = gridRowsOfBurst(annotation, burst);
  const west = top[0].longitude;
  const points = [...top, ...bottom.toReversed(), top[0]].map(({ longitude, latitude }) => [
    longitude - 360 * Math.round((longitude - west) / 360),
    latitude,
  ]);
  return { type: 'Polygon', coordinates: [points] };
}

function geometries(area: Area): Geometry[] {
  if (area.type === 'FeatureCollection') return area.features.flatMap(geometries);
  if (area.type === 'Feature') return area.geometry ? [area.geometry] : [];
  return [area];
}
