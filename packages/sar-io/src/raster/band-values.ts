import { type Image, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { BandEncoding, MaskedImage } from './raster';

/**
 * Turns stored numbers into values, in place. A pixel is invalid where any band is nodata, where a value is not finite,
 * or where one of the masks is 0. A complex sample is nodata where its real part is, and its imaginary part is too or is 0.
 *
 * @param image stored numbers [bands · components, rows, cols].
 * @param encodings one for each plane of the image.
 * @param components 2 where samples are complex.
 * @param masks rows · cols values each; 0 = invalid.
 */
export function decodeValues(
  image: Image,
  encodings: readonly BandEncoding[],
  components: 1 | 2,
  masks: readonly ArrayLike<number>[] = [],
): MaskedImage {
  const bands = planes(image);
  const [, rows, columns] = image.shape;
  const valid = new Uint8Array(rows * columns).fill(1);
  for (const mask of masks) {
    for (let i = 0; i < valid.length; i++) if (mask[i] === 0) valid[i] = 0;
  }
  for (let b = 0; b < bands.length; b += components) {
    markNodata(bands.slice(b, b + components), encodings.slice(b, b + components), valid);
  }
  for (const [b, { scale = 1, offset = 0 }] of encodings.entries()) {
    if (scale === 1 && offset === 0) continue;
    const band = bands[b];
    for (let i = 0; i < band.length; i++) band[i] = scale * band[i] + offset;
  }
  for (const band of bands) {
    for (let i = 0; i < valid.length; i++) if (!Number.isFinite(band[i])) valid[i] = 0;
  }
  for (const band of bands) {
    for (let i = 0; i < valid.length; i++) if (valid[i] === 0) band[i] = 0;
  }
  return { image, mask: ndarray(valid, [rows, columns]) };
}

/** What `decodeValues` makes of a stored number. */
export const decodedNumber = (stored: number, { scale = 1, offset = 0 }: BandEncoding): number =>
  Math.fround(scale * Math.fround(stored) + offset);

/** Marks nodata of one band, given as its numbers or as its real and imaginary parts. */
function markNodata(
  [real, imaginary]: readonly Float32Array[],
  [first, second]: readonly BandEncoding[],
  valid: Uint8Array,
): void {
  if (first.nodata === undefined || Number.isNaN(first.nodata)) return;
  const value = Math.fround(first.nodata);
  const other = Math.fround(second?.nodata ?? 0);
  for (let i = 0; i < real.length; i++) {
    if (real[i] === value && (!imaginary || imaginary[i] === 0 || imaginary[i] === other)) valid[i] = 0;
  }
}
