import type { XmlElement } from '@mtpi/sar-io/node';

/**
 * Interpolates a table y(x) linearly at the whole numbers x, x + 1, …; extrapolates linearly beyond its ends.
 *
 * @param xs Ascending.
 * @param ys As many as `xs`; at least one.
 */
export function interpolateTable(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  x: number,
  width: number,
): Float64Array {
  const result = new Float64Array(width);
  if (xs.length === 1) return result.fill(ys[0]);
  let i = 0;
  for (let n = 0; n < width; n++) {
    const at = x + n;
    while (i < xs.length - 2 && xs[i + 1] <= at) i++;
    const share = (at - xs[i]) / (xs[i + 1] - xs[i]);
    result[n] = (1 - share) * ys[i] + share * ys[i + 1];
  }
  return result;
}

/** Whether the numbers are strictly ascending. */
export function isAscending(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i] > values[i - 1])) return false;
  return true;
}

/** The table of two lists of an XML element: ascending positions, and as many values. */
export function parseTable(
  vector: XmlElement,
  position: string,
  table: string,
): [Float64Array, Float64Array] {
  const [xs, ys] = [vector.numbers(position), vector.numbers(table)];
  if (xs.length === 0 || xs.length !== ys.length || !isAscending(xs)) {
    vector.fail(`ascending numbers in ${position}, as many as in ${table}`, `${xs.length} and ${ys.length}`);
  }
  return [xs, ys];
}
