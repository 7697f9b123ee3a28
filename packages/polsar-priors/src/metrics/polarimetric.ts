import { haAlpha } from '../h-a-alpha';
import { checkBands, checkSameShape, type Image, type Mask, planes, validity } from '../image';
import { exceedsCoherence } from '../valid-covariance';

/** Mean and root mean square of a difference. */
export interface Deviation {
  bias: number;
  rmse: number;
}

/** How well a filtered covariance preserves the polarimetry of a reference. */
export interface PolarimetricPreservation {
  H: Deviation;
  A: Deviation;
  /** In degrees. */
  alpha: Deviation;
  /** Mean of |ρ| = |C12| / √(C11·C22), minus that of the reference. */
  correlationBias: number;
  /** Circular standard deviation √(−2·ln|mean e^{jΔ}|) of the phase difference Δ of C12, in degrees. */
  phaseError: number;
  /** Share of the pixels with a positive semidefinite covariance, up to float32 rounding, in [0, 1]. */
  semidefinite: number;
  /** Mean symmetric revised Wishart distance ½·tr(X⁻¹Y + Y⁻¹X) − 2 over pixels where both are invertible; 0 for equal ones. */
  wishartDistance: number;
}

/**
 * Polarimetric preservation of a filtered covariance against a reference, over valid pixels. A figure without pixels is NaN.
 *
 * @param filtered covariance [4, rows, cols]. @param reference of the same shape.
 */
export function polarimetricPreservation(
  filtered: Image,
  reference: Image,
  mask?: Mask,
): PolarimetricPreservation {
  checkBands(filtered, 'polarimetricPreservation', 4);
  checkSameShape(filtered, reference, 'polarimetricPreservation');
  const valid = validity(filtered, mask);
  const [x, y] = [planes(filtered), planes(reference)];
  const [priors, expected] = [haAlpha(filtered, mask), haAlpha(reference, mask)].map(planes);
  const [H, A, alpha] = [0, 1, 2].map((b) =>
    deviation(
      priors[b].filter((_, i) => valid[i]),
      expected[b].filter((_, i) => valid[i]),
    ),
  );
  let [count, semidefinite, correlations, correlated] = [0, 0, 0, 0];
  let [cosine, sine, phases, distance, invertible] = [0, 0, 0, 0, 0];
  for (let i = 0; i < valid.length; i++) {
    if (!valid[i]) continue;
    count++;
    const [a, b] = [x, y].map(([c11, c22, re, im]) => [c11[i], c22[i], re[i], im[i]]);
    if (a.every(Number.isFinite) && a[0] >= 0 && a[1] >= 0 && !exceedsCoherence(x, i)) semidefinite++;
    const change = correlationOf(a) - correlationOf(b);
    if (Number.isFinite(change)) {
      correlations += change;
      correlated++;
    }
    const magnitude = Math.hypot(a[2], a[3]) * Math.hypot(b[2], b[3]);
    if (magnitude > 0) {
      cosine += (a[2] * b[2] + a[3] * b[3]) / magnitude;
      sine += (a[3] * b[2] - a[2] * b[3]) / magnitude;
      phases++;
    }
    const [da, db] = [determinant(a), determinant(b)];
    if (isInvertible(a, da) && isInvertible(b, db)) {
      distance += wishart(a, b, da, db);
      invertible++;
    }
  }
  const resultant = Math.min(1, Math.hypot(cosine, sine) / phases);
  return {
    ...{ H, A, alpha },
    correlationBias: correlations / correlated,
    phaseError: (Math.sqrt(-2 * Math.log(resultant)) * 180) / Math.PI,
    semidefinite: semidefinite / count,
    wishartDistance: distance / invertible,
  };
}

function deviation(values: Float32Array, expected: Float32Array): Deviation {
  let [sum, squares] = [0, 0];
  values.forEach((value, i) => {
    sum += value - expected[i];
    squares += (value - expected[i]) ** 2;
  });
  return { bias: sum / values.length, rmse: Math.sqrt(squares / values.length) };
}

const determinant = ([c11, c22, re, im]: number[]): number => c11 * c22 - re * re - im * im;

const correlationOf = ([c11, c22, re, im]: number[]): number => Math.hypot(re, im) / Math.sqrt(c11 * c22);

/** Whether a determinant exceeds the float32 rounding error of a single look's, which is 0. */
const isInvertible = ([c11, c22]: number[], det: number): boolean => det > 1e-6 * c11 * c22;

/** Both traces share one mixed product, divided by the determinant of the inverted matrix. */
function wishart(a: number[], b: number[], da: number, db: number): number {
  const mixed = a[0] * b[1] + a[1] * b[0] - 2 * (a[2] * b[2] + a[3] * b[3]);
  return 0.5 * (mixed / da + mixed / db) - 2;
}
