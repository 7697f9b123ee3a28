/** ψ₁(x) = d² ln Γ(x) / dx² for x > 0: recurrence up to 15, then the asymptotic series (Abramowitz & Stegun 6.4.12). */
export function trigamma(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < 15; y++) sum += 1 / (y * y);
  const z = 1 / (y * y);
  return sum + 1 / y + z / 2 + (z / y) * (1 / 6 - z * (1 / 30 - z * (1 / 42 - z / 30)));
}

/**
 * Regularized lower incomplete gamma function P(a, x), the distribution function of a Gamma variable of shape a > 0 and
 * scale 1: power series below a + 1, above it the continued fraction of 1 − P (Abramowitz & Stegun 6.5.29, 6.5.31).
 */
export function regularizedGamma(a: number, x: number): number {
  if (!(x > 0)) return 0;
  const density = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > Number.EPSILON * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return density * sum;
  }
  // Evaluated forward, by Lentz's method.
  let b = x + 1 - a;
  let [c, d] = [Number.POSITIVE_INFINITY, 1 / b];
  let fraction = d;
  for (let n = 1; Math.abs(c * d - 1) > 1e-15; n++) {
    const numerator = n * (a - n);
    b += 2;
    c = b + numerator / c;
    d = 1 / (b + numerator * d);
    fraction *= c * d;
  }
  return 1 - density * fraction;
}

/** ln Γ(x) for x > 0: recurrence up to 15, then Stirling's series (Abramowitz & Stegun 6.1.41). */
function logGamma(x: number): number {
  let product = 1;
  let y = x;
  for (; y < 15; y++) product *= y;
  const z = 1 / (y * y);
  const series = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z / 1680))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
