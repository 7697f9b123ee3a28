import { check, checkLooks } from './errors';
import { regularizedGamma } from './gamma-functions';
import { checkBands, checkSameShape, createImage, type Image, type Mask, planes, validity } from './image';

export interface ChangeTestOptions {
  /** Equivalent number of looks of each image; 2 or more for covariances. */
  looks: number;
  mask?: Mask;
}

/**
 * Omnibus test of the equality of k multilooked covariances (Conradsen, Nielsen & Skriver 2016): with p channels and n
 * looks, ln Q = n·(p·k·ln k + Σ ln|Xᵢ| − k·ln|ΣXᵢ|), where X are sums over the looks. Without change −2ρ·ln Q is
 * approximately χ² distributed with (k − 1)·f degrees of freedom, with a second-order correction ω₂. Intensities are p
 * independent channels with f = p; covariances have f = p². For two images it is the test of Conradsen et al. 2003.
 *
 * @param images two or more covariances [4, rows, cols] or intensities [2, rows, cols] or [1, rows, cols].
 * @returns an image [2, rows, cols]: the statistic −2ρ·ln Q and the confidence of a change, 1 − p-value, in [0, 1]: uniform
 *   without change, so that c is exceeded by 1 − c of the unchanged pixels. Both are 0 at invalid pixels and where an
 *   intensity or a determinant is not positive.
 */
export function omnibusTest(images: readonly Image[], { looks, mask }: ChangeTestOptions): Image {
  const k = images.length;
  check(k > 1, 'omnibusTest', 'two images or more', k);
  checkLooks(looks, 'omnibusTest');
  for (const image of images) {
    checkBands(image, 'omnibusTest', 1, 2, 4);
    checkSameShape(images[0], image, 'omnibusTest');
  }
  const [bands, rows, cols] = images[0].shape;
  // The determinant of a covariance of one look is 0.
  check(bands < 4 || looks >= 2, 'omnibusTest', 'two looks or more of covariances', looks);
  const { freedom, rho, omega } = expansion(k, bands, looks);
  const channels = bands === 4 ? 2 : bands;
  const valid = validity(images[0], mask);
  const dates = images.map(planes);
  const result = createImage(2, rows, cols);
  const [statistic, confidence] = planes(result);
  const sum = new Float64Array(bands);
  for (let i = 0; i < rows * cols; i++) {
    if (!valid[i] || dates.some((date) => !hasPower(date, channels, i))) continue;
    let logs = 0;
    sum.fill(0);
    for (const date of dates) {
      for (let b = 0; b < bands; b++) sum[b] += date[b][i];
      logs += Math.log(determinant(bands, (b) => date[b][i]));
    }
    const logQ =
      looks * (channels * k * Math.log(k) + logs - k * Math.log(determinant(bands, (b) => sum[b])));
    const z = -2 * rho * logQ;
    if (!Number.isFinite(z)) continue;
    statistic[i] = z;
    // The distribution function of χ² with f degrees of freedom at z is P(f/2, z/2).
    const [first, second] = [freedom, freedom + 4].map((f) => regularizedGamma(f / 2, z / 2));
    confidence[i] = Math.min(1, Math.max(0, first + omega * (second - first)));
  }
  return result;
}

/** Whether all intensities of a pixel are positive. */
function hasPower(date: readonly Float32Array[], channels: number, pixel: number): boolean {
  for (let b = 0; b < channels; b++) if (!(date[b][pixel] > 0)) return false;
  return true;
}

/** Determinant of a covariance, product of independent intensities. */
function determinant(bands: number, at: (band: number) => number): number {
  if (bands === 1) return at(0);
  return at(0) * at(1) - (bands === 4 ? at(2) ** 2 + at(3) ** 2 : 0);
}

/** Degrees of freedom, ρ and ω₂ of the approximation. */
function expansion(k: number, bands: number, looks: number) {
  // A covariance of p = 2 channels has p² free parameters; independent channels are p tests of p = 1 whose terms add.
  const p = bands === 4 ? 2 : 1;
  const f = (k - 1) * p * p;
  const tests = bands === 4 ? 1 : bands;
  const spread = k / looks - 1 / (looks * k);
  const rho = 1 - ((2 * p * p - 1) / (6 * (k - 1) * p)) * spread;
  const squares = (p * p * (p * p - 1) * (k / looks ** 2 - 1 / (looks * k) ** 2)) / (24 * rho ** 2);
  const omega = squares - (f * (1 - 1 / rho) ** 2) / 4;
  return { freedom: tests * f, rho, omega: tests * omega };
}
