import {
  COVARIANCE_BANDS,
  createImage,
  flatMask,
  type Image,
  type Looks,
  multilook,
  planes,
} from '@mtpi/polsar-priors';
import type { MaskedImage, Polarization } from '@mtpi/sar-io';
import ndarray from 'ndarray';

/** Rows of a covariance image over its whole width. */
export interface CovarianceRows extends MaskedImage {
  /** Thermal noise power in each channel, [channels, rows, width], calibrated as the covariance; where it is to be subtracted. */
  noise?: Image;
}

/** Bands of the covariance of two polarizations, or of the intensity of one, which is named by it. */
export const stackBands = (polarizations: readonly Polarization[]): readonly string[] =>
  polarizations.length === 1 ? polarizations : COVARIANCE_BANDS;

/** An image from top to bottom, as consecutive rows. */
export type RowStream = AsyncIterable<CovarianceRows>;

/** Invalid rows: all pixels masked. */
export function invalidRows(bands: number, rows: number, width: number, noiseBands: number): CovarianceRows {
  return {
    image: createImage(bands, rows, width),
    mask: ndarray(new Uint8Array(rows * width), [rows, width]),
    ...(noiseBands > 0 && { noise: createImage(noiseBands, rows, width) }),
  };
}

/** The rows with columns cut off, or invalid ones added, at the end. */
export function ofWidth(rows: CovarianceRows, width: number): CovarianceRows {
  const [count, columns] = rows.mask.shape;
  if (columns === width) return rows;
  const { image, mask, noise } = rows;
  const result = invalidRows(image.shape[0], count, width, noise?.shape[0] ?? 0);
  const parts = [...planes(image), ...(noise ? planes(noise) : []), flatMask(mask)];
  const targets = [...planes(result.image), ...(result.noise ? planes(result.noise) : []), result.mask.data];
  for (const [p, part] of parts.entries())
    for (let row = 0; row < count; row++)
      targets[p].set(part.subarray(row * columns, row * columns + Math.min(columns, width)), row * width);
  return result;
}

/** Some of the rows, as views. */
export function sliceRows(
  { image, mask, noise }: CovarianceRows,
  first: number,
  count: number,
): CovarianceRows {
  const slice = (part: Image) => part.lo(0, first, 0).hi(part.shape[0], count, part.shape[2]);
  const [, width] = mask.shape;
  return {
    image: slice(image),
    mask: mask.lo(first, 0).hi(count, width),
    ...(noise && { noise: slice(noise) }),
  };
}

/** The same rows in groups whose heights are multiples of `step`, except the last. */
export async function* inMultiplesOf(stream: RowStream, step: number): AsyncGenerator<CovarianceRows> {
  let rest: CovarianceRows | undefined;
  for await (const next of stream) {
    const all = appendRows(rest, next);
    const rows = all.mask.shape[0];
    const whole = rows - (rows % step);
    if (whole > 0) yield sliceRows(all, 0, whole);
    rest = whole < rows ? sliceRows(all, whole, rows - whole) : undefined;
  }
  if (rest) yield rest;
}

/** Means of blocks of pixels, of covariance and noise alike. */
export async function* multilooked(stream: RowStream, looks: Looks): AsyncGenerator<CovarianceRows> {
  for await (const { image, mask, noise } of inMultiplesOf(stream, looks.azimuth)) {
    if (mask.shape[0] < looks.azimuth) continue;
    yield {
      ...multilook(image, looks, mask),
      ...(noise && { noise: multilook(noise, looks, mask).image }),
    };
  }
}

/**
 * Rows together with the rows around them that a filter window reaches.
 *
 * @yields Rows with up to `radius` rows above and below, of which `count` rows from `first` on are new.
 */
export async function* withNeighbors(
  stream: RowStream,
  radius: number,
): AsyncGenerator<{ rows: CovarianceRows; first: number; count: number }> {
  let held: CovarianceRows | undefined;
  let above = 0;
  for await (const next of stream) {
    held = appendRows(held, next);
    const height = held.mask.shape[0];
    const count = height - above - radius;
    if (count <= 0) continue;
    yield { rows: held, first: above, count };
    const from = Math.max(0, above + count - radius);
    above = above + count - from;
    held = from < height ? sliceRows(held, from, height - from) : undefined;
  }
  if (held) yield { rows: held, first: above, count: held.mask.shape[0] - above };
}

/** Takes any number of rows at a time from a stream. */
export class RowReader {
  private readonly stream: AsyncIterator<CovarianceRows>;
  private held: CovarianceRows | undefined;

  constructor(stream: RowStream) {
    this.stream = stream[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<CovarianceRows> {
    while (!this.held || this.held.mask.shape[0] < count) {
      this.held = appendRows(this.held, (await this.stream.next()).value);
    }
    const { held } = this;
    const left = held.mask.shape[0] - count;
    this.held = left > 0 ? sliceRows(held, count, left) : undefined;
    return sliceRows(held, 0, count);
  }
}

/** The rows of two images, one below the other. */
function appendRows(upper: CovarianceRows | undefined, lower: CovarianceRows): CovarianceRows {
  if (!upper) return lower;
  const [above, width] = upper.mask.shape;
  const rows = above + lower.mask.shape[0];
  const append = (first: Image, second: Image) => {
    const image = createImage(first.shape[0], rows, width);
    const [from, below] = [planes(first), planes(second)];
    planes(image).forEach((target, b) => {
      target.set(from[b]);
      target.set(below[b], above * width);
    });
    return image;
  };
  const mask = ndarray(new Uint8Array(rows * width), [rows, width]);
  mask.data.set(flatMask(upper.mask));
  mask.data.set(flatMask(lower.mask), above * width);
  return {
    image: append(upper.image, lower.image),
    mask,
    ...(upper.noise && lower.noise && { noise: append(upper.noise, lower.noise) }),
  };
}
