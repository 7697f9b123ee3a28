import { copyImage, flatMask, type Image, type Mask } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { checkImages } from '../check-input';
import type { TripletSource } from './acquisition-window';
import type { Series } from './series';
import { seriesSource } from './series-source';

/** Co-registered images of a target and the dates around it, each a covariance [4, rows, cols] or intensities [2, rows, cols]. */
export type TripletImages = Series<Image>;

/**
 * Dates in memory as the source of a despeckler. `mask`: pixels valid at all dates; default all. Those that
 * are NaN or infinite, or whose intensities are not positive, are invalid at their date; |C12| is limited to √(C11·C22).
 *
 * @throws ModelError `InvalidArgument` for dates that are missing or of other shapes.
 */
export function memorySource(images: TripletImages, mask?: Mask): TripletSource {
  checkImages(images, mask);
  const [bands, height, width] = images.target.shape as [2 | 4, number, number];
  return seriesSource(images, { width, height, bands }, (image) => async (window) => {
    const { x, y, height: rows, width: cols } = window;
    const part = copyImage(image.lo(0, y, x).hi(bands, rows, cols));
    const valid = mask ? flatMask(mask.lo(y, x).hi(rows, cols)).slice() : new Uint8Array(rows * cols).fill(1);
    return { image: part, mask: ndarray(valid, [rows, cols]) };
  });
}
