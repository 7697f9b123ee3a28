import { checkBands, createImage, type Image, planes } from './image';

/** Keeps |C12|² ≤ C11·C22 after rounding to float32. */
const SHRINK = 1 - 2 ** -22;

/**
 * Makes a covariance positive semidefinite: negative powers become 0, and |C12| is limited to √(C11·C22), its phase kept.
 *
 * @param c2 covariance [4, rows, cols], for example after noise subtraction or interpolation.
 */
export function validCovariance(c2: Image): Image {
  checkBands(c2, 'validCovariance', 4);
  const [, rows, cols] = c2.shape;
  const [c11, c22, re, im] = planes(c2);
  const result = createImage(4, rows, cols);
  const [v11, v22, vre, vim] = planes(result);
  for (let i = 0; i < c11.length; i++) {
    v11[i] = Math.max(0, c11[i]);
    v22[i] = Math.max(0, c22[i]);
    const bound = Math.sqrt(v11[i] * v22[i]);
    const magnitude = Math.sqrt(re[i] * re[i] + im[i] * im[i]);
    const scale = magnitude > bound ? (SHRINK * bound) / magnitude : 1;
    vre[i] = scale * re[i];
    vim[i] = scale * im[i];
  }
  return result;
}
