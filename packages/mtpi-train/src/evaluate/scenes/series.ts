import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createImage, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import { type MaskedImage, openAcquisition } from '@mtpi/sar-io';
import ndarray from 'ndarray';

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

/** Mean over the dates at which a pixel is valid; where it never is, 0 with mask 0. */
export function timeMean(dates: readonly MaskedImage[]): MaskedImage {
  const [bands, rows, cols] = dates[0].image.shape;
  const mean = createImage(bands, rows, cols);
  const counts = new Uint8Array(rows * cols);
  const outputs = planes(mean);
  for (const { image, mask } of dates) {
    const inputs = planes(image);
    for (let i = 0; i < counts.length; i++) {
      if (!mask.data[i]) continue;
      counts[i]++;
      for (let b = 0; b < bands; b++) outputs[b][i] += inputs[b][i];
    }
  }
  for (const output of outputs) for (let i = 0; i < counts.length; i++) output[i] /= counts[i] || 1;
  return { image: mean, mask: ndarray(Uint8Array.from(counts, Math.sign), [rows, cols]) };
}

/** Pixels valid in all of the masks. */
export function validInAll(masks: readonly Mask[]): Mask {
  const data = masks[0].data.map((_, i) => (masks.every((mask) => mask.data[i]) ? 1 : 0));
  return ndarray(data as Uint8Array, masks[0].shape);
}

/** The image with the mean of the valid pixels of each band in place of the invalid ones. */
export function fillInvalid({ image, mask }: MaskedImage): Image {
  const [bands, rows, cols] = image.shape;
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  planes(image).forEach((plane, b) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < plane.length; i++) {
      if (!mask.data[i]) continue;
      sum += plane[i];
      count++;
    }
    for (let i = 0; i < plane.length; i++) outputs[b][i] = mask.data[i] ? plane[i] : sum / count;
  });
  return result;
}
