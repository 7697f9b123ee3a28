import { checkBands, createImage, type Image, planes } from './image';

/** Bands of a coherency image T2, in order. */
export const COHERENCY_BANDS = ['T11', 'T22', 'T12_real', 'T12_imag'] as const;

/**
 * Coherency matrix (Pauli basis) of a covariance image: T = U·C·Uᴴ with U = [[1, 1], [1, −1]] / √2. It has the entropy
 * and anisotropy of the covariance, but not its alpha.
 *
 * @param c2 covariance [4, rows, cols].
 * @returns an image [4, rows, cols]: T11 = (C11 + C22)/2 + Re C12, T22 = (C11 + C22)/2 − Re C12, T12 = (C11 − C22)/2 − j·Im C12.
 */
export function coherency(c2: Image): Image {
  checkBands(c2, 'coherency', 4);
  const [, rows, cols] = c2.shape;
  const [c11, c22, c12re, c12im] = planes(c2);
  const result = createImage(4, rows, cols);
  const [t11, t22, t12re, t12im] = planes(result);
  for (let i = 0; i < c11.length; i++) {
    const mean = (c11[i] + c22[i]) / 2;
    t11[i] = mean + c12re[i];
    t22[i] = mean - c12re[i];
    t12re[i] = (c11[i] - c22[i]) / 2;
    t12im[i] = -c12im[i];
  }
  return result;
}
