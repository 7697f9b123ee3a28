/**
 * Separable periodic convolution of a plane with symmetric taps.
 *
 * @param range odd number of taps along a row. @param azimuth odd number of taps along a column.
 */
export function convolve(
  plane: Float32Array,
  range: Float64Array,
  azimuth: Float64Array,
  rows: number,
  cols: number,
): Float32Array {
  return alongColumns(alongRows(plane, range, rows, cols), azimuth, rows, cols);
}

const wrap = (index: number, size: number) => ((index % size) + size) % size;

function alongRows(plane: Float32Array, taps: Float64Array, rows: number, cols: number): Float32Array {
  if (taps.length === 1) return plane;
  const radius = (taps.length - 1) / 2;
  const half = taps.subarray(radius);
  const result = new Float32Array(plane.length);
  const line = new Float32Array(cols + 2 * radius);
  for (let start = 0; start < rows * cols; start += cols) {
    line.set(plane.subarray(start, start + cols), radius);
    for (let k = 1; k <= radius; k++) {
      line[radius - k] = plane[start + wrap(-k, cols)];
      line[radius + cols - 1 + k] = plane[start + wrap(cols - 1 + k, cols)];
    }
    for (let c = 0; c < cols; c++) {
      const center = c + radius;
      let sum = half[0] * line[center];
      for (let k = 1; k <= radius; k++) sum += half[k] * (line[center - k] + line[center + k]);
      result[start + c] = sum;
    }
  }
  return result;
}

function alongColumns(plane: Float32Array, taps: Float64Array, rows: number, cols: number): Float32Array {
  if (taps.length === 1) return plane;
  const radius = (taps.length - 1) / 2;
  const result = new Float32Array(plane.length);
  const line = new Float64Array(cols);
  const row = (r: number) => plane.subarray(wrap(r, rows) * cols, (wrap(r, rows) + 1) * cols);
  for (let r = 0; r < rows; r++) {
    const center = row(r);
    for (let c = 0; c < cols; c++) line[c] = taps[radius] * center[c];
    for (let k = 1; k <= radius; k++) {
      const [above, below, tap] = [row(r - k), row(r + k), taps[radius + k]];
      for (let c = 0; c < cols; c++) line[c] += tap * (above[c] + below[c]);
    }
    result.set(line, r * cols);
  }
  return result;
}
