/** Middle of the sorted values, the mean of both middle ones where their number is even; NaN without values. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** Standard deviation of a normal distribution over its median absolute deviation. */
const DEVIATIONS = 1.4826;

/**
 * Standard deviation of most of the values, whatever a few others are: 1.4826 times the median absolute deviation from the
 * center; NaN without values.
 *
 * @param center Default: the median.
 */
export function robustDeviation(values: ArrayLike<number>, center = median(values)): number {
  return DEVIATIONS * median(Float64Array.from(values, (value) => Math.abs(value - center)));
}
