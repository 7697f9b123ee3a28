import { regularizedGamma } from '../gamma-functions';

/** Range of unit-mean speckle with a given probability, and the standard deviation of speckle inside it. */
export interface SigmaRange {
  low: number;
  high: number;
  deviation: number;
}

/**
 * The range of Gamma speckle that contains a share of its values and leaves their mean at 1 (Lee et al. 2009, tables I
 * and II): F_L(high) − F_L(low) = share, and F_{L+1}(high) − F_{L+1}(low) = share because x·f_L(x) is the density of
 * L + 1 looks with mean (L + 1)/L, where F_L is the distribution function of L looks. Solved by bisection of `low`.
 *
 * @param share in (0, 1), for example 0.9.
 */
export function sigmaRange(looks: number, share: number): SigmaRange {
  const between = (low: number, high: number, moment: number) =>
    regularizedGamma(looks + moment, looks * high) - regularizedGamma(looks + moment, looks * low);
  const highOf = (low: number) => bisect((high) => between(low, high, 0) - share, 1, 50);
  // Above the quantile of 1 − share no range is wide enough; toward 0 the mean is too low.
  const quantile = bisect((low) => regularizedGamma(looks, looks * low) - (1 - share), 0, 50);
  const low = bisect(
    (candidate) => between(candidate, highOf(candidate), 1) - share,
    0,
    Math.min(1, quantile),
  );
  const high = highOf(low);
  // ∫x²f_L = (1 + 1/L)·F_{L+2}.
  const square = ((1 + 1 / looks) * between(low, high, 2)) / share;
  return { low, high, deviation: Math.sqrt(square - 1) };
}

/** Zero of a rising function. */
function bisect(rising: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (a + b) / 2;
    if (rising(middle) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
