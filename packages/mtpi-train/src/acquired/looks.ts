import { type Image, logCumulantEnl, planes, type Window } from '@mtpi/polsar-priors';
import type { Acquisition } from '@mtpi/sar-io/node';
import { median } from 'd3-array';
import { patchWindows } from '../dataset/patches';
import { TrainError } from '../errors';

/** Rows and columns of the part of the images that is looked at, and of the windows in it. */
const SAMPLE = 512;
const WINDOW = 16;

/**
 * Equivalent number of looks of a pixel, from the ratio of the first and the last date, in which the structure of the
 * scene cancels: ln of the ratio of two independent gamma variables has the variance 2 ψ₁(L). The median over windows
 * of 16×16 pixels in the middle, of C11 and of C22; at least 1.
 *
 * @param path names the data in errors.
 * @throws TrainError `UnusableData` where no such window is valid at both dates.
 */
export async function estimateLooks(
  path: string,
  dates: readonly Acquisition[],
  signal?: AbortSignal,
): Promise<number> {
  const { width, height } = dates[0];
  const size = { width: Math.min(width, SAMPLE), height: Math.min(height, SAMPLE) };
  const window = { x: (width - size.width) >> 1, y: (height - size.height) >> 1, ...size };
  const [first, last] = [
    await dates[0].read(window, { signal }),
    await dates[dates.length - 1].read(window, { signal }),
  ];
  const estimates: number[] = [];
  for (const part of patchWindows(size, WINDOW)) {
    for (const band of [0, 1]) {
      const ratios = ratiosIn(first.image, last.image, band, part).filter(
        (r) => r > 0 && r < Number.POSITIVE_INFINITY,
      );
      if (ratios.length === WINDOW ** 2) estimates.push(logCumulantEnl(ratios.map((r) => r ** Math.SQRT1_2)));
    }
  }
  const looks = median(estimates);
  if (looks === undefined) {
    throw new TrainError(
      'UnusableData',
      `${path}: expected ${WINDOW} × ${WINDOW} valid pixels in the middle to estimate the looks from, found none; ` +
        "give 'looks'",
    );
  }
  return Math.max(looks, 1);
}

/** Ratios of a band of two images in a window; no finite positive number where one of them is invalid. */
function ratiosIn(first: Image, last: Image, band: number, { x, y, width, height }: Window): number[] {
  const [, , cols] = first.shape;
  const [a, b] = [planes(first)[band], planes(last)[band]];
  const ratios: number[] = [];
  for (let r = y; r < y + height; r++) {
    for (let i = r * cols + x; i < r * cols + x + width; i++) ratios.push(a[i] / b[i]);
  }
  return ratios;
}
