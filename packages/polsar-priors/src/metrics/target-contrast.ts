import { decibel } from '../decibel';
import { checkSameShape, type Image, type Mask, planes, validity } from '../image';

export interface TargetContrast {
  /** Target-to-clutter ratio in dB of the noisy and the filtered image, mean over the targets. */
  noisy: number;
  filtered: number;
  /** Mean of |filtered − noisy| over the targets, in dB. */
  loss: number;
  /** Number of targets. */
  count: number;
}

/**
 * Target-to-clutter ratio of point targets, in both images. Targets are pixels of the noisy image that are the maximum of
 * their 9 × 9 neighborhood and exceed 20 times the clutter, the mean of its rim. Targets closer than 4 pixels to the
 * border or to an invalid pixel are left out.
 *
 * @returns one entry for each intensity, C11 and C22; ratios are NaN without targets.
 * @throws PolsarError `ShapeMismatch` unless both images have one shape.
 */
export function targetContrast(noisy: Image, filtered: Image, mask?: Mask): TargetContrast[] {
  checkSameShape(noisy, filtered, 'targetContrast');
  const [, rows, cols] = noisy.shape;
  const valid = validity(noisy, mask);
  const results = planes(filtered);
  return planes(noisy)
    .slice(0, 2)
    .map((plane, b) => {
      const before: number[] = [];
      const after: number[] = [];
      for (let r = 4; r < rows - 4; r++) {
        for (let c = 4; c < cols - 4; c++) {
          const pixel = r * cols + c;
          if (!isTarget(plane, valid, cols, pixel)) continue;
          before.push(decibel(plane[pixel] / rimMean(plane, cols, pixel)));
          after.push(decibel(results[b][pixel] / rimMean(results[b], cols, pixel)));
        }
      }
      const mean = (values: number[]) => values.reduce((a, v) => a + v, 0) / values.length;
      const loss = mean(before.map((ratio, i) => Math.abs(after[i] - ratio)));
      return { noisy: mean(before), filtered: mean(after), loss, count: before.length };
    });
}

function isTarget(plane: Float32Array, valid: Uint8Array, cols: number, pixel: number): boolean {
  for (let y = -4; y <= 4; y++) {
    for (let x = -4; x <= 4; x++) {
      const i = pixel + y * cols + x;
      if (!valid[i] || !(plane[i] < plane[pixel] || i === pixel)) return false;
    }
  }
  return plane[pixel] > 20 * rimMean(plane, cols, pixel);
}

/** Mean of the 32 pixels on the rim of a 9 × 9 neighborhood. */
function rimMean(plane: Float32Array, cols: number, pixel: number): number {
  let sum = 0;
  for (let k = -4; k < 4; k++) {
    sum += plane[pixel - 4 * cols + k] + plane[pixel + 4 * cols - k];
    sum += plane[pixel - k * cols - 4] + plane[pixel + k * cols + 4];
  }
  return sum / 32;
}
