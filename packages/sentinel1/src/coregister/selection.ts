import { SarIoError } from '@mtpi/sar-io';
import type { Annotation } from '../product/annotation';
import type { SafeProduct } from '../product/open-safe';
import { type Area, burstsIn } from './area';

/** Which part of the products is wanted. */
export interface Selection {
  /** Those merged into one image, or the one; by default the only one there is, else IW1. */
  swaths?: readonly string[];
  /** First and last burst of the reference, counted from 1; by default all. */
  bursts?: readonly [first: number, last: number];
  /** What the bursts must touch. */
  area?: Area;
}

/**
 * The swaths to prepare.
 *
 * @throws SarIoError `InvalidArgument` where a product has not all of them.
 */
export function selectSwaths(
  products: readonly SafeProduct[],
  wanted: readonly string[] | undefined,
): string[] {
  const swaths = [...new Set(wanted ?? [products[0].swaths[0]])].map((swath) => swath.toUpperCase()).sort();
  for (const product of products) {
    const missing = swaths.filter((swath) => !product.swaths.includes(swath));
    if (missing.length === 0) continue;
    const found = product.swaths.join(', ');
    throw new SarIoError(
      'InvalidArgument',
      `${product.path}: expected ${missing.join(', ')}, found ${found}`,
    );
  }
  return swaths;
}

/**
 * First and last of the reference's bursts, counted from 0, that are wanted; none where the area touches none.
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
    throw new SarIoError(
      'InvalidArgument',
      `${reference.path}: expected bursts between 1 and ${count}, got ${first}-${last}`,
    );
  }
  if (!area) return [first - 1, last - 1];
  const touched = burstsIn(area, reference).filter((index) => index >= first - 1 && index < last);
  return touched.length > 0 ? [touched[0], touched[touched.length - 1]] : undefined;
}
