import { checkBands, copyImage, type Image, planes } from './image';

/** Excess of |C12|² over C11·C22 that rounding to float32 explains. */
const ROUNDING = 1e-6;

/** Keeps |C12|² ≤ C11·C22 after rounding to float32. */
const SHRINK = 1 - 2 ** -22;

/** Smaller float32 numbers lose digits, and rounding might lengthen them. */
const LEAST_NORMAL = 2 ** -126;

/**
 * Whether C12 is larger than the powers of a pixel allow, |C12|² > C11·C22; a negative power counts as 0. False where a value
 * is NaN.
 *
 * @param bands C11, C22, C12_real, C12_imag, as `planes` gives them. @param pixel index into each.
 * @param tolerance relative excess of |C12|² that does not count. Default 1e-6, for rounding to float32.
 */
export function exceedsCoherence(
  [c11, c22, re, im]: readonly Float32Array[],
  pixel: number,
  tolerance = ROUNDING,
): boolean {
  const [x, y] = [re[pixel], im[pixel]];
  return x * x + y * y > Math.max(0, c11[pixel]) * Math.max(0, c22[pixel]) * (1 + tolerance);
}

/**
 * Shortens C12, in place, to full coherence where it exceeds that (`exceedsCoherence`); powers and phases stay. C12 becomes 0
 * where a power is 0 or negative.
 *
 * @param bands C11, C22, C12_real, C12_imag. @param tolerance as of `exceedsCoherence`.
 */
export function limitCoherence(bands: readonly Float32Array[], tolerance = ROUNDING): void {
  const [c11, c22, re, im] = bands;
  for (let i = 0; i < c11.length; i++) {
    if (!exceedsCoherence(bands, i, tolerance)) continue;
    const power = Math.max(0, c11[i]) * Math.max(0, c22[i]);
    const scale = SHRINK * Math.sqrt(power / (re[i] * re[i] + im[i] * im[i]));
    for (const part of [re, im]) {
      const shortened = scale * part[i];
      part[i] = Math.abs(shortened) < LEAST_NORMAL ? 0 : shortened;
    }
  }
}

/**
 * Makes a covariance positive semidefinite: negative powers become 0, and |C12| is limited to √(C11·C22), its phase kept.
 *
 * @param c2 covariance [4, rows, cols], for example after noise subtraction or interpolation.
 * @returns an image of its own.
 */
export function validCovariance(c2: Image): Image {
  checkBands(c2, 'validCovariance', 4);
  const result = copyImage(c2);
  const bands = planes(result);
  for (const powers of bands.slice(0, 2))
    for (let i = 0; i < powers.length; i++) powers[i] = Math.max(0, powers[i]);
  limitCoherence(bands, 0);
  return result;
}
