/**
 * Equivalent number of looks by moments: mean² / variance of intensities of homogeneous ground.
 *
 * @returns 1 for single-look speckle; Infinity for constant values, NaN for fewer than two.
 */
export function enl(intensities: ArrayLike<number>): number {
  const { mean, variance } = moments(intensities, (value) => value);
  return (mean * mean) / variance;
}

/**
 * Equivalent number of looks by log-cumulants: the L whose ψ₁(L) is the variance of ln(intensity). Less sensitive to
 * single bright pixels than moments. Values ≤ 0 are left out.
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
  // Welford's update: no cancellation where the deviation is small beside the mean.
  for (let i = 0; i < values.length; i++) {
    const value = of(values[i]);
    const delta = value - mean;
    mean += delta / (i + 1);
    squares += delta * (value - mean);
  }
  return { mean, variance: squares / (values.length - 1) };
}

/** ψ₁(x) = d² ln Γ(x) / dx² for x > 0: recurrence up to 15, then the asymptotic series (Abramowitz & Stegun 6.4.12). */
export function trigamma(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < 15; y++) sum += 1 / (y * y);
  const z = 1 / (y * y);
  return sum + 1 / y + z / 2 + (z / y) * (1 / 6 - z * (1 / 30 - z * (1 / 42 - z / 30)));
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
