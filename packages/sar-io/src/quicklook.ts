import type { Mask } from '@mtpi/polsar-priors';
import ndarray, { type NdArray } from 'ndarray';
import { flatMask } from './raster';

/** Values looked at to find percentiles. */
const SAMPLES = 1 << 18;

/** Stretch of a quicklook in dB. */
export interface DecibelRange {
  min: number;
  max: number;
}

const decibel = (power: number) => 10 * Math.log10(power);

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
 * @returns [2, rows, cols]: grey and alpha; invalid pixels are transparent, powers of 0 and less black.
 */
export function toDecibelImage(
  band: NdArray<Float32Array>,
  mask?: Mask,
  range: Partial<DecibelRange> = {},
): NdArray<Uint8ClampedArray> {
  const { min, max } = { ...decibelRange(band, mask), ...range };
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

function valuesOf({ data, shape, stride, offset }: NdArray<Float32Array>): Float32Array {
  const [rows, cols] = shape;
  if (stride[1] === 1 && stride[0] === cols) return data.subarray(offset, offset + rows * cols);
  return Float32Array.from({ length: rows * cols }, (_, i) => {
    return data[offset + Math.floor(i / cols) * stride[0] + (i % cols) * stride[1]];
  });
}
