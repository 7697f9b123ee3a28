import { type Image, planes } from '@mtpi/polsar-priors';
import { type MaskedImage, maskInvalid } from './raster';

/** How a band's stored numbers become values: value = scale · number + offset. */
export interface BandEncoding {
  /** Default 1. */
  scale?: number;
  /** Default 0. */
  offset?: number;
  /** The stored number that marks pixels without data. */
  nodata?: number;
}

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
  const nodata = encodings.map((encoding) =>
    encoding.nodata === undefined ? Number.NaN : Math.fround(encoding.nodata),
  );
  const isNodata = (i: number) => {
    for (let b = 0; b < bands.length; b += components) {
      if (bands[b][i] !== nodata[b]) continue;
      if (components === 1 || bands[b + 1][i] === 0 || bands[b + 1][i] === nodata[b + 1]) return true;
    }
    return false;
  };
  const invalid = Uint8Array.from({ length: bands[0].length }, (_, i) =>
    Number(isNodata(i) || masks.some((mask) => mask[i] === 0)),
  );
  for (const [b, { scale = 1, offset = 0 }] of encodings.entries()) {
    if (scale === 1 && offset === 0) continue;
    const band = bands[b];
    for (let i = 0; i < band.length; i++) band[i] = scale * band[i] + offset;
  }
  return maskInvalid(image, (_, i) => invalid[i] === 1);
}
