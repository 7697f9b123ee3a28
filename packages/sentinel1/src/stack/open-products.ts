import { SarIoError } from '@mtpi/sar-io';
import { acquisitionTime } from '../product/acquisition-name';
import type { SafeProduct } from '../product/open-safe';

/** A product with an annotation of it. */
interface Opened {
  product: SafeProduct;
  annotation: unknown;
}

/** Opens a product with an annotation of it. On failure it is closed. */
export async function openAnnotated<P extends SafeProduct, A>(
  opening: Promise<P>,
  annotationOf: (product: P) => Promise<A>,
): Promise<{ product: P; annotation: A }> {
  const product = await opening;
  try {
    return { product, annotation: await annotationOf(product) };
  } catch (error) {
    await product.close();
    throw error;
  }
}

/**
 * Opens products one after the other, and puts the slices of each pass together. On failure all are closed.
 *
 * @param assemble Takes the products by time.
 * @throws SarIoError `InvalidArgument` for no products; else as `open` and `assemble`.
 */
export async function openPasses<T extends Opened, R extends object>(
  paths: readonly string[],
  open: (path: string) => Promise<T>,
  assemble: (products: readonly T[]) => R | Promise<R>,
): Promise<R & { close(): Promise<void> }> {
  if (paths.length === 0) throw new SarIoError('InvalidArgument', { expected: 'products', found: 'none' });
  const opened: T[] = [];
  const close = async () => {
    await Promise.all(opened.map(({ product }) => product.close()));
  };
  try {
    for (const path of paths) opened.push(await open(path));
    const byTime = opened.toSorted((a, b) =>
      acquisitionTime(a.product) < acquisitionTime(b.product) ? -1 : 1,
    );
    return { ...(await assemble(byTime)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
