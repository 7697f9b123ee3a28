import { createImage, type Image, planes, type Window } from '@mtpi/polsar-priors';
import {
  type CompositeRanges,
  compositeRanges,
  encodePng,
  type MaskedImage,
  toCompositeImage,
  toDecibelImage,
} from '@mtpi/sar-io';
import type { NdArray } from 'ndarray';

/** Steps of brightness from black to white; more would only make the noise of pictures large files. */
const STEP = 255 / 51;

/** A picture as a data URL. */
export function pictureUrl(image: NdArray<Uint8ClampedArray>): string {
  const { data } = image;
  for (let i = 0; i < data.length; i++) data[i] = STEP * Math.round(data[i] / STEP);
  return `data:image/png;base64,${Buffer.from(encodePng(image)).toString('base64')}`;
}

/** Stretches that suit an image, for it and for what is compared with it. */
export const stretches = ({ image, mask }: MaskedImage): CompositeRanges => compositeRanges(image, mask);

/** Pictures of one image: the colour composite and its two bands in dB. */
export function pictures({ image, mask }: MaskedImage, ranges: CompositeRanges): string[] {
  const grey = [0, 1].map((band) => toDecibelImage(image.pick(band) as Image, mask, ranges[band]));
  return [toCompositeImage(image, mask, ranges), ...grey].map(pictureUrl);
}

/** Before / after of each band in dB, black at −6, white at 6: grey without structure where only speckle went. */
export function ratioPictures(before: MaskedImage, after: MaskedImage): string[] {
  const [, rows, cols] = before.image.shape;
  const results = planes(after.image);
  return planes(before.image)
    .slice(0, 2)
    .map((plane, b) => {
      const ratio = createImage(1, rows, cols);
      ratio.data.set(plane.map((power, i) => power / results[b][i]));
      return pictureUrl(toDecibelImage(ratio.pick(0) as Image, before.mask, { min: -6, max: 6 }));
    });
}

/** The `count` squares of `size` pixels, apart from each other, in which the logarithm of the first band varies most. */
export function busiestWindows({ image, mask }: MaskedImage, size: number, count: number): Window[] {
  const [, rows, cols] = image.shape;
  const [plane] = planes(image);
  const found: { window: Window; variance: number }[] = [];
  for (let y = 0; y + size <= rows; y += size) {
    for (let x = 0; x + size <= cols; x += size) {
      let [sum, squares] = [0, 0];
      let whole = true;
      for (let r = y; r < y + size; r++)
        for (let i = r * cols + x; i < r * cols + x + size; i++) {
          whole &&= mask.data[i] === 1;
          const level = Math.log(Math.max(plane[i], Number.MIN_VALUE));
          sum += level;
          squares += level * level;
        }
      const mean = sum / (size * size);
      if (whole)
        found.push({
          window: { x, y, width: size, height: size },
          variance: squares / (size * size) - mean * mean,
        });
    }
  }
  return found
    .sort((a, b) => b.variance - a.variance)
    .slice(0, count)
    .map(({ window }) => window);
}
