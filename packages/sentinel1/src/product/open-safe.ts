import { isSarIoError, type ReadOptions, SarIoError } from '@mtpi/sar-io';
import { type GrdProduct, grdProduct } from './grd-product';
import { parseManifest } from './manifest';
import { ProductFiles } from './product-files';
import { openSafeFiles } from './safe-files';
import { type SlcProduct, slcProduct } from './slc-product';

/** A Sentinel-1 product; `productType` is `SLC` or `GRD`. */
export type SafeProduct = SlcProduct | GrdProduct;

export interface OpenSafeOptions extends ReadOptions {
  /**
   * Day that all times count from, `YYYY-MM-DD`; default: that of the start. Slices of a pass that crosses midnight need a
   * common one.
   */
  epoch?: string;
}

/**
 * Opens a Sentinel-1 product: SLC or GRD of IW, EW or SM, of one or two polarizations. A SAFE folder, its
 * `manifest.safe`, a folder containing exactly one, or a zip. A product without measurements opens too.
 *
 * @throws SarIoError `NotFound`, `UnsupportedFormat` (another mode or product type), `CorruptFile`.
 */
export async function openSafe(path: string, { epoch, signal }: OpenSafeOptions = {}): Promise<SafeProduct> {
  signal?.throwIfAborted();
  const files = await openSafeFiles(path);
  try {
    signal?.throwIfAborted();
    const manifest = parseManifest(await files.text('manifest.safe'), `${files.path}/manifest.safe`, epoch);
    const { mode, productType } = manifest;
    if (productType === 'SLC') return slcProduct(new ProductFiles(files), manifest);
    if (productType === 'GRD') return grdProduct(new ProductFiles(files), manifest);
    throw new SarIoError('UnsupportedFormat', {
      path: files.path,
      expected: 'an SLC or GRD product',
      found: `${mode} ${productType}`,
    });
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** As `openSafe`, for SLC products only. */
export const openSlc = (path: string, options?: OpenSafeOptions) =>
  openProduct(path, 'SLC', 'an SLC product', options);

/** As `openSafe`, for GRD products only. */
export const openGrd = (path: string, options?: OpenSafeOptions) =>
  openProduct(path, 'GRD', 'a GRD product', options);

async function openProduct<T extends SafeProduct['productType']>(
  path: string,
  productType: T,
  expected: string,
  options?: OpenSafeOptions,
): Promise<Extract<SafeProduct, { productType: T }>> {
  const product = await openSafe(path, options);
  if (product.productType === productType) return product as Extract<SafeProduct, { productType: T }>;
  await product.close();
  const found = `${product.mode} ${product.productType}`;
  throw new SarIoError('UnsupportedFormat', { path: product.path, expected, found });
}

/**
 * Whether a path is a SAFE product, of any mode and type.
 *
 * @throws SarIoError `CorruptFile` for a damaged zip.
 */
export async function isSafe(path: string): Promise<boolean> {
  try {
    await (await openSafeFiles(path)).close();
    return true;
  } catch (error) {
    if (isSarIoError(error, 'NotFound') || isSarIoError(error, 'UnsupportedFormat')) return false;
    throw error;
  }
}
