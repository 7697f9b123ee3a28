import { createImage, type Image, type MaskedImage, planes } from '@mtpi/polsar-priors';
import { type DecibelRange, encodePng, toCompositeImage, toDecibelImage } from '@mtpi/sar-io';
import type { NdArray } from 'ndarray';

/** Pictures of a scene: each intensity in dB, both as a color composite, and before / after of each. */
export type Picture = 'co' | 'cross' | 'composite' | 'ratio-co' | 'ratio-cross';

/** Stretch of both intensities in dB, shared by the images before and after. */
export interface Stretch {
  co: DecibelRange;
  cross: DecibelRange;
}

/** Black and white of ratio pictures, in dB. */
const RATIO_DB = 6;

export const RATIO_LEGEND = `Before / after, from −${RATIO_DB} dB (black) to ${RATIO_DB} dB (white). Where only speckle was removed, the ratio image shows no structure.`;

/** A picture of an image, gray and alpha or color [2 or 4, rows, cols]; transparent where it is invalid. */
export function draw(
  picture: Picture,
  { image, mask }: MaskedImage,
  { co, cross }: Stretch,
  before?: MaskedImage,
): NdArray<Uint8ClampedArray> {
  const band = (b: number) => image.pick(b) as unknown as Image;
  switch (picture) {
    case 'co':
      return toDecibelImage(band(0), mask, co);
    case 'cross':
      return toDecibelImage(band(1), mask, cross);
    case 'composite':
      return muted(toCompositeImage(image, mask, [co, cross, ratioRange({ co, cross })]));
    default:
      return drawRatio(picture === 'ratio-co' ? 0 : 1, before!, { image, mask });
  }
}

/** Colors with half of their saturation, in place: speckle would shine in all of them. */
function muted(drawn: NdArray<Uint8ClampedArray>): NdArray<Uint8ClampedArray> {
  const { data } = drawn;
  const size = data.length / 4;
  for (let i = 0; i < size; i++) {
    const gray = 0.3 * data[i] + 0.59 * data[size + i] + 0.11 * data[2 * size + i];
    for (let c = 0; c < 3; c++) data[c * size + i] = (data[c * size + i] + gray) / 2;
  }
  return drawn;
}

/** Of co / cross: around the ratio of the middles, two thirds as wide as the stretch of the co-polarized channel. */
function ratioRange({ co, cross }: Stretch): DecibelRange {
  const middle = (co.min + co.max - cross.min - cross.max) / 2;
  const reach = (co.max - co.min) / 3;
  return { min: middle - reach, max: middle + reach };
}

function drawRatio(
  band: number,
  before: MaskedImage,
  { image, mask }: MaskedImage,
): NdArray<Uint8ClampedArray> {
  const [, rows, cols] = image.shape;
  const ratio = createImage(1, rows, cols);
  const [above, below] = [planes(before.image)[band], planes(image)[band]];
  for (let i = 0; i < above.length; i++) ratio.data[i] = below[i] > 0 ? above[i] / below[i] : 1;
  return toDecibelImage(ratio.pick(0) as unknown as Image, mask, { min: -RATIO_DB, max: RATIO_DB });
}

/** A picture as pixels that a page can draw. */
export async function toBitmap(drawn: NdArray<Uint8ClampedArray>): Promise<ImageBitmap> {
  const [channels, rows, cols] = drawn.shape;
  const size = rows * cols;
  const pixels = new Uint8ClampedArray(4 * size);
  const from = channels === 2 ? [0, 0, 0, 1] : [0, 1, 2, 3];
  from.forEach((channel, c) => {
    const plane = drawn.data.subarray(channel * size, (channel + 1) * size);
    for (let i = 0; i < size; i++) pixels[4 * i + c] = plane[i];
  });
  return createImageBitmap(new ImageData(pixels, cols, rows), { premultiplyAlpha: 'none' });
}

export const toPng = (drawn: NdArray<Uint8ClampedArray>): Blob =>
  new Blob([encodePng(drawn) as Uint8Array<ArrayBuffer>], { type: 'image/png' });
