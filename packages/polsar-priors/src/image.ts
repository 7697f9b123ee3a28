import { describeValue } from '@mtpi/errors';
import type { NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { checkShape } from './errors';

/** Bands of float32 values, [bands, rows, cols]. Any view (a slice, a transposition) is accepted. */
export type Image = NdArray<Float32Array>;

/** Valid pixels, [rows, cols]: 0 = invalid. Any view is accepted. */
export type Mask = NdArray<Uint8Array>;

/** Part of an image in pixels: x counts columns, y rows. */
export interface Window {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Whether this is a window of whole pixels inside a raster, and not empty. */
export function isInside(window: Window, { width, height }: { width: number; height: number }): boolean {
  const { x, y, width: columns, height: rows } = Object(window) as Window;
  const whole = [x, y, columns, rows].every(Number.isInteger);
  return whole && x >= 0 && y >= 0 && columns > 0 && rows > 0 && x + columns <= width && y + rows <= height;
}

/** An image of zeros. */
export function createImage(bands: number, rows: number, cols: number): Image {
  return ndarray(new Float32Array(bands * rows * cols), [bands, rows, cols]);
}

/**
 * The bands of an image as flat row-major arrays of rows · cols values: the image's own memory where each band is
 * contiguous, copies elsewhere.
 *
 * @throws PolsarError `ShapeMismatch` unless the image is [bands, rows, cols] of float32 values that fill its shape.
 */
export function planes(image: Image): Float32Array[] {
  checkLayout(image, 'image', ['bands', 'rows', 'cols']);
  checkShape(image.dtype === 'float32', 'image', 'float32 values', image.dtype);
  const [bands, rows, cols] = image.shape;
  const size = rows * cols;
  const contiguous = image.stride[2] === 1 && image.stride[1] === cols;
  return Array.from({ length: bands }, (_, b) => {
    const start = image.offset + b * image.stride[0];
    if (contiguous) return image.data.subarray(start, start + size);
    const plane = new Float32Array(size);
    const [, down, right] = image.stride;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++) plane[r * cols + c] = image.data[start + r * down + c * right];
    }
    return plane;
  });
}

/** The image in memory of its own, row by row. */
export const copyImage = (image: Image): Image => concatenateBands([image]);

/**
 * The bands of images of one size, in order, as one image in memory of its own.
 *
 * @throws PolsarError `ShapeMismatch` where numbers of rows or columns differ, or without an image.
 */
export function concatenateBands(images: readonly Image[]): Image {
  const bands = images.flatMap(planes);
  const sizes = [...new Set(images.map(({ shape: [, rows, cols] }) => `[${rows}, ${cols}]`))];
  checkShape(sizes.length === 1, 'concatenateBands', 'images of one size', sizes.join(' and ') || 'none');
  const [, rows, cols] = images[0].shape;
  const result = createImage(bands.length, rows, cols);
  for (const [b, band] of bands.entries()) result.data.set(band, b * rows * cols);
  return result;
}

/**
 * The mask of an image as a flat row-major array, 0 = invalid; all valid without a mask.
 *
 * @throws PolsarError `ShapeMismatch` unless the mask has the rows and columns of the image.
 */
export function validity(image: Image, mask: Mask | undefined): Uint8Array {
  const [, rows, cols] = image.shape;
  if (!mask) return new Uint8Array(rows * cols).fill(1);
  checkLayout(mask, 'mask', ['rows', 'cols']);
  const fits = mask.shape[0] === rows && mask.shape[1] === cols;
  checkShape(fits, 'mask', `[${rows}, ${cols}] as the image`, `[${mask.shape}]`);
  return flatMask(mask);
}

/** A mask as a flat row-major array, 0 = invalid: its own memory where it lies row-major, a copy elsewhere. */
export function flatMask(mask: Mask): Uint8Array {
  const [rows, cols] = mask.shape;
  if (mask.dtype === 'uint8' && mask.stride[1] === 1 && mask.stride[0] === cols)
    return mask.data.subarray(mask.offset, mask.offset + rows * cols);
  return Uint8Array.from({ length: rows * cols }, (_, i) =>
    mask.get(Math.floor(i / cols), i % cols) ? 1 : 0,
  );
}

/** Checks that a view has these axes and that its data reach to its last element. */
function checkLayout(view: NdArray, name: string, axes: string[]): void {
  checkShape(isView(view), name, `an ndarray [${axes.join(', ')}]`, describeValue(view));
  const { shape, stride, offset, size, data } = view;
  checkShape(shape.length === axes.length, name, `[${axes.join(', ')}]`, `[${shape}]`);
  const last = shape.reduce((index, n, axis) => index + Math.max(0, (n - 1) * stride[axis]), offset);
  checkShape(size === 0 || last < data.length, name, `${last + 1} values for [${shape}]`, data.length);
}

/** For callers whose types are not checked. */
const isView = (value: unknown): boolean => {
  const { shape, stride, data } = Object(value) as Partial<NdArray>;
  return Array.isArray(shape) && Array.isArray(stride) && data !== undefined;
};

const shapeOf = (value: unknown): string =>
  isView(value) ? `[${(value as NdArray).shape}]` : describeValue(value);

/** @throws PolsarError `ShapeMismatch` unless the image is [bands, rows, cols] with one of these numbers of bands. */
export function checkBands(image: Image, where: string, ...bands: number[]): void {
  const fits = isView(image) && image.dimension === 3 && bands.includes(image.shape[0]);
  checkShape(fits, where, `[${bands.join(' or ')}, rows, cols]`, shapeOf(image));
}

/** @throws PolsarError `ShapeMismatch` unless both images have the same shape. */
export function checkSameShape(first: Image, second: Image, where: string): void {
  const same = isView(first) && isView(second) && first.shape.join() === second.shape.join();
  checkShape(same, where, 'images of one shape', `${shapeOf(first)} and ${shapeOf(second)}`);
}

/** @throws PolsarError `ShapeMismatch` unless a plane has this number of pixels. */
export function checkLength(plane: ArrayLike<number>, length: number, where: string): void {
  const found = plane?.length ?? describeValue(plane);
  checkShape(found === length, where, `planes of ${length} pixels`, found);
}

/** Total power: the sum of the first two bands, C11 + C22; the band itself where there is only one. */
export function span([first, second]: Float32Array[]): Float32Array {
  return second ? first.map((value, i) => value + second[i]) : first;
}
