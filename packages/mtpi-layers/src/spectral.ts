import * as tf from '@tensorflow/tfjs';

/**
 * Spectrum of real images (B, H, W, C). As they are real, it has columns 0 … W/2 only. Its rows are in the order that a
 * transform in two steps leaves them in: row k lies at [k mod r, ⌊k / r⌋], where r·s = H.
 */
export interface Spectrum {
  /** (B, C, r, s, W/2 + 1), like `im`. */
  re: tf.Tensor5D;
  im: tf.Tensor5D;
  /** (W/2 + 1): how many bins of the full spectrum an element of each column stands for. */
  multiplicity: tf.Tensor1D;
}

/** Real or imaginary part. */
type Part = 0 | 1;

/**
 * Factor with which part `from` of a number enters part `to` of its product with e^{−2πi·turns}: the cosine, and plus or
 * minus the sine across.
 */
const rotation = (turns: number, to: number, from: number): number =>
  Math.cos(2 * Math.PI * turns + ((to - from) * Math.PI) / 2);

const columnsOf = (width: number): number => Math.floor(width / 2) + 1;

/** 1 for columns that are their own mirror image, 0 and W/2 for even W; 2 for all others. */
const multiplicityOf = (column: number, width: number): number =>
  column === 0 || 2 * column === width ? 1 : 2;

/** The length as a product of two factors, as near to each other as there are. */
function factorsOf(length: number): [number, number] {
  let first = Math.floor(Math.sqrt(length));
  while (length % first !== 0) first--;
  return [first, length / first];
}

/** Transform of rows of length W into one part of columns 0 … W/2: (W, W/2 + 1). */
function columnWave(width: number, part: Part, weight = (_column: number) => 1): tf.Tensor2D {
  const columns = columnsOf(width);
  const values = Float32Array.from({ length: width * columns }, (_, i) => {
    const [n, k] = [Math.floor(i / columns), i % columns];
    return (weight(k) * rotation(((n * k) % width) / width, part, 0)) / Math.sqrt(width);
  });
  return tf.tensor2d(values, [width, columns]);
}

/** First step along H, over n₁ of n = n₁·s + n₂: rows (k₁, part), columns (part, n₁). */
function outerWave(r: number): tf.Tensor2D {
  const values = Float32Array.from({ length: 4 * r * r }, (_, i) => {
    const [row, column] = [Math.floor(i / (2 * r)), i % (2 * r)];
    const [k, n] = [Math.floor(row / 2), column % r];
    return rotation(((n * k) % r) / r, row % 2, Math.floor(column / r)) / Math.sqrt(r);
  });
  return tf.tensor2d(values, [2 * r, 2 * r]);
}

/** Second step along H, over n₂, to one part of k = k₁ + r·k₂: for each k₁, rows k₂, columns (part, n₂). */
function innerWave(r: number, s: number, part: Part): tf.Tensor3D {
  const values = Float32Array.from({ length: 2 * r * s * s }, (_, i) => {
    const [row, column] = [Math.floor(i / (2 * s)), i % (2 * s)];
    const [k, n] = [Math.floor(row / s) + r * (row % s), column % s];
    return rotation(((n * k) % (r * s)) / (r * s), part, Math.floor(column / s)) / Math.sqrt(s);
  });
  return tf.tensor3d(values, [r, s, 2 * s]);
}

const PARTS = [0, 1] as const;

/**
 * Orthonormal 2-D DFT of real images of any size, as matrix products: the rows by one product, the columns by two
 * smaller ones (Cooley–Tukey, with the twiddle factors inside the second), so that nothing is permuted or recombined.
 *
 * @param x (B, H, W, C).
 */
export function rfft2(x: tf.Tensor4D): Spectrum {
  const [batch, height, width, channels] = x.shape;
  const [r, s] = factorsOf(height);
  const [images, columns] = [batch * channels, columnsOf(width)];
  const rows = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [images * height, width]);
  const parts = PARTS.map((part) =>
    tf.reshape(tf.matMul(rows, columnWave(width, part)), [images, r, s * columns]),
  );
  const outer = tf.matMul(outerWave(r).expandDims(0), tf.concat(parts, 1));
  const inner = tf.reshape(outer, [images, r, 2 * s, columns]);
  const [re, im] = PARTS.map((part) =>
    tf.reshape(tf.matMul(innerWave(r, s, part), inner), [batch, channels, r, s, columns]),
  ) as tf.Tensor5D[];
  const counts = Float32Array.from({ length: columns }, (_, k) => multiplicityOf(k, width));
  return { re, im, multiplicity: tf.tensor1d(counts) };
}

/**
 * Inverse of `rfft2`: the real images (B, H, W, C) of this spectrum. Like the real part of a full inverse transform it
 * ignores what can't come from real images.
 */
export function irfft2({ re, im }: Omit<Spectrum, 'multiplicity'>, width: number): tf.Tensor4D {
  const [batch, channels, r, s, columns] = re.shape;
  const [images, height] = [batch * channels, r * s];
  const inner = tf.concat(
    [re, im].map((part) => tf.reshape(part, [images, r, s, columns])),
    2,
  );
  const adjoint = tf.concat(
    PARTS.map((part) => innerWave(r, s, part)),
    1,
  );
  const outer = tf.reshape(tf.matMul(adjoint, inner, true), [images, 2 * r, s * columns]);
  const steps = tf.split(outerWave(r), 2, 1);
  const rows = PARTS.map((part) => {
    const waves = tf.matMul(steps[part].expandDims(0), outer, true);
    const back = columnWave(width, part, (k) => multiplicityOf(k, width));
    return tf.matMul(tf.reshape(waves, [images * height, columns]), back, false, true);
  });
  const image = tf.reshape(tf.add(rows[0], rows[1]), [batch, channels, height, width]);
  return tf.transpose(image, [0, 2, 3, 1]) as tf.Tensor4D;
}
