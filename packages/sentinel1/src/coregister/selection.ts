import type { Warning } from '@mtpi/jobs';
import { SarIoError } from '@mtpi/sar-io';
import type { Annotation } from '../product/annotation';
import { gridRowsOfBurst } from '../product/geolocation-grid';
import type { Area } from '../stack/area';
import { intersects } from '../stack/footprint';
import type { SlcPass } from './slc-passes';

/** The part of the products to process. */
export interface Selection {
  /** Swaths, merged into one image; default: those with bursts in the area, without an area the first of the product. */
  swaths?: readonly string[];
  /** First and last burst of the reference, counted from 1; default: all. */
  bursts?: readonly [first: number, last: number];
  /** Area of interest: only bursts that intersect it; of StripMap, lines between rows of the geolocation grid that do. */
  area?: Area;
}

/**
 * The swaths to process, from near to far range; with an area, also those that may have no burst in it. Where the first one is
 * taken by default, a warning says so.
 *
 * @throws SarIoError `InvalidArgument` where a product does not contain all of them.
 */
export function selectSwaths(
  products: readonly SlcPass[],
  { swaths: wanted, area }: Pick<Selection, 'swaths' | 'area'>,
  onWarning?: (warning: Warning) => void,
): string[] {
  const [{ path, swaths: own }] = products;
  if (!wanted && !area && own.length > 1)
    onWarning?.({
      code: 'SwathsLeftOut',
      message: `Only ${own[0]} of ${own.join(', ')} is processed; name all swaths to merge them, or give an area of interest`,
      input: path,
    });
  const all = products.reduce<readonly string[]>(
    (common, { swaths }) => common.filter((swath) => swaths.includes(swath)),
    own,
  );
  const chosen = wanted ?? (area ? all : own.slice(0, 1));
  const swaths = [...new Set(chosen.map((swath) => swath.toUpperCase()))].sort();
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
      expected: `the first and the last of bursts 1 to ${count}`,
      found: `${first}-${last}`,
    });
  }
  if (!area) return [first - 1, last - 1];
  const selected = burstsIn(area, reference).filter((index) => index >= first - 1 && index < last);
  return selected.length > 0 ? [selected[0], selected[selected.length - 1]] : undefined;
}

/**
 * First and last line of a StripMap image within the rows of its geolocation grid around an area, all without one; undefined
 * where the image does not intersect the area.
 */
export function selectLines(
  annotation: Annotation,
  area: Area | undefined,
): readonly [first: number, last: number] | undefined {
  if (!area) return [0, annotation.lines - 1];
  const rows = gridRowsOfBurst(annotation, 0);
  const inside = rows.slice(1).flatMap((lower, i) => (intersects(area, [rows[i], lower]) ? [i] : []));
  if (inside.length === 0) return undefined;
  return [rows[inside[0]][0].line, rows[inside[inside.length - 1] + 1][0].line];
}

/** Indices of the bursts that intersect an area. */
const burstsIn = (area: Area, annotation: Annotation): number[] =>
  [...annotation.bursts.keys()].filter((index) => intersects(area, gridRowsOfBurst(annotation, index)));
