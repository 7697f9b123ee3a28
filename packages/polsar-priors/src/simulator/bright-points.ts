import { type Image, planes } from '../image';
import type { Random } from '../random';

/**
 * Brightens point targets such as buildings, masts or ships in a covariance or intensity image, in place: single pixels
 * and blocks of up to 3 × 3, by 3–25 dB in C11 and less in C22.
 *
 * @param corners index of the upper left pixel of each target.
 * @returns indices of the brightened pixels.
 */
export function addBrightPoints(reflectivity: Image, corners: number[], random: Random): number[] {
  const [, rows, cols] = reflectivity.shape;
  const bands = planes(reflectivity);
  const touched: number[] = [];
  for (const corner of corners) {
    const [r, c] = [Math.floor(corner / cols), corner % cols];
    const [height, width] = random.chance(0.7) ? [1, 1] : [random.integer(1, 3), random.integer(1, 3)];
    const decibel = random.uniform(3, 25);
    const gains = bandGains(decibel, decibel * random.uniform(0.4, 1));
    for (let y = r; y < Math.min(rows, r + height); y++) {
      for (let x = c; x < Math.min(cols, c + width); x++) {
        touched.push(y * cols + x);
        bands.forEach((band, b) => {
          band[y * cols + x] *= gains[b];
        });
      }
    }
  }
  return touched;
}

/** Factors of C11, C22, C12_real and C12_imag for gains of the two channels in dB; their correlation is kept. */
export function bandGains(first: number, second: number): [number, number, number, number] {
  const cross = 10 ** ((first + second) / 20);
  return [10 ** (first / 10), 10 ** (second / 10), cross, cross];
}
