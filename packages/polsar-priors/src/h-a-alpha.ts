import { checkBands, createImage, type Image, type Mask, planes, validity } from './image';

/** Bands of an image of entropy, anisotropy and mean alpha, in order. */
export const HA_ALPHA_BANDS = ['H', 'A', 'alpha'] as const;

/** Default averaging window for H, A and alpha, rows and columns. */
export const HA_ALPHA_WINDOW = 5;

/** Entropy H and anisotropy A in [0, 1], mean alpha angle in [0, 90] degrees. */
export interface HAAlpha {
  H: number;
  A: number;
  alpha: number;
}

/**
 * Cloude–Pottier entropy, anisotropy and mean alpha angle of each pixel of a dual-polarization covariance.
 *
 * @param c2 averaged covariance [4, rows, cols], or intensities [2, rows, cols] with C12 taken as 0.
 * @returns an image [3, rows, cols]: H, A, alpha in degrees; 0 at invalid pixels, without power or where an element is
 *   not finite.
 */
export function haAlpha(c2: Image, mask?: Mask): Image {
  checkBands(c2, 'haAlpha', 2, 4);
  const [, rows, cols] = c2.shape;
  const valid = validity(c2, mask);
  const [c11, c22, re = new Float32Array(c11.length), im = re] = planes(c2);
  const result = createImage(3, rows, cols);
  const [entropies, anisotropies, alphas] = planes(result);
  for (let i = 0; i < c11.length; i++) {
    if (!valid[i]) continue;
    const { H, A, alpha } = decompose(c11[i], c22[i], re[i], im[i]);
    entropies[i] = H;
    anisotropies[i] = A;
    alphas[i] = alpha;
  }
  return result;
}

/**
 * Cloude–Pottier decomposition of a 2×2 covariance (Cloude & Pottier 1997), in closed form: eigenvalues (trace ± D)/2,
 * pseudo-probabilities p = λ/Σλ, H = −Σ p·log₂ p, A = p₁ − p₂, alpha = Σ pᵢ·alphaᵢ with
 * alpha₁ = ½·atan2(2|C12|, C11 − C22) and alpha₂ = 90° − alpha₁.
 */
export function decompose(c11: number, c22: number, re: number, im: number): HAAlpha {
  const trace = c11 + c22;
  const difference = c11 - c22;
  // Math.sqrt is several times as fast as Math.hypot; squares of float32 numbers do not overflow.
  const cross = 2 * Math.sqrt(re * re + im * im);
  if (!(trace > 0 && Number.isFinite(trace + cross))) return { H: 0, A: 0, alpha: 0 };
  const A = Math.min(1, Math.sqrt(difference * difference + cross * cross) / trace);
  // alpha = 45° + A·(alpha₁ − 45°), and alpha₁ − 45° = −½·atan((C11 − C22) / 2|C12|).
  return { H: entropy(A), A, alpha: A > 0 ? 45 - (90 / Math.PI) * A * Math.atan(difference / cross) : 45 };
}

/** −Σ p·log₂ p of p = (1 ± A)/2. */
function entropy(A: number): number {
  // For small A the logarithms cancel; the series holds to 1e-12 there.
  if (A < 1e-3) return 1 - (A * A) / (2 * Math.LN2);
  const p1 = (1 + A) / 2;
  const p2 = 1 - p1;
  return p2 > 0 ? -(p1 * Math.log2(p1) + p2 * Math.log2(p2)) : 0;
}
