import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MaskedImage } from '@mtpi/sar-io';
import { listFolder, openAcquisition } from '@mtpi/sar-io/node';
import { EvaluationError } from '../errors';

/** Time series of one site: acquisitions in chronological order, on one grid, as intensities [2, rows, cols]. */
export interface Stack {
  name: string;
  dates: MaskedImage[];
}

/**
 * Reads the stacks in a folder: its subfolders (or itself) with pairs of files whose names differ in `_VV` and `_VH`.
 * Stacks of fewer than four acquisitions are left out.
 *
 * @throws EvaluationError `NoStack` if there is none; SarIoError if a file can't be read.
 */
export async function readStacks(folder: string, signal?: AbortSignal): Promise<Stack[]> {
  const entries = await listFolder(folder);
  const folders = entries.filter(({ isFolder }) => isFolder).map(({ name }) => join(folder, name));
  const result: Stack[] = [];
  for (const path of [folder, ...folders]) {
    const dates = await readDates(path, signal);
    if (dates.length >= 4) result.push({ name: basename(path), dates });
  }
  if (result.length === 0) {
    throw new EvaluationError('NoStack', {
      path: folder,
      expected: 'folders of at least four acquisitions, each a file …_VV.tif and a file …_VH.tif',
      found: 'none',
    });
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
