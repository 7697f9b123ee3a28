import type { ReadOptions } from '@mtpi/sar-io';
import { distinctNames, minuteOf } from '../acquisitions/series-rows';
import { processingOf } from './describe-file';
import { openWithAllBands } from './open-with-all-bands';

/** A result of `mtpi despeckle` in a folder, as its provenance describes it. */
export interface ListedResult {
  paths: readonly string[];
  acquired?: Date;
  /** Their name or file. */
  weights?: string;
  /** Number of dates used, the target among them. */
  dates?: number;
}

export const RESULT_COLUMNS = ['date (UTC)', 'weights', 'dates', 'file'] as const;

/** The result in a file or folder; undefined for its quicklook. @throws as `openRaster`. */
export async function describeResult(
  paths: readonly string[],
  { signal }: ReadOptions,
): Promise<ListedResult | undefined> {
  const raster = await openWithAllBands(paths[0], { signal });
  await raster.close();
  if (raster.dataType === 'uint8') return undefined;
  const { acquired, weights, previous, next } = await processingOf(paths[0], raster);
  const others = [previous, next].flatMap((names) => (names ? names.split(', ') : []));
  return {
    paths,
    ...(acquired && { acquired: new Date(acquired) }),
    ...(weights && { weights: weights.replace(/, SHA-256 .*$/, ''), dates: 1 + others.length }),
  };
}

/** Results as rows of `RESULT_COLUMNS`. */
export function resultRows(results: readonly ListedResult[]): string[][] {
  const names = distinctNames(results.map(({ paths }) => paths[0]));
  return results.map(({ acquired, weights = '', dates }, i) => [
    ...[acquired ? minuteOf(acquired) : '', weights, String(dates ?? ''), names[i]],
  ]);
}
