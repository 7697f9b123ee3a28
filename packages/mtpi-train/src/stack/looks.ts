import { type Image, logCumulantEnl, median, planes, type Window } from '@mtpi/polsar-priors';
import type { Acquisition } from '@mtpi/sar-io/node';
import { patchWindows } from '../dataset/patches';
import { TrainError } from '../errors';

/** Rows and columns of the central part of the images that is used, and of the windows in it. */
const SAMPLE = 512;
const WINDOW = 16;

/**
 * Equivalent number of looks of a pixel, from the ratio of the first and the last date, in which the structure of the
 * scene cancels: ln of the ratio of two independent gamma variables has the variance 2 ψ₁(L). The median over windows
 * of 16×16 pixels in the center, of C11 and of C22; at least 1.
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
  if (estimates.length === 0) {
    throw new TrainError('UnusableData', {
      path,
      expected: `a window of ${WINDOW} × ${WINDOW} valid pixels in the center, to estimate the number of looks`,
      found: 'none',
      hint: "set 'looks'",
    });
  }
  return Math.max(median(estimates), 1);
}

/** Ratios of a band of two images in a window; not finite or not positive where one of them is invalid. */
function ratiosIn(first: Image, last: Image, band: number, { x, y, width, height }: Window): number[] {
  const [, , cols] = first.shape;
  const [a, b] = [planes(first)[band], planes(last)[band]];
  const ratios: number[] = [];
  for (let r = y; r < y + height; r++) {
    for (let i = r * cols + x; i < r * cols + x + width; i++) ratios.push(a[i] / b[i]);
  }
  return ratios;
}
