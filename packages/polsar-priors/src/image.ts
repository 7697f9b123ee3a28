import type { NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { PolsarError } from './errors';

/** Bands of an image, [bands, rows, cols], row-major. */
export type Image = NdArray<Float32Array>;

/** Valid pixels, [rows, cols]: 1 = valid. */
export type Mask = NdArray<Uint8Array>;

/** Part of an image in pixels: x counts columns, y rows. */
export interface Window {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** An image of zeros. */
export function createImage(bands: number, rows: number, cols: number): Image {
  return ndarray(new Float32Array(bands * rows * cols), [bands, rows, cols]);
}

/** The bands of an image as flat arrays of rows · cols values; copied only where the image does not lie row-major. */
export function planes(image: Image): Float32Array[] {
  const [bands, rows, cols] = image.shape;
  const size = rows * cols;
  const contiguous = image.stride[2] === 1 && image.stride[1] === cols;
  return Array.from({ length: bands }, (_, b) => {
    const start = image.offset + b * image.stride[0];
    if (contiguous) return image.data.subarray(start, start + size);
    return Float32Array.from({ length: size }, (_, i) => image.get(b, Math.floor(i / cols), i % cols));
  });
}

/**
 * The mask of an image as a flat array, all valid where there is none.
 *
 * @throws PolsarError `ShapeMismatch` if the mask is of another size than the image.
 */
export function validity(image: Image, mask: Mask | undefined): Uint8Array {
  const [, rows, cols] = image.shape;
  if (!mask) return new Uint8Array(rows * cols).fill(1);
  if (mask.shape[0] !== rows || mask.shape[1] !== cols) {
    throw new PolsarError(
      'ShapeMismatch',
      `mask: expected [${rows}, ${cols}] as the image, got [${mask.shape}]`,
    );
  }
  if (mask.stride[1] === 1 && mask.stride[0] === cols)
    return mask.data.subarray(mask.offset, mask.offset + rows * cols);
  return Uint8Array.from({ length: rows * cols }, (_, i) => mask.get(Math.floor(i / cols), i % cols));
}

/** @throws PolsarError `ShapeMismatch` unless the image is [bands, rows, cols] with one of these numbers of bands. */
export function checkBands(image: Image, where: string, ...bands: number[]): void {
  if (image.dimension !== 3 || !bands.includes(image.shape[0])) {
    throw new PolsarError(
      'ShapeMismatch',
      `${where}: expected [${bands.join(' or ')}, rows, cols], got [${image.shape}]`,
    );
  }
}

/** @throws PolsarError `ShapeMismatch` unless both images have the same shape. */
export function checkSameShape(first: Image, second: Image, where: string): void {
  if (first.shape.join() !== second.shape.join()) {
    throw new PolsarError(
      'ShapeMismatch',
      `${where}: expected images of one shape, got [${first.shape}] and [${second.shape}]`,
    );
  }
}

/** Sum of the first two bands, the total power of a covariance; the band itself where there is only one. */
export function span([first, second]: Float32Array[]): Float32Array {
  return second ? first.map((value, i) => value + second[i]) : first;
}
