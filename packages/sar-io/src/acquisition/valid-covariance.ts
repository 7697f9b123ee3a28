/** Excess of |C12|² over C11 · C22 that rounding to float32 explains. */
const ROUNDING = 1e-6;
/** Smaller float32 numbers lose digits, and rounding might lengthen them. */
const LEAST_NORMAL = 2 ** -126;

/** Whether C12 is larger than the powers allow: |C12|² ≤ C11 · C22 of every covariance. */
export function exceedsCoherence([c11, c22, re, im]: readonly Float32Array[], pixel: number): boolean {
  const [p, q, x, y] = [c11[pixel], c22[pixel], re[pixel], im[pixel]];
  return x * x + y * y > p * q * (1 + ROUNDING);
}

/** Shortens C12 to full coherence where it exceeds that; powers and phases stay. */
export function clipCoherence(bands: readonly Float32Array[]): void {
  const [c11, c22, re, im] = bands;
  for (let i = 0; i < c11.length; i++) {
    if (!exceedsCoherence(bands, i)) continue;
    // A little less, so that rounding does not lengthen it again.
    const factor = (1 - 2 ** -22) * Math.sqrt(Math.max(0, c11[i] * c22[i]) / (re[i] * re[i] + im[i] * im[i]));
    for (const part of [re, im]) {
      const shortened = factor * part[i];
      part[i] = Math.abs(shortened) < LEAST_NORMAL ? 0 : shortened;
    }
  }
}
