import { checkBands, createImage, type Image, type Mask, planes, validity } from './image';

/** Entropy H and anisotropy A in [0, 1], mean alpha angle in degrees, [0, 90]. */
export interface HAAlpha {
  H: number;
  A: number;
  alpha: number;
}

/**
 * Cloude–Pottier decomposition of a 2×2 covariance, in closed form: eigenvalues (trace ± D)/2, pseudo-probabilities
 * p = λ/Σλ, H = −Σ p·log₂ p, A = p₁ − p₂, alpha = Σ pᵢ·alphaᵢ with alpha₁ = ½·atan2(2|C12|, C11 − C22) and
 * alpha₂ = 90° − alpha₁. Without power, or where an element is not finite, all three are 0.
 */
export function decompose(c11: number, c22: number, re: number, im: number): HAAlpha {
  const trace = c11 + c22;
  // Math.sqrt is several times as fast as Math.hypot; squares of float32 numbers do not overflow.
  const cross = 2 * Math.sqrt(re * re + im * im);
  if (!(trace > 0 && Number.isFinite(trace + cross))) return { H: 0, A: 0, alpha: 0 };
  const A = Math.min(1, Math.sqrt((c11 - c22) ** 2 + cross * cross) / trace);
  const p1 = (1 + A) / 2;
  const p2 = 1 - p1;
  // For small A the logarithms cancel; the series holds to 1e-12 there.
  const H = A < 1e-3 ? 1 - (A * A) / (2 * Math.LN2) : p2 > 0 ? -(p1 * Math.log2(p1) + p2 * Math.log2(p2)) : 0;
  const alpha1 = 90 * (Math.atan2(cross, c11 - c22) / Math.PI);
  return { H, A, alpha: p1 * alpha1 + p2 * (90 - alpha1) };
}

/**
 * H, A and alpha of each pixel.
 *
 * @param c2 averaged covariance [4, rows, cols], or intensities [2, rows, cols], whose C12 is taken as 0.
 * @returns [3, rows, cols]: H, A, alpha in degrees; 0 where the mask is 0, without power or where an element is not finite.
 */
export function haAlpha(c2: Image, mask?: Mask): Image {
  checkBands(c2, 'haAlpha', 2, 4);
  const [, rows, cols] = c2.shape;
  const valid = validity(c2, mask);
  const [c11, c22, re, im] = planes(c2);
  const result = createImage(3, rows, cols);
  const [entropy, anisotropy, alpha] = planes(result);
  for (let i = 0; i < c11.length; i++) {
    if (!valid[i]) continue;
    const pixel = decompose(c11[i], c22[i], re?.[i] ?? 0, im?.[i] ?? 0);
    entropy[i] = pixel.H;
    anisotropy[i] = pixel.A;
    alpha[i] = pixel.alpha;
  }
  return result;
}
