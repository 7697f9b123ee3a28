import { check, checkCount, checkLooks, checkWindow } from '../errors';
import { checkBands, createImage, type Image, planes, span, validity } from '../image';
import { type LeeOptions, leeWeight } from './lee';
import { localMoments } from './local-moments';
import { forNeighbors } from './neighborhood';
import { sigmaRange } from './sigma-range';

export interface LeeSigmaOptions extends LeeOptions {
  /** Odd number of rows and columns. Default 9. */
  window?: number;
  /** Probability that speckle lies in the sigma range, in (0, 1). Default 0.9. */
  share?: number;
  /** Bright pixels in a 3 × 3 neighborhood that make a point target. Default 5. */
  targetPixels?: number;
}

/** Quantile of the total power above which a pixel is bright. */
const BRIGHT_QUANTILE = 0.98;

/**
 * Improved Lee sigma filter (Lee et al. 2009): a minimum-mean-square-error filter over the pixels of the window that lie
 * in the sigma range around an a priori estimate of the pixel, itself such a filter over 3 × 3 pixels. Point targets, five
 * or more of 3 × 3 pixels among the brightest 2 %, are kept. All bands share range and weight, from the total power
 * C11 + C22 as if it had the looks of one band, so a covariance stays positive semidefinite. Invalid pixels become 0.
 *
 * @param image covariance [4, rows, cols], intensities [2, rows, cols] or one intensity [1, rows, cols].
 */
export function leeSigma(image: Image, options: LeeSigmaOptions = {}): Image {
  const { looks = 1, window = 9, share = 0.9, targetPixels = 5, mask } = options;
  checkBands(image, 'leeSigma', 1, 2, 4);
  checkLooks(looks, 'leeSigma');
  checkWindow(window, 'leeSigma');
  check(share > 0 && share < 1, 'leeSigma', 'a share in (0, 1)', share);
  checkCount(targetPixels, 1, 'leeSigma', 'targetPixels');
  const [bands, rows, cols] = image.shape;
  const valid = validity(image, mask);
  const inputs = planes(image);
  const power = span(inputs);
  const targets = findTargets(power, valid, rows, cols, targetPixels);
  const { low, high, deviation } = sigmaRange(looks, share);
  const { mean, variance } = localMoments(power, rows, cols, 3, mask);
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  const means = new Float64Array(bands);
  for (let i = 0; i < power.length; i++) {
    if (!valid[i]) continue;
    const estimate = mean[i] + leeWeight(mean[i], variance[i], looks) * (power[i] - mean[i]);
    let [count, first, second] = [0, 0, 0];
    means.fill(0);
    if (!targets[i]) {
      forNeighbors(i, rows, cols, window, (j) => {
        if (!valid[j] || targets[j] || power[j] < low * estimate || power[j] > high * estimate) return;
        count++;
        first += power[j];
        second += power[j] * power[j];
        for (let b = 0; b < bands; b++) means[b] += inputs[b][j];
      });
    }
    const average = first / count;
    const weight = count > 0 ? leeWeight(average, second / count - average * average, 1 / deviation ** 2) : 1;
    for (let b = 0; b < bands; b++) {
      const local = count > 0 ? means[b] / count : inputs[b][i];
      outputs[b][i] = local + weight * (inputs[b][i] - local);
    }
  }
  return result;
}

/** Point targets: 3 × 3 neighborhoods of a bright pixel with enough bright pixels; only the bright ones are marked. */
function findTargets(
  power: Float32Array,
  valid: Uint8Array,
  rows: number,
  cols: number,
  enough: number,
): Uint8Array {
  const sorted = power.filter((_, i) => valid[i]).sort();
  const threshold = sorted[Math.floor(BRIGHT_QUANTILE * (sorted.length - 1))];
  const bright = power.map((value, i) => (valid[i] && value > threshold ? 1 : 0));
  const targets = new Uint8Array(power.length);
  for (let i = 0; i < power.length; i++) {
    const cluster: number[] = [];
    forNeighbors(i, rows, cols, 3, (j) => {
      if (bright[j]) cluster.push(j);
    });
    if (bright[i] && cluster.length >= enough) for (const j of cluster) targets[j] = 1;
  }
  return targets;
}
