import type { Random } from '@mtpi/polsar-priors';

/** One of the eight symmetries of a square: a transposition, then flips. */
export interface Symmetry {
  transposed: boolean;
  rowsFlipped: boolean;
  columnsFlipped: boolean;
}

/** Draws one of the eight with equal probability. */
export function drawSymmetry(random: Random): Symmetry {
  return {
    transposed: random.chance(0.5),
    rowsFlipped: random.chance(0.5),
    columnsFlipped: random.chance(0.5),
  };
}

/** Applies a symmetry to consecutive square planes of `size` · `size` values. */
export function arrange<T extends Float32Array | Uint8Array>(values: T, size: number, symmetry: Symmetry): T {
  const { transposed, rowsFlipped, columnsFlipped } = symmetry;
  const result = values.slice() as T;
  for (let start = 0; start < values.length; start += size * size) {
    for (let row = 0; row < size; row++) {
      const r = rowsFlipped ? size - 1 - row : row;
      for (let column = 0; column < size; column++) {
        const c = columnsFlipped ? size - 1 - column : column;
        result[start + row * size + column] = values[start + (transposed ? c * size + r : r * size + c)];
      }
    }
  }
  return result;
}
