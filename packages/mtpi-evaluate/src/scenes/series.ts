import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MaskedImage } from '@mtpi/sar-io';
import { openAcquisition } from '@mtpi/sar-io/node';

/** Acquisitions of one place in order of time, all on one grid: intensities [2, rows, cols]. */
export interface Series {
  name: string;
  dates: MaskedImage[];
}

/**
 * Reads the time series of a folder: its subfolders (or itself) with pairs of files whose names differ in `_VV` and
 * `_VH`. Series of fewer than four dates are left out.
 *
 * @throws Error naming the folder if it has none; SarIoError if a file can't be read.
 */
export async function readSeries(folder: string, signal?: AbortSignal): Promise<Series[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const result: Series[] = [];
  for (const path of [folder, ...folders.sort()]) {
    const dates = await readDates(path, signal);
    if (dates.length >= 4) result.push({ name: basename(path), dates });
  }
  if (result.length === 0) {
    throw new Error(
      `${folder}: expected folders of at least four dates, each a file …_VV.tif and a file …_VH.tif; found none`,
    );
  }
  return result;
}

async function readDates(folder: string, signal?: AbortSignal): Promise<MaskedImage[]> {
  const names = new Set(await readdir(folder));
  const dates: { time: string; pixels: MaskedImage }[] = [];
  for (const first of names) {
    const second = first.replace(/_VV(?=[._])/, '_VH');
    if (second === first || !/\.tiff?$/i.test(first) || !names.has(second)) continue;
    const acquisition = await openAcquisition([join(folder, first), join(folder, second)], { signal });
    try {
      const { width, height, acquired } = acquisition;
      const { image, mask } = await acquisition.read({ x: 0, y: 0, width, height }, { signal });
      dates.push({ time: acquired?.toISOString() ?? first, pixels: { image: image.hi(2), mask } });
    } finally {
      await acquisition.close();
    }
  }
  return dates.sort((a, b) => (a.time < b.time ? -1 : 1)).map(({ pixels }) => pixels);
}
