import { trigamma } from './gamma-functions';

/**
 * Equivalent number of looks by moments: mean² / variance of the intensities of a homogeneous area.
 *
 * @returns 1 for single-look speckle; Infinity for constant values, NaN for fewer than two.
 */
export function enl(intensities: ArrayLike<number>): number {
  const { mean, variance } = moments(intensities, (value) => value);
  return (mean * mean) / variance;
}

/**
 * Equivalent number of looks by log-cumulants: the L with ψ₁(L) = variance of ln(intensity), the second log-cumulant of
 * Gamma speckle (Nicolas 2002). Less sensitive to single bright pixels than moments. Values ≤ 0 are left out.
 *
 * @returns Infinity for constant values, NaN for fewer than two.
 */
export function logCumulantEnl(intensities: ArrayLike<number>): number {
  const positive = Float64Array.from(intensities).filter((value) => value > 0);
  return inverseTrigamma(moments(positive, Math.log).variance);
}

function moments(
  values: ArrayLike<number>,
  of: (value: number) => number,
): { mean: number; variance: number } {
  let mean = 0;
  let squares = 0;
  // Welford's update: no cancellation where the deviation is small compared with the mean.
  for (let i = 0; i < values.length; i++) {
    const value = of(values[i]);
    const delta = value - mean;
    mean += delta / (i + 1);
    squares += delta * (value - mean);
  }
  return { mean, variance: squares / (values.length - 1) };
}

/** The x > 0 with ψ₁(x) = value, by bisection of ln x: ψ₁ falls monotonically, and 1/x < ψ₁(x) < 1/x + 1/x². */
function inverseTrigamma(value: number): number {
  if (!(value > 0)) return value === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  let [low, high] = [1 / value, 1 / value + 1 / Math.sqrt(value)];
  for (let i = 0; i < 100 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (trigamma(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
