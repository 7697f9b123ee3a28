import type { ProductAnnotation } from './annotation';

/** Products, each with an annotation of it, in groups of one data take: the slices of a pass. Keeps their order. */
export function byDataTake<
  T extends { annotation: Pick<ProductAnnotation, 'mission' | 'absoluteOrbit' | 'dataTake'> },
>(products: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const product of products) {
    const { mission, absoluteOrbit, dataTake } = product.annotation;
    const pass = [mission, absoluteOrbit, dataTake].join(' ');
    groups.set(pass, [...(groups.get(pass) ?? []), product]);
  }
  return [...groups.values()];
}
