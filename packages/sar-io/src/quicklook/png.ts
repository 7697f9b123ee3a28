import { encode } from 'fast-png';
import type { NdArray } from 'ndarray';
import { SarIoError } from '../errors';

/**
 * The bytes of an 8-bit PNG.
 *
 * @param image [bands, rows, cols]: gray, gray and alpha, RGB or RGBA.
 * @param text Text chunks by keyword, such as `Software`.
 * @throws SarIoError `InvalidArgument` for other shapes.
 */
export function encodePng(
  image: NdArray<Uint8Array | Uint8ClampedArray>,
  text?: Readonly<Record<string, string>>,
): Uint8Array {
  const [channels, height, width] = image.shape;
  if (image.dimension !== 3 || !(channels >= 1 && channels <= 4)) {
    throw new SarIoError('InvalidArgument', `encodePng: expected [1…4, rows, cols], found [${image.shape}]`);
  }
  const data = new Uint8Array(channels * height * width);
  for (let b = 0; b < channels; b++)
    for (let y = 0; y < height; y++)
      for (let x = 0, to = y * width * channels + b; x < width; x++, to += channels)
        data[to] = image.get(b, y, x);
  return encode({ width, height, channels, data, depth: 8, text });
}
