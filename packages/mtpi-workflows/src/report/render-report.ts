import { basename } from 'node:path';
import { mostTexturedWindows } from '@mtpi/pages';
import { openAcquisition } from '@mtpi/sar-io/node';
import { calibrationOf } from '../acquisitions/calibration';
import { cropAcquisition } from '../acquisitions/crop';
import type { JobOptions } from '../job';
import type { DespeckledProduct } from '../result/product';
import { compare } from './comparison';
import { reportPage, type Zoom } from './page';

/** Rows and columns of a part shown at full resolution, and how many of them. */
const ZOOM = 512;
const ZOOMS = 3;

/** The HTML page that compares a despeckled image with its target. Throws as `writeReport`. */
export async function renderReport(
  product: Pick<DespeckledProduct, 'path' | 'paths' | 'comparison' | 'provenance'>,
  { signal, onProgress }: JobOptions,
): Promise<string> {
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
      const title = `${basename(product.path)}, despeckled`;
      const { provenance } = product;
      const { channels } = target;
      const calibration = calibrationOf(opened);
      return reportPage({ title, comparison, zooms, scene: target, channels, calibration, provenance });
    } finally {
      await result.close();
    }
  } finally {
    await opened.close();
  }
}
