import * as tf from '@tensorflow/tfjs';

/**
 * Part of the spectrum of real images (B, C, rows, W/2 + 1): some of its rows and, as the images are real, columns
 * 0 … W/2 only. `multiplicity` (rows, W/2 + 1) says how many bins of the full spectrum an element stands for; half
 * where a bin occurs in both parts of a spectrum.
 */
export interface SpectrumPart {
  re: tf.Tensor4D;
  im: tf.Tensor4D;
  multiplicity: tf.Tensor2D;
}

/** A whole spectrum: rows 0 … H/2, and the rows H − k that mirror them. */
export type Spectrum = readonly [SpectrumPart, SpectrumPart];

/** A bin that is its own mirror image along an axis: 0, and n/2 for even n. */
const selfConjugate = (bin: number, length: number): boolean => bin === 0 || 2 * bin === length;

/** (rows, columns) matrix of a wave of `length` samples, orthonormal, each row scaled by `weight`. */
function wave(
  fn: (angle: number) => number,
  rows: number,
  columns: number,
  length: number,
  weight = (_row: number) => 1,
): tf.Tensor2D {
  const data = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      data[r * columns + c] =
        (weight(r) * fn((2 * Math.PI * ((r * c) % length)) / length)) / Math.sqrt(length);
    }
  }
  return tf.tensor2d(data, [rows, columns]);
}

const bins = (length: number): number => Math.floor(length / 2) + 1;

function multiplicity(height: number, width: number): tf.Tensor2D {
  const [rows, columns] = [bins(height), bins(width)];
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = selfConjugate(Math.floor(i / columns), height) ? 0.5 : 1;
    return row * (selfConjugate(i % columns, width) ? 1 : 2);
  });
  return tf.tensor2d(values, [rows, columns]);
}

/** Matrix · each image: (rows, n) times (B, C, n, columns). */
function left(matrix: tf.Tensor2D, images: tf.Tensor4D): tf.Tensor4D {
  const [batch, channels, n, columns] = images.shape;
  const product = tf.matMul(matrix.expandDims(0), images.reshape([batch * channels, n, columns]));
  return product.reshape([batch, channels, matrix.shape[0], columns]);
}

/** Each image · matrix: (B, C, rows, n) times (n, columns). */
function right(images: tf.Tensor4D, matrix: tf.Tensor2D): tf.Tensor4D {
  const [batch, channels, rows, n] = images.shape;
  const product = tf.matMul(images.reshape([batch * channels * rows, n]) as tf.Tensor2D, matrix);
  return product.reshape([batch, channels, rows, matrix.shape[1]]);
}

const rowsOf = (x: tf.Tensor4D, first: number, count: number): tf.Tensor4D =>
  tf.slice(x, [0, 0, first, 0], [-1, -1, count, -1]);

/**
 * Orthonormal 2-D DFT of real images of any size, as matrix products.
 *
 * Along H the image is folded into its even and odd part, x[n] ± x[H − n], so that cosines and sines need half the rows
 * each: a quarter of the operations of a full transform.
 *
 * @param x (B, H, W, C).
 */
export function rfft2(x: tf.Tensor4D): Spectrum {
  const [, height, width] = x.shape;
  const [rows, columns] = [bins(height), bins(width)];
  const mirrored = height - rows; // rows 1 … mirrored have a partner H − n
  const image = tf.transpose(x, [0, 3, 1, 2]);
  const first = rowsOf(image, 0, rows);
  const partners = tf.reverse(rowsOf(image, rows, mirrored), 2);
  const padded = tf.pad(partners, [
    [0, 0],
    [0, 0],
    [1, rows - 1 - mirrored],
    [0, 0],
  ]);
  // Rows without partner are in the odd part too, where the sine is 0 for them.
  const [even, odd] = [tf.add(first, padded) as tf.Tensor4D, tf.sub(first, padded) as tf.Tensor4D];
  const cosW = wave(Math.cos, width, columns, width);
  const sinW = wave((angle) => -Math.sin(angle), width, columns, width);
  const cosH = wave(Math.cos, rows, rows, height);
  const sinH = wave(Math.sin, rows, rows, height);
  const [evenRe, evenIm] = [left(cosH, right(even, cosW)), left(cosH, right(even, sinW))];
  const [oddRe, oddIm] = [left(sinH, right(odd, cosW)), left(sinH, right(odd, sinW))];
  const weights = multiplicity(height, width);
  return [
    { re: tf.add(evenRe, oddIm), im: tf.sub(evenIm, oddRe), multiplicity: weights },
    { re: tf.sub(evenRe, oddIm), im: tf.add(evenIm, oddRe), multiplicity: weights },
  ];
}

/**
 * Inverse of `rfft2`: the real images (B, H, W, C) of this spectrum. Like the real part of a full inverse transform it
 * ignores what can't come from real images.
 */
export function irfft2([upper, lower]: Spectrum, height: number, width: number): tf.Tensor4D {
  const [rows, columns] = [bins(height), bins(width)];
  const rowWeight = (k: number) => (selfConjugate(k, height) ? 0.5 : 1);
  const cosH = tf.transpose(wave(Math.cos, rows, rows, height, rowWeight));
  const sinH = tf.transpose(wave(Math.sin, rows, rows, height, rowWeight));
  const columnWeight = (k: number) => (selfConjugate(k, width) ? 1 : 2);
  const cosW = wave(Math.cos, columns, width, width, columnWeight);
  const sinW = wave((angle) => -Math.sin(angle), columns, width, width, columnWeight);
  const real = (re: tf.Tensor4D, im: tf.Tensor4D) => tf.add(right(re, cosW), right(im, sinW)) as tf.Tensor4D;
  const even = real(left(cosH, tf.add(upper.re, lower.re)), left(cosH, tf.add(upper.im, lower.im)));
  const odd = real(left(sinH, tf.sub(lower.im, upper.im)), left(sinH, tf.sub(upper.re, lower.re)));
  const partners = tf.reverse(rowsOf(tf.sub(even, odd), 1, height - rows), 2);
  return tf.transpose(tf.concat([tf.add(even, odd), partners], 2), [0, 2, 3, 1]) as tf.Tensor4D;
}
