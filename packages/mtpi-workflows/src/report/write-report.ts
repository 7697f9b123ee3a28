import { basename } from 'node:path';
import { describeValue } from '@mtpi/errors';
import { mostTexturedWindows } from '@mtpi/pages';
import { openAcquisition, writeFileAtomic } from '@mtpi/sar-io/node';
import { checkPath } from '../check-arguments';
import { cropAcquisition } from '../crop';
import { WorkflowError } from '../errors';
import type { JobOptions } from '../job';
import type { DespeckledProduct } from '../product';
import { compare } from './comparison';
import { reportPage, type Zoom } from './page';

/** Rows and columns of a part shown at full resolution, and how many of them. */
const ZOOM = 512;
const ZOOMS = 3;

/**
 * Writes the report of a despeckled image: one HTML page that compares it with its target. Both are read window by window.
 *
 * @throws SarIoError where the target or the result cannot be read; the signal's reason when aborted.
 */
export async function writeReport(
  product: Pick<DespeckledProduct, 'path' | 'paths' | 'comparison' | 'provenance'>,
  path: string,
  { signal, onProgress }: JobOptions = {},
): Promise<void> {
  if (!product?.comparison)
    throw new WorkflowError('InvalidArgument', {
      expected: 'a product, as despeckleFile returns it',
      found: describeValue(product),
    });
  checkPath('path', path);
  const { scale, crop, haAlphaWindow } = product.comparison;
  const opened = await openAcquisition(product.comparison.target, { scale, signal });
  try {
    const target = crop ? cropAcquisition(opened, crop) : opened;
    const result = await openAcquisition(product.paths, { signal });
    try {
      const comparison = await compare(target, result, {
        window: haAlphaWindow,
        signal,
        onProgress: (done, total) => onProgress?.({ stage: 'report', done, total, unit: 'rows' }),
      });
      const { factor, after } = comparison;
      const windows =
        factor > 1 ? mostTexturedWindows(after.image, Math.floor(ZOOM / factor), ZOOMS, after.mask) : [];
      const zooms: Zoom[] = [];
      for (const { x, y, width, height } of windows) {
        const [column, row, columns, rows] = [x, y, width, height].map((pixels) => pixels * factor);
        const window = {
          x: column,
          y: row,
          width: Math.min(columns, target.width - column),
          height: Math.min(rows, target.height - row),
        };
        zooms.push({
          name: `Full resolution, from column ${column} and row ${row}`,
          before: await target.read(window, { signal }),
          after: await result.read(window, { signal }),
        });
      }
      const { acquired, channels } = target;
      const title = `${basename(product.path)}, despeckled`;
      const provenance = { ...(acquired && { acquired: acquired.toISOString() }), ...product.provenance };
      await writeFileAtomic(
        path,
        reportPage({ title, comparison, zooms, scene: target, channels, provenance }),
      );
    } finally {
      await result.close();
    }
  } finally {
    await opened.close();
  }
}
