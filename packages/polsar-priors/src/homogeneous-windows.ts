import { enl } from './enl';
import { check } from './errors';
import { type Image, type Mask, planes, validity, type Window } from './image';

export interface HomogeneousWindowsOptions {
  /** Rows and columns of a window. Default 24. */
  size?: number;
  /** Maximum number of windows. Default 10. */
  count?: number;
  /** Band to search. Default 0. */
  band?: number;
  mask?: Mask;
  /** Whether windows of a single value count, as in an image without speckle; else they are fill or a floor. Default false. */
  constant?: boolean;
}

/** A homogeneous area of an image and its equivalent number of looks, by moments. */
export interface HomogeneousWindow {
  window: Window;
  enl: number;
}

/**
 * The most homogeneous of the windows that tile the image: highest mean² / variance first, without invalid pixels,
 * values ≤ 0, or nothing but one value. The median of their `enl` estimates the looks of the image, slightly high because the
 * best are selected.
 */
export function homogeneousWindows(
  image: Image,
  options: HomogeneousWindowsOptions = {},
): HomogeneousWindow[] {
  const { size = 24, count = 10, band = 0, mask, constant = false } = options;
  check(Number.isInteger(size) && size > 1, 'homogeneousWindows', 'a size of 2 or more', size);
  check(count >= 0, 'homogeneousWindows', 'a count of 0 or more', count);
  const plane = planes(image)[band];
  const [bands, rows, cols] = image.shape;
  check(plane !== undefined, 'homogeneousWindows', `a band below ${bands}`, band);
  const valid = validity(image, mask);
  const found: HomogeneousWindow[] = [];
  for (let y = 0; y + size <= rows; y += size) {
    for (let x = 0; x + size <= cols; x += size) {
      const values: number[] = [];
      for (let r = y; r < y + size; r++) {
        for (let i = r * cols + x; i < r * cols + x + size; i++)
          if (valid[i] && plane[i] > 0) values.push(plane[i]);
      }
      if (values.length < size * size) continue;
      const looks = enl(values);
      if (constant || looks < Infinity)
        found.push({ window: { x, y, width: size, height: size }, enl: looks });
    }
  }
  return found.sort((a, b) => (a.enl === b.enl ? 0 : b.enl - a.enl)).slice(0, count);
}
