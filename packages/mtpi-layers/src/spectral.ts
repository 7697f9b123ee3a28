import * as tf from '@tensorflow/tfjs';

/** Half of the spectrum of a real image: columns 0 … W/2; both parts are (B, C, H, W/2 + 1). */
export interface HalfSpectrum {
  re: tf.Tensor4D;
  im: tf.Tensor4D;
}

interface Bases {
  /** (W, 2·half): cosines, then minus sines. */
  row: tf.Tensor2D;
  /** (2·H, H): cosines above minus sines. */
  column: tf.Tensor2D;
  /** (2·H, H) with the sign of the sines turned, for the inverse. */
  inverseColumn: tf.Tensor2D;
  /** (2·half, W): from a half spectrum's row back to a real row. */
  inverseRow: tf.Tensor2D;
}

/** Columns of a half spectrum that stand for themselves alone: 0, and W/2 for even W. The others also stand for W − k. */
export const isSelfConjugate = (column: number, width: number): boolean =>
  column === 0 || 2 * column === width;

function wave(
  rows: number,
  columns: number,
  length: number,
  value: (angle: number, row: number, column: number) => number,
): Float32Array {
  const data = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++)
      data[r * columns + c] = value((2 * Math.PI * ((r * c) % length)) / length, r, c) / Math.sqrt(length);
  }
  return data;
}

function bases(height: number, width: number): Bases {
  const half = Math.floor(width / 2) + 1;
  const matrix = (data: Float32Array, rows: number, columns: number) => tf.tensor2d(data, [rows, columns]);
  const twice = (column: number) => (isSelfConjugate(column, width) ? 1 : 2);
  const columnCos = matrix(wave(height, height, height, Math.cos), height, height);
  const columnSin = matrix(wave(height, height, height, Math.sin), height, height);
  return {
    row: tf.concat(
      [
        matrix(wave(width, half, width, Math.cos), width, half),
        matrix(
          wave(width, half, width, (a) => -Math.sin(a)),
          width,
          half,
        ),
      ],
      1,
    ),
    column: tf.concat([columnCos, tf.neg(columnSin)], 0),
    inverseColumn: tf.concat([columnCos, columnSin], 0),
    inverseRow: tf.concat(
      [
        matrix(
          wave(half, width, width, (a, k) => twice(k) * Math.cos(a)),
          half,
          width,
        ),
        matrix(
          wave(half, width, width, (a, k) => -twice(k) * Math.sin(a)),
          half,
          width,
        ),
      ],
      0,
    ),
  };
}

/** Complex transform along the rows' axis of re | im side by side, (B, C, H, 2·half). */
function transformColumns(both: tf.Tensor4D, base: tf.Tensor2D): { re: tf.Tensor4D; im: tf.Tensor4D } {
  const [batch, channels, height, columns] = both.shape;
  const half = columns / 2;
  const products = tf.matMul(
    base.expandDims(0),
    both.reshape([batch * channels, height, columns]) as tf.Tensor3D,
  ) as tf.Tensor3D;
  const [upper, lower] = tf.split(products, 2, 1);
  const [cosRe, cosIm] = tf.split(upper, 2, 2);
  const [sinRe, sinIm] = tf.split(lower, 2, 2);
  const shape: [number, number, number, number] = [batch, channels, height, half];
  return { re: tf.sub(cosRe, sinIm).reshape(shape), im: tf.add(cosIm, sinRe).reshape(shape) };
}

/**
 * Orthonormal 2-D DFT of real images, half of the spectrum, as matrix products.
 *
 * @param x (B, H, W, C).
 */
export function rfft2(x: tf.Tensor4D): HalfSpectrum {
  return tf.tidy(() => {
    const [batch, height, width, channels] = x.shape;
    const { row, column } = bases(height, width);
    const lines = tf.transpose(x, [0, 3, 1, 2]).reshape([batch * channels * height, width]) as tf.Tensor2D;
    const both = tf.matMul(lines, row).reshape([batch, channels, height, row.shape[1]]) as tf.Tensor4D;
    return transformColumns(both, column) as unknown as tf.TensorContainerObject;
  }) as unknown as HalfSpectrum;
}

/**
 * Inverse of `rfft2`: the real image of given width whose half spectrum this is, (B, H, W, C).
 * Like Re IFFT of the full spectrum, it ignores the imaginary part of self-conjugate bins.
 */
export function irfft2({ re, im }: HalfSpectrum, width: number): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, channels, height, half] = re.shape;
    const { inverseColumn, inverseRow } = bases(height, width);
    const columns = transformColumns(tf.concat([re, im], 3), inverseColumn);
    const both = tf
      .concat([columns.re, columns.im], 3)
      .reshape([batch * channels * height, 2 * half]) as tf.Tensor2D;
    const image = tf.matMul(both, inverseRow).reshape([batch, channels, height, width]) as tf.Tensor4D;
    return tf.transpose(image, [0, 2, 3, 1]);
  });
}
