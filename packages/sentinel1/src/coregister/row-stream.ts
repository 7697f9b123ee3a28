import { createImage, type Mask, planes } from '@mtpi/polsar-priors';
import { flatMask, type MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';

/** An image from top to bottom, in strips of rows over its whole width. */
export type Strips = AsyncIterable<MaskedImage>;

/** Rows of an image, below each other. */
export function below(upper: MaskedImage | undefined, lower: MaskedImage): MaskedImage {
  if (!upper) return lower;
  const [bands, above, cols] = upper.image.shape;
  const rows = above + lower.image.shape[1];
  const image = createImage(bands, rows, cols);
  const [targets, first, second] = [planes(image), planes(upper.image), planes(lower.image)];
  targets.forEach((target, b) => {
    target.set(first[b]);
    target.set(second[b], above * cols);
  });
  const mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
  mask.data.set(flatMask(upper.mask));
  mask.data.set(flatMask(lower.mask), above * cols);
  return { image, mask };
}

/** Some of the rows of a strip, as a view. */
export function rowsOf({ image, mask }: MaskedImage, first: number, count: number): MaskedImage {
  const [bands, , cols] = image.shape;
  return { image: image.lo(0, first, 0).hi(bands, count, cols), mask: mask.lo(first, 0).hi(count, cols) };
}

/** The same rows in strips whose heights are multiples of `step`, but for the last. */
export async function* inMultiplesOf(strips: Strips, step: number): AsyncGenerator<MaskedImage> {
  let rest: MaskedImage | undefined;
  for await (const strip of strips) {
    const all = below(rest, strip);
    const rows = all.mask.shape[0];
    const whole = rows - (rows % step);
    if (whole > 0) yield rowsOf(all, 0, whole);
    rest = whole < rows ? rowsOf(all, whole, rows - whole) : undefined;
  }
  if (rest) yield rest;
}

/**
 * Strips with the rows around them that a window reaches.
 *
 * @yields A strip with up to `radius` rows above and below, and which of its rows are its own.
 */
export async function* withNeighbours(
  strips: Strips,
  radius: number,
): AsyncGenerator<{ strip: MaskedImage; first: number; count: number }> {
  let held: MaskedImage | undefined;
  let above = 0;
  for await (const strip of strips) {
    held = below(held, strip);
    const rows = held.mask.shape[0];
    const count = rows - above - radius;
    if (count <= 0) continue;
    yield { strip: held, first: above, count };
    const from = Math.max(0, above + count - radius);
    above = above + count - from;
    held = from < rows ? rowsOf(held, from, rows - from) : undefined;
  }
  if (held) yield { strip: held, first: above, count: held.mask.shape[0] - above };
}

/** An empty strip: no pixel is valid. */
export function emptyStrip(bands: number, rows: number, cols: number): MaskedImage {
  const mask: Mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
  return { image: createImage(bands, rows, cols), mask };
}
