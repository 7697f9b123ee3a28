import { flatMask, planes, type Window } from '@mtpi/polsar-priors';
import type { MaskedImage, ReadOptions } from '@mtpi/sar-io';

/** An image read window by window. */
export interface RasterReader {
  readonly width: number;
  readonly height: number;
  read(window: Window, options?: ReadOptions): Promise<MaskedImage>;
}

export interface InterpolatedSamples {
  /** One array per band; 0 where invalid. */
  values: Float32Array[];
  /** 1 = valid: all contributing pixels are valid. */
  mask: Uint8Array;
}

/**
 * Bilinear interpolation of an image at points given by row and column; pixel centers have whole numbers. Reads one window
 * around all points. Points beyond the centers of the outermost pixels and NaN are invalid; `values` is empty where no
 * point lies inside.
 */
export async function bilinear(
  image: RasterReader,
  rows: Float64Array,
  columns: Float64Array,
  options?: ReadOptions,
): Promise<InterpolatedSamples> {
  const mask = new Uint8Array(rows.length);
  const window = windowAround(image, rows, columns);
  if (!window) return { values: [], mask };
  const source = await image.read(window, options);
  const bands = planes(source.image);
  const values = bands.map(() => new Float32Array(rows.length));
  const { width, height } = window;
  const valid = flatMask(source.mask);
  for (let i = 0; i < rows.length; i++) {
    const y = rows[i] - window.y;
    const x = columns[i] - window.x;
    if (!(y >= 0 && x >= 0 && y <= height - 1 && x <= width - 1)) continue;
    const top = Math.floor(y);
    const left = Math.floor(x);
    const v = y - top;
    const u = x - left;
    const corner = top * width + left;
    // A neighbor of weight 0 may lie outside.
    const right = u > 0 ? 1 : 0;
    const below = v > 0 ? width : 0;
    if (!(valid[corner] && valid[corner + right] && valid[corner + below] && valid[corner + below + right])) {
      continue;
    }
    mask[i] = 1;
    for (let b = 0; b < bands.length; b++) {
      const band = bands[b];
      const upper = band[corner] * (1 - u) + band[corner + right] * u;
      const lower = band[corner + below] * (1 - u) + band[corner + below + right] * u;
      values[b][i] = upper * (1 - v) + lower * v;
    }
  }
  return { values, mask };
}

/** The smallest window with all contributing pixels. */
function windowAround(image: RasterReader, rows: Float64Array, columns: Float64Array): Window | undefined {
  let [top, left, bottom, right] = [image.height, image.width, -1, -1];
  for (let i = 0; i < rows.length; i++) {
    const [y, x] = [rows[i], columns[i]];
    if (!(y >= 0 && x >= 0 && y <= image.height - 1 && x <= image.width - 1)) continue;
    top = Math.min(top, Math.floor(y));
    left = Math.min(left, Math.floor(x));
    bottom = Math.max(bottom, Math.ceil(y));
    right = Math.max(right, Math.ceil(x));
  }
  return bottom < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
