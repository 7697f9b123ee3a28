import type { NdArray } from 'ndarray';
import ndarray from 'ndarray';

/** Bands of an image, [bands, rows, cols], row-major. */
export type Image = NdArray<Float32Array>;

/** Valid pixels, [rows, cols]: 1 = valid. */
export type Mask = NdArray<Uint8Array>;

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
