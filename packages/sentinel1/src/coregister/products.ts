import { formatUtc, SarIoError } from '@mtpi/sar-io';
import { openSlc } from '../product/open-safe';
import type { SlcProduct } from '../product/slc-product';

/** Products of one track, by time. */
export interface Products {
  all: readonly SlcProduct[];
  /** Index of the product that defines the grid. */
  reference: number;
  close(): Promise<void>;
}

/**
 * Opens products and checks that they can be co-registered.
 *
 * @param reference Part of the name of the product that defines the grid, such as its date; default: the middle date.
 * @throws SarIoError `InvalidArgument`, `GridMismatch` where tracks, passes or polarizations differ; else as `openSafe`.
 */
export async function openProducts(paths: readonly string[], reference?: string): Promise<Products> {
  if (paths.length === 0) throw new SarIoError('InvalidArgument', { expected: 'products', found: 'none' });
  const opened: SlcProduct[] = [];
  const close = async () => {
    await Promise.all(opened.map((product) => product.close()));
  };
  try {
    for (const path of paths) opened.push(await openSlc(path));
    const all = opened.toSorted((a, b) => (acquisitionTime(a) < acquisitionTime(b) ? -1 : 1));
    for (const [i, product] of all.slice(1).entries()) checkSameTrack(all[i], product);
    return { all, reference: findReference(all, reference), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Start of a product, such as `2024-03-05T21:46:32.123456`. */
export const acquisitionTime = ({ start, epoch }: SlcProduct) => formatUtc(start, epoch);

/** Name of an acquisition in a stack, such as `20240305T214632_S1A`. */
export const acquisitionName = (product: SlcProduct) =>
  `${acquisitionTime(product).slice(0, 19).replace(/[-:]/g, '')}_${product.mission}`;

function findReference(products: readonly SlcProduct[], name: string | undefined): number {
  if (name === undefined) return Math.floor(products.length / 2);
  const named = products.filter(
    (product) => product.name.includes(name) || acquisitionName(product).includes(name),
  );
  if (named.length === 1) return products.indexOf(named[0]);
  throw new SarIoError('InvalidArgument', {
    expected: `a reference that names one product`,
    found: `'${name}', which ${named.length} have in their names`,
    hint: `name one of ${products.map(acquisitionName).join(', ')}`,
  });
}

function checkSameTrack(first: SlcProduct, product: SlcProduct): void {
  const track = ({ mode, relativeOrbit, pass, polarizations }: SlcProduct) =>
    `${mode}, relative orbit ${relativeOrbit}, ${pass}, ${polarizations.join('+')}`;
  if (track(first) !== track(product)) {
    throw new SarIoError('GridMismatch', {
      path: product.path,
      expected: `${track(first)} as ${first.path}`,
      found: track(product),
      hint: 'co-register products of one track and polarization only',
    });
  }
  if (acquisitionName(first) === acquisitionName(product)) {
    throw new SarIoError('InvalidArgument', {
      path: product.path,
      expected: `a date other than that of ${first.path}`,
      found: `the same acquisition, ${acquisitionName(product)}`,
    });
  }
}
