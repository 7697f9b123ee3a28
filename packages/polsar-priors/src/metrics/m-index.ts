import { enl } from '../enl';
import { check, checkLooks } from '../errors';
import { checkLength } from '../image';
import { Random } from '../random';

export interface MIndexOptions {
  /** Equivalent number of looks of the noisy plane. */
  looks: number;
  /** Rows and columns of a block. Default 25. */
  block?: number;
  /** Relative tolerance for the looks of a homogeneous block. Default 0.05. */
  tolerance?: number;
  /** Seed of the permutations. Default 1. */
  seed?: number;
}

/** The M-index and its parts; lower is better. */
export interface MIndex {
  /** First-order residual in %: deviations of ENL and mean of the ratio image over homogeneous blocks. NaN without any. */
  residual: number;
  /** Structure left in the ratio image in %: change of its homogeneity when its pixels are shuffled. */
  structure: number;
  /** residual + structure. */
  m: number;
  /** Number of homogeneous blocks. */
  blocks: number;
}

/** Gray levels and pixel distance of the co-occurrence matrix. */
const LEVELS = 32;
const LAG = 25;
const PERMUTATIONS = 10;

/**
 * M-index (Gomez, Ospina & Frery 2017) of the ratio image noisy / filtered. Blocks of the noisy plane are homogeneous where
 * their equivalent number of looks is `looks` within the tolerance; the last row and column of blocks are left out.
 * Structure is |h − h₀| / h₀ with h Haralick's homogeneity Σ p(i,j)/(1 + (i − j)²) of the ratio in 32 levels, at a distance
 * of 25 pixels in four directions, and h₀ its mean over ten shuffles.
 *
 * @param noisy positive linear power, rows · cols values, more than 25 × 25. @param filtered as many values;
 *   where one is not positive, the structure is not a number.
 */
export function mIndex(
  noisy: Float32Array,
  filtered: Float32Array,
  rows: number,
  cols: number,
  options: MIndexOptions,
): MIndex {
  check(rows > LAG && cols > LAG, 'mIndex', `more than ${LAG} × ${LAG} pixels`, `${rows} × ${cols}`);
  for (const plane of [noisy, filtered]) checkLength(plane, rows * cols, 'mIndex');
  const { looks, block = 25, tolerance = 0.05, seed = 1 } = options;
  checkLooks(looks, 'mIndex');
  check(Number.isInteger(block) && block > 1, 'mIndex', 'a block of 2 or more', block);
  const ratio = noisy.map((value, i) => value / filtered[i]);
  const values = (plane: Float32Array, top: number, left: number) =>
    Array.from({ length: block }, (_, r) => [
      ...plane.subarray((top + r) * cols + left, (top + r) * cols + left + block),
    ]).flat();
  let [sum, blocks] = [0, 0];
  for (let y = 0; y + 2 * block <= rows; y += block) {
    for (let x = 0; x + 2 * block <= cols; x += block) {
      const expected = enl(values(noisy, y, x));
      if (!(Math.abs(expected / looks - 1) <= tolerance)) continue;
      const ratios = values(ratio, y, x);
      const mean = ratios.reduce((a, v) => a + v, 0) / ratios.length;
      sum += (Math.abs(expected - enl(ratios)) / expected + Math.abs(1 - mean)) / 2;
      blocks++;
    }
  }
  const residual = (100 * sum) / blocks;
  const structure = remainingStructure(ratio, rows, cols, new Random(seed));
  return { residual, structure, m: residual + structure, blocks };
}

function remainingStructure(ratio: Float32Array, rows: number, cols: number, random: Random): number {
  const [low, high] = ratio.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  if (!Number.isFinite(high - low)) return Number.NaN;
  if (high === low) return 0;
  const levels = Uint8Array.from(ratio, (value) =>
    Math.min(LEVELS - 1, Math.floor((LEVELS * (value - low)) / (high - low))),
  );
  const own = homogeneity(levels, rows, cols);
  let shuffled = 0;
  for (let k = 0; k < PERMUTATIONS; k++) {
    shuffle(levels, random);
    shuffled += homogeneity(levels, rows, cols) / PERMUTATIONS;
  }
  return (100 * Math.abs(own - shuffled)) / shuffled;
}

/** Mean of 1/(1 + (i − j)²) over pairs at the lag, in each of four directions, then over these. */
function homogeneity(levels: Uint8Array, rows: number, cols: number): number {
  const directions = [
    [0, LAG],
    [LAG, 0],
    [LAG, LAG],
    [LAG, -LAG],
  ];
  let total = 0;
  for (const [dy, dx] of directions) {
    let [sum, count] = [0, 0];
    for (let r = 0; r < rows - dy; r++) {
      for (let c = Math.max(0, -dx); c < Math.min(cols, cols - dx); c++, count++)
        sum += 1 / (1 + (levels[r * cols + c] - levels[(r + dy) * cols + c + dx]) ** 2);
    }
    total += sum / count / directions.length;
  }
  return total;
}

/** Fisher–Yates. */
function shuffle(values: Uint8Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [values[i], values[j]] = [values[j], values[i]];
  }
}
