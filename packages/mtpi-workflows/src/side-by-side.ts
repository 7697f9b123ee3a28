import type { Image } from '@mtpi/polsar-priors';
import { type DecibelRange, toDecibelImage } from '@mtpi/sar-io';
import ndarray, { type NdArray } from 'ndarray';

/** Transparent columns between panels. */
const GAP = 8;

/** The first bands of images of one size side by side, in dB, as gray and alpha [2, rows, cols]. */
export function sideBySide(images: readonly Image[], range: DecibelRange): NdArray<Uint8ClampedArray> {
  const [, rows, cols] = images[0].shape;
  const width = images.length * (cols + GAP) - GAP;
  const result = ndarray(new Uint8ClampedArray(2 * rows * width), [2, rows, width]);
  images.forEach((image, panel) => {
    const { data } = toDecibelImage(image.pick(0) as Image, undefined, range);
    for (let row = 0; row < 2 * rows; row++) {
      result.data.set(data.subarray(row * cols, (row + 1) * cols), row * width + panel * (cols + GAP));
    }
  });
  return result;
}
