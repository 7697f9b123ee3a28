import * as tf from '@tensorflow/tfjs';

/**
 * Spectrum of real images (B, H, W, C). As they are real, about half of its rows say it all. Both axes are in the order
 * that a transform in two steps leaves them in: row k of H = r·s at [k mod r, ⌊k / r⌋], where k mod r goes up to r/2 only;
 * columns likewise, all of them.
 */
export interface Spectrum {
  /** (B, ⌊r/2⌋ + 1, s, W, C), like `im`. */
  re: tf.Tensor5D;
  im: tf.Tensor5D;
  /** (⌊r/2⌋ + 1, 1, 1, 1): how many bins of the full spectrum an element of each k mod r stands for. */
  multiplicity: tf.Tensor4D;
}

/** Real or imaginary part. */
type Part = 0 | 1;
const PARTS = [0, 1] as const;

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** The length as a product of two factors, as near to each other as there are, the larger first. */
function factorsOf(length: number): [number, number] {
  let second = Math.floor(Math.sqrt(length));
  while (length % second !== 0) second--;
  return [length / second, second];
}

/** Rows of a spectrum by k mod r: the others mirror them. */
const halfOf = (r: number): number => Math.floor(r / 2) + 1;

/** 1 for rows whose mirror images are there as well, those with k mod r of 0 and r/2; 2 for all others. */
const multiplicityOf = (r: number): tf.Tensor4D =>
  tf.tensor4d(
    range(halfOf(r)).map((k) => (k === 0 || 2 * k === r ? 1 : 2)),
    [halfOf(r), 1, 1, 1],
  );

/**
 * The parts `to` of Σ x·e^{−2πi·n·k/length} over samples n with the parts `from`, as a matrix for each group of frequencies
 * k: (groups, (k, to), (from, n)).
 */
function wave(
  length: number,
  groups: number[][],
  to: readonly Part[],
  samples: number,
  from: readonly Part[],
): tf.Tensor3D {
  const factor = (k: number, toPart: Part, n: number, fromPart: Part) =>
    Math.cos(2 * Math.PI * (((n * k) % length) / length) + ((toPart - fromPart) * Math.PI) / 2) /
    Math.sqrt(samples);
  return tf.tensor3d(
    groups.map((frequencies) =>
      frequencies.flatMap((k) =>
        to.map((toPart) =>
          from.flatMap((fromPart) => range(samples).map((n) => factor(k, toPart, n, fromPart))),
        ),
      ),
    ),
  );
}

/** First step, over n₁ of n = n₁·s + n₂, to `count` frequencies k₁. */
const outerWave = (r: number, count: number, from: readonly Part[]): tf.Tensor3D =>
  wave(r, [range(count)], PARTS, r, from);

/** Second step, over n₂, to k = k₁ + r·k₂: a matrix for each of `count` k₁. */
const innerWave = (r: number, s: number, count: number, to: readonly Part[]): tf.Tensor3D =>
  wave(
    r * s,
    range(count).map((k1) => range(s).map((k2) => k1 + r * k2)),
    to,
    s,
    PARTS,
  );

/**
 * Orthonormal 2-D DFT of real images of any size, as matrix products: two steps along each axis (Cooley–Tukey, with the
 * twiddle factors inside the second), each with its axis on the left of what follows it in memory, so that nothing is
 * permuted or recombined.
 *
 * @param x (B, H, W, C).
 */
export function rfft2(x: tf.Tensor4D): Spectrum {
  const [batch, height, width, channels] = x.shape;
  const [[r, s], [p, q]] = [factorsOf(height), factorsOf(width)];
  const half = halfOf(r);
  const images = tf.reshape(x, [batch, r, s * width * channels]);
  const rowsOuter = tf.matMul(outerWave(r, half, [0]), images);
  const rowsInner = tf.matMul(
    innerWave(r, s, half, PARTS),
    tf.reshape(rowsOuter, [batch, half, 2 * s, width * channels]),
  );
  const columnsOuter = tf.matMul(
    outerWave(p, p, PARTS),
    tf.reshape(rowsInner, [batch * half * s, 2 * p, q * channels]),
  );
  const columns = tf.reshape(columnsOuter, [batch * half * s, p, 2 * q, channels]);
  const [re, im] = PARTS.map((part) =>
    tf.reshape(tf.matMul(innerWave(p, q, p, [part]), columns), [batch, half, s, width, channels]),
  ) as tf.Tensor5D[];
  return { re, im, multiplicity: multiplicityOf(r) };
}

/**
 * Inverse of `rfft2`: the real images (B, H, W, C) of this spectrum. Like the real part of a full inverse transform it
 * ignores what can't come from real images.
 */
export function irfft2({ re, im }: Omit<Spectrum, 'multiplicity'>, height: number): tf.Tensor4D {
  const [batch, half, s, width, channels] = re.shape;
  const [[r], [p, q]] = [factorsOf(height), factorsOf(width)];
  const spectrum = tf.concat(
    [re, im].map((part) => tf.reshape(part, [batch * half * s, p, q, channels])),
    2,
  );
  const innerColumnWave = tf.concat(
    PARTS.map((part) => innerWave(p, q, p, [part])),
    1,
  );
  const columnsOuter = tf.matMul(innerColumnWave, spectrum, true);
  const rowsInner = tf.matMul(
    outerWave(p, p, PARTS),
    tf.reshape(columnsOuter, [batch * half * s, 2 * p, q * channels]),
    true,
  );
  const rowsOuter = tf.matMul(
    innerWave(r, s, half, PARTS),
    tf.reshape(rowsInner, [batch, half, 2 * s, width * channels]),
    true,
  );
  const outerRowWave = tf.mul(tf.reshape(outerWave(r, half, [0]), [half, 2, 1, r]), multiplicityOf(r));
  const images = tf.matMul(
    tf.reshape(outerRowWave, [1, 2 * half, r]),
    tf.reshape(rowsOuter, [batch, 2 * half, s * width * channels]),
    true,
  );
  return tf.reshape(images, [batch, height, width, channels]);
}
