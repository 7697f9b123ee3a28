import { checkBands, checkSameShape, createImage, type Image, planes } from './image';

/** Bands of a covariance image C2, in order. C12 = ⟨S₁·conj S₂⟩, with S₁ = S_VV and S₂ = S_VH for Sentinel-1 over land. */
export const COVARIANCE_BANDS = ['C11', 'C22', 'C12_real', 'C12_imag'] as const;

/**
 * Single-look covariance of two complex images [2, rows, cols] (real and imaginary part) in the same calibration.
 *
 * @returns an image [4, rows, cols]: C11 = |S₁|², C22 = |S₂|², real and imaginary part of C12 = S₁·conj S₂.
 */
export function covariance(first: Image, second: Image): Image {
  checkBands(first, 'covariance', 2);
  checkSameShape(first, second, 'covariance');
  const [, rows, cols] = first.shape;
  const [[ar, ai], [br, bi]] = [planes(first), planes(second)];
  const result = createImage(4, rows, cols);
  const [c11, c22, re, im] = planes(result);
  for (let i = 0; i < c11.length; i++) {
    c11[i] = ar[i] * ar[i] + ai[i] * ai[i];
    c22[i] = br[i] * br[i] + bi[i] * bi[i];
    re[i] = ar[i] * br[i] + ai[i] * bi[i];
    im[i] = ai[i] * br[i] - ar[i] * bi[i];
  }
  return result;
}
