import { formatUtc, SarIoError } from '@mtpi/sar-io';
import { openSafe, type SafeProduct } from '../product/open-safe';

/** Products of one track, in order of time. */
export interface Products {
  all: readonly SafeProduct[];
  /** Index of the one whose grid the others are brought onto. */
  reference: number;
  close(): Promise<void>;
}

/**
 * Opens products that can be laid on one another.
 *
 * @param reference Part of the name of the one that gives the grid, such as its date; by default the middle one.
 * @throws SarIoError `InvalidArgument`, `GridMismatch` where tracks, passes or polarizations differ; else as `openSafe`.
 */
export async function openProducts(paths: readonly string[], reference?: string): Promise<Products> {
  if (paths.length === 0) throw new SarIoError('InvalidArgument', 'prepare: expected products, got none');
  const opened: SafeProduct[] = [];
  const close = async () => {
    await Promise.all(opened.map((product) => product.close()));
  };
  try {
    for (const path of paths) opened.push(await openSafe(path));
    const all = opened.toSorted((a, b) => (acquiredAt(a) < acquiredAt(b) ? -1 : 1));
    for (const [i, product] of all.slice(1).entries()) checkSameTrack(all[i], product);
    return { all, reference: findReference(all, reference), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Start of a product, `2024-03-05T21:46:32.123456`. */
export const acquiredAt = ({ start, epoch }: SafeProduct) => formatUtc(start, epoch);

/** Names the files of a product's date, such as `20240305T214632_S1A`. */
export const dateName = (product: SafeProduct) =>
  `${acquiredAt(product).slice(0, 19).replace(/[-:]/g, '')}_${product.mission}`;

function findReference(products: readonly SafeProduct[], name: string | undefined): number {
  if (name === undefined) return Math.floor(products.length / 2);
  const named = products.filter((product) => product.name.includes(name) || dateName(product).includes(name));
  if (named.length === 1) return products.indexOf(named[0]);
  throw new SarIoError(
    'InvalidArgument',
    `prepare: expected a reference that names one product, got '${name}', which ${named.length} have in their names`,
  );
}

function checkSameTrack(first: SafeProduct, product: SafeProduct): void {
  const facts = ({ relativeOrbit, pass, polarizations }: SafeProduct) =>
    `relative orbit ${relativeOrbit}, ${pass}, ${polarizations.join('+')}`;
  if (facts(first) !== facts(product)) {
    throw new SarIoError(
      'GridMismatch',
      `${product.path}: expected ${facts(first)} as ${first.path}, found ${facts(product)}`,
    );
  }
  if (dateName(first) === dateName(product)) {
    throw new SarIoError('InvalidArgument', `${product.path}: expected another date than ${first.path}`);
  }
}
