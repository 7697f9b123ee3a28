import { it } from 'vitest';
import { Random } from '../src/index';
import { convolve } from '../src/simulator/convolve';
import { digits, expectWithin } from './images';

it.each([
  [6, 9],
  [2, 3],
  [1, 1],
])('convolve wraps around an image of %d × %d', (rows, cols) => {
  const random = new Random(rows);
  const plane = Float32Array.from({ length: rows * cols }, () => random.uniform());
  const range = Float64Array.of(-0.1, 0.2, 0.9, 0.2, -0.1);
  const azimuth = Float64Array.of(0.05, -0.1, 0.3, 0.7, 0.3, -0.1, 0.05);
  const result = convolve(plane, range, azimuth, rows, cols);
  const at = (r: number, c: number) =>
    plane[(((r % rows) + rows) % rows) * cols + (((c % cols) + cols) % cols)];
  const plain = (pixel: number) => {
    const [r, c] = [Math.floor(pixel / cols), pixel % cols];
    let sum = 0;
    azimuth.forEach((a, i) => range.forEach((b, j) => (sum += a * b * at(r + i - 3, c + j - 2))));
    return sum;
  };
  expectWithin(result, plain, digits(6));
});
