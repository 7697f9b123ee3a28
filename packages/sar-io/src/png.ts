import { writeFile } from 'node:fs/promises';
import type { NdArray } from 'ndarray';
import { type ColorType, PNG } from 'pngjs';
import { SarIoError } from './errors';
import { Staging } from './staging';

/** PNG's colour types by number of bands: grey, grey and alpha, RGB, RGBA. */
const COLOR_TYPES: Record<number, ColorType> = { 1: 0, 2: 4, 3: 2, 4: 6 };

/**
 * The bytes of an 8-bit PNG.
 *
 * @param image [bands, rows, cols]: grey, grey and alpha, RGB or RGBA.
 * @throws SarIoError `InvalidArgument` for other shapes.
 */
export function encodePng(image: NdArray<Uint8Array | Uint8ClampedArray>): Buffer {
  const [bands, height, width] = image.shape;
  const colorType = COLOR_TYPES[bands];
  if (image.dimension !== 3 || colorType === undefined) {
    throw new SarIoError('InvalidArgument', `encodePng: expected [1…4, rows, cols], got [${image.shape}]`);
  }
  const data = Buffer.alloc(bands * height * width);
  for (let b = 0; b < bands; b++)
    for (let y = 0; y < height; y++)
      for (let x = 0, to = y * width * bands + b; x < width; x++, to += bands) data[to] = image.get(b, y, x);
  const png = new PNG({ width, height });
  png.data = data;
  const options = { colorType, inputColorType: colorType, inputHasAlpha: bands % 2 === 0 };
  return PNG.sync.write(png, options);
}

/**
 * Writes an 8-bit PNG.
 *
 * @param image [bands, rows, cols]: grey, grey and alpha, RGB or RGBA.
 * @throws SarIoError `InvalidArgument` for other shapes, `NotFound` if there is no folder to write to.
 */
export async function writePng(path: string, image: NdArray<Uint8Array | Uint8ClampedArray>): Promise<void> {
  const bytes = encodePng(image);
  const staging = await Staging.open(path);
  try {
    await writeFile(staging.path('png'), bytes);
    await staging.publishFile('png');
  } catch (error) {
    await staging.discard();
    throw error;
  }
}
