import { basename } from 'node:path';
import { mostTexturedWindows } from '@mtpi/pages';
import type { ReadOptions } from '@mtpi/sar-io';
import { openAcquisition } from '@mtpi/sar-io/node';
import writeFileAtomic from 'write-file-atomic';
import type { PowerScale } from '../triplet';
import { compare } from './comparison';
import { reportPage, type Zoom } from './page';

/** Rows and columns of a part shown at full resolution, and how many of them. */
const ZOOM = 512;
const ZOOMS = 3;

export interface ReportOptions extends ReadOptions {
  /** Files of the target. */
  target: readonly string[];
  scale: PowerScale;
  /** The despeckled image. */
  output: string;
  /** Window of the average before H and α of the target are taken. */
  window: number;
  /** How the image was made: names and values. */
  facts: Readonly<Record<string, string>>;
  onProgress: (done: number, total: number) => void;
}

/** Writes the report of a despeckled image: one HTML page. Both images are read back by strips. */
export async function writeReport(path: string, options: ReportOptions): Promise<void> {
  const { scale, output, facts, signal } = options;
  const paths = options.target;
  const target = await openAcquisition(paths.length === 1 ? paths[0] : paths, { scale });
  try {
    const result = await openAcquisition(output, { scale: 'linear' });
    try {
      const comparison = await compare(target, result, options);
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
      const title = `${basename(output)}, despeckled`;
      const provenance = { ...(acquired && { acquired: acquired.toISOString() }), ...facts };
      await writeFileAtomic(
        path,
        reportPage({ title, comparison, zooms, scene: target, channels, provenance }),
      );
    } finally {
      await result.close();
    }
  } finally {
    await target.close();
  }
}
