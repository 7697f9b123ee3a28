import { createImage, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { AcquisitionWindow, TripletSource } from './acquisition-window';

/** Three co-registered acquisitions, each a covariance [4, rows, cols] or intensities [2, rows, cols]. */
export interface TripletImages {
  target: Image;
  previous: Image;
  next: Image;
}

/** A triplet in memory as the source of a despeckler. `mask`: pixels valid at all dates; default all. */
export function memorySource({ target, previous, next }: TripletImages, mask?: Mask): TripletSource {
  const [bands, height, width] = target.shape;
  return {
    width,
    height,
    bands: bands as 2 | 4,
    read: async (window) => {
      const { x, y, height: rows, width: cols } = window;
      const windowOf = (image: Image): AcquisitionWindow => {
        const part = createImage(bands, rows, cols);
        const values = planes(image.lo(0, y, x).hi(bands, rows, cols));
        planes(part).forEach((plane, b) => plane.set(values[b]));
        const valid = ndarray(new Uint8Array(rows * cols).fill(1), [rows, cols]);
        if (mask)
          for (let r = 0; r < rows; r++)
            for (let c = 0; c < cols; c++) valid.set(r, c, mask.get(y + r, x + c));
        return { image: part, mask: valid };
      };
      return { target: windowOf(target), previous: windowOf(previous), next: windowOf(next) };
    },
  };
}
