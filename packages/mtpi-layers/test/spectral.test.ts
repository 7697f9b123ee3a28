import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import FFT from 'fft.js';
import { beforeAll, expect, test } from 'vitest';
import { irfft2, rfft2 } from '../src';

beforeAll(() => tf.setBackend('cpu'));

/** Orthonormal 2-D DFT by fft.js, rows and columns being powers of two: real and imaginary part. */
function fft2(image: Float32Array, rows: number, cols: number): [Float64Array, Float64Array] {
  const [re, im] = [Float64Array.from(image), new Float64Array(rows * cols)];
  const pass = (length: number, lines: number, at: (line: number, k: number) => number) => {
    const fft = new FFT(length);
    const [input, output] = [fft.createComplexArray(), fft.createComplexArray()];
    for (let line = 0; line < lines; line++) {
      for (let k = 0; k < length; k++) [input[2 * k], input[2 * k + 1]] = [re[at(line, k)], im[at(line, k)]];
      fft.transform(output, input);
      for (let k = 0; k < length; k++)
        [re[at(line, k)], im[at(line, k)]] = [output[2 * k], output[2 * k + 1]];
    }
  };
  pass(cols, rows, (r, c) => r * cols + c);
  pass(rows, cols, (c, r) => r * cols + c);
  const scale = 1 / Math.sqrt(rows * cols);
  return [re.map((v) => v * scale), im.map((v) => v * scale)];
}

test('is the discrete Fourier transform', () => {
  for (const [rows, cols] of [
    [8, 16],
    [16, 4],
    [32, 8],
    [2, 2],
  ]) {
    const x = tf.randomNormal([1, rows, cols, 2], 0, 1, 'float32', 3) as tf.Tensor4D;
    const spectrum = rfft2(x);
    const [r, p] = [rows, cols].map((length) => 2 ** Math.ceil(Math.log2(length) / 2));
    const [foundRe, foundIm] = [spectrum.re.arraySync(), spectrum.im.arraySync()];
    for (let channel = 0; channel < 2; channel++) {
      const [re, im] = fft2(
        tf.slice(x, [0, 0, 0, channel], [1, rows, cols, 1]).dataSync() as Float32Array,
        rows,
        cols,
      );
      for (let row = 0; row < rows; row++) {
        if (row % r > r / 2) continue;
        for (let col = 0; col < cols; col++) {
          const at = (plane: number[][][][][]) =>
            plane[0][row % r][Math.floor(row / r)][((col % p) * cols) / p + Math.floor(col / p)][channel];
          expect(at(foundRe)).toBeCloseTo(re[row * cols + col], 5);
          expect(at(foundIm)).toBeCloseTo(im[row * cols + col], 5);
        }
      }
    }
  }
});

const size = fc.integer({ min: 1, max: 11 });

test('the inverse restores images of any size, and energy is kept', () => {
  fc.assert(
    fc.property(size, size, fc.integer(), (rows, cols, seed) => {
      const x = tf.randomNormal([2, rows, cols, 3], 0, 1, 'float32', seed) as tf.Tensor4D;
      const spectrum = rfft2(x);
      const error = tf.max(tf.abs(tf.sub(irfft2(spectrum, rows), x))).dataSync()[0];
      expect(error).toBeLessThan(1e-5);
      const { re, im, multiplicity } = spectrum;
      const power = tf.add(tf.square(re), tf.square(im));
      const energy = tf.sum(tf.mul(power, multiplicity)).dataSync()[0];
      expect(energy / tf.sum(tf.square(x)).dataSync()[0]).toBeCloseTo(1, 4);
    }),
    { numRuns: 30 },
  );
});

test('multiplicities count every bin of the full spectrum once', () => {
  fc.assert(
    fc.property(size, size, (rows, cols) => {
      const { re, multiplicity } = rfft2(tf.zeros([1, rows, cols, 1]));
      expect(tf.sum(tf.mul(tf.onesLike(re), multiplicity)).dataSync()[0]).toBe(rows * cols);
    }),
    { numRuns: 30 },
  );
});

test('gradients pass through both transforms', () => {
  const x = tf.randomNormal([1, 4, 6, 1], 0, 1, 'float32', 5) as tf.Tensor4D;
  const w = tf.randomNormal([1, 4, 6, 1], 0, 1, 'float32', 6);
  const gradient = tf.grad((y) => tf.sum(tf.mul(irfft2(rfft2(y as tf.Tensor4D), 4), w)))(x);
  expect(tf.max(tf.abs(tf.sub(gradient, w))).dataSync()[0]).toBeLessThan(1e-5);
});

test('with matrices computed from tensors, for images of free size, it convolves the same', () => {
  const [rows, cols] = [24, 40];
  const [x, y] = [5, 6].map(
    (seed) => tf.randomNormal([2, rows, cols, 3], 0, 1, 'float32', seed) as tf.Tensor4D,
  );
  const convolve = (freeSize: boolean) => {
    const [a, b] = [x, y].map((image) => rfft2(image, { freeSize }));
    const re = tf.sub(tf.mul(a.re, b.re), tf.mul(a.im, b.im)) as tf.Tensor5D;
    const im = tf.add(tf.mul(a.re, b.im), tf.mul(a.im, b.re)) as tf.Tensor5D;
    return irfft2({ re, im }, rows, { freeSize }).dataSync();
  };
  const expected = convolve(false);
  convolve(true).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
});
