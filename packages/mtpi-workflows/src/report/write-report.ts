import { describeValue } from '@mtpi/errors';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import { checkPath } from '../check-arguments';
import { WorkflowError } from '../errors';
import type { JobOptions } from '../job';
import type { DespeckledProduct } from '../result/product';

/**
 * Writes the report of a despeckled image: one HTML page that compares it with its target. Both are read window by window.
 *
 * @throws SarIoError where the target or the result cannot be read; the signal's reason when aborted.
 */
export async function writeReport(
  product: Pick<DespeckledProduct, 'path' | 'paths' | 'comparison' | 'provenance'>,
  path: string,
  options: JobOptions = {},
): Promise<void> {
  if (!product?.comparison)
    throw new WorkflowError('InvalidArgument', {
      expected: 'a product, as despeckleFile returns it',
      found: describeValue(product),
    });
  checkPath('path', path);
  const { renderReport } = await import('./render-report'); // plots and HTML take half a second to load
  await writeFileAtomic(path, await renderReport(product, options));
}
