import { SarIoError } from '@mtpi/sar-io';
import { booleanIntersects } from '@turf/boolean-intersects';
import type { Polygon } from 'geojson';
import type { Annotation } from '../product/annotation';
import { gridRowsOfBurst } from '../product/geolocation-grid';
import type { SlcProduct } from '../product/slc-product';
import { type Area, geometries } from './area';

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
