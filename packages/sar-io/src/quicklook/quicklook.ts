import { createImage, decibel, flatMask, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import ndarray, { type NdArray } from 'ndarray';

/** Values looked at to find percentiles. */
const SAMPLES = 1 << 18;

/** Stretch of a quicklook in dB. */
export interface DecibelRange {
  min: number;
  max: number;
}

/**
 * The 2nd and 98th percentile, in dB, of the valid positive values of a band of powers [rows, cols]; -30 to 0 dB where
 * there are none. Large bands are sampled.
 */
export function decibelRange(band: NdArray<Float32Array>, mask?: Mask): DecibelRange {
  const powers = valuesOf(band);
  const valid = mask && flatMask(mask);
  const step = Math.max(1, Math.floor(powers.length / SAMPLES));
  const samples: number[] = [];
  for (let i = 0; i < powers.length; i += step) {
    if (powers[i] > 0 && powers[i] < Number.POSITIVE_INFINITY && valid?.[i] !== 0)
      samples.push(decibel(powers[i]));
  }
  if (samples.length === 0) return { min: -30, max: 0 };
  const sorted = Float64Array.from(samples).sort();
  const quantile = (q: number) => sorted[Math.round(q * (sorted.length - 1))];
  return { min: quantile(0.02), max: quantile(0.98) };
}

/**
 * A band of powers [rows, cols] as an image to look at: dB, from black at `min` to white at `max`, by default the
 * band's `decibelRange`.
 *
 * @returns an image [2, rows, cols]: gray and alpha; invalid pixels are transparent, powers of 0 and less black.
 */
export function toDecibelImage(
  band: NdArray<Float32Array>,
  mask?: Mask,
  range: Partial<DecibelRange> = {},
): NdArray<Uint8ClampedArray> {
  const isWhole = range.min !== undefined && range.max !== undefined;
  const { min, max } = isWhole ? (range as DecibelRange) : { ...decibelRange(band, mask), ...range };
  const powers = valuesOf(band);
  const valid = mask && flatMask(mask);
  const [rows, cols] = band.shape;
  const result = new Uint8ClampedArray(2 * powers.length);
  for (let i = 0; i < powers.length; i++) {
    if (valid?.[i] === 0 || Number.isNaN(powers[i])) continue;
    result[i] = powers[i] > 0 ? (255 * (decibel(powers[i]) - min)) / Math.max(max - min, 1e-9) : 0;
    result[powers.length + i] = 255;
  }
  return ndarray(result, [2, rows, cols]);
}

/** Stretches of a color composite: of C11, C22 and C11 / C22. */
export type CompositeRanges = readonly [DecibelRange, DecibelRange, DecibelRange];

/** The `decibelRange` of C11, of C22 and of C11 / C22. */
export function compositeRanges(image: Image, mask?: Mask): CompositeRanges {
  const channels = composite(image);
  const range = (band: number) => decibelRange(channels.pick(band) as Image, mask);
  return [range(0), range(1), range(2)];
}

/**
 * A dual-polarization image as a color composite: C11 red, C22 green, C11 / C22 blue, each in dB.
 *
 * @param image powers [2 or more, rows, cols], C11 and C22 first.
 * @returns an image [4, rows, cols]: red, green, blue, alpha; invalid pixels are transparent.
 */
export function toCompositeImage(
  image: Image,
  mask?: Mask,
  ranges = compositeRanges(image, mask),
): NdArray<Uint8ClampedArray> {
  const [, rows, cols] = image.shape;
  const size = rows * cols;
  const channels = composite(image);
  const result = new Uint8ClampedArray(4 * size);
  ranges.forEach((range, band) => {
    const { data } = toDecibelImage(channels.pick(band) as Image, mask, range);
    result.set(data.subarray(0, size), band * size);
    if (band === 0) result.set(data.subarray(size), 3 * size);
  });
  return ndarray(result, [4, rows, cols]);
}

function composite(image: Image): Image {
  const [, rows, cols] = image.shape;
  const result = createImage(3, rows, cols);
  const [c11, c22] = planes(image);
  const [red, green, blue] = planes(result);
  red.set(c11);
  green.set(c22);
  blue.set(c11.map((power, i) => (c22[i] > 0 ? power / c22[i] : 0)));
  return result;
}

function valuesOf({ data, shape, stride, offset }: NdArray<Float32Array>): Float32Array {
  const [rows, cols] = shape;
  if (stride[1] === 1 && stride[0] === cols) return data.subarray(offset, offset + rows * cols);
  return Float32Array.from({ length: rows * cols }, (_, i) => {
    return data[offset + Math.floor(i / cols) * stride[0] + (i % cols) * stride[1]];
  });
}
