import { createImage, type Image, planes, span, validity } from '../image';
import { type LeeOptions, leeWeight } from './lee';
import { localMoments } from './local-moments';
import { forNeighbours } from './neighbourhood';
import { sigmaRange } from './sigma-range';

export interface LeeSigmaOptions extends LeeOptions {
  /** Odd number of rows and columns. Default 9. */
  window?: number;
  /** Share of the speckle's distribution inside the sigma range, in (0, 1). Default 0.9. */
  share?: number;
  /** Bright pixels in a 3 × 3 neighbourhood that make a target. Default 5. */
  targetPixels?: number;
}

/** Share of the pixels that are not bright enough for a target. */
const BRIGHT = 0.98;

/**
 * Improved Lee sigma filter (Lee et al. 2009): a minimum-mean-square-error filter over those pixels of the window that lie
 * in the sigma range of an estimate of the pixel, itself that filter over 3 × 3. Where five or more of 3 × 3 pixels are
 * among the brightest 2 % they are a target and stay as they are. All bands share range and weight, taken from the
 * total power C11 + C22 as if it had the looks of a band, so a valid covariance stays one. Invalid pixels become 0.
 *
 * @param image covariance [4, rows, cols], intensities [2, rows, cols] or one intensity [1, rows, cols].
 */
export function leeSigma(image: Image, options: LeeSigmaOptions = {}): Image {
  const { looks = 1, window = 9, share = 0.9, targetPixels = 5, mask } = options;
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
    const guess = mean[i] + leeWeight(mean[i], variance[i], looks) * (power[i] - mean[i]);
    let [count, first, second] = [0, 0, 0];
    means.fill(0);
    if (!targets[i]) {
      forNeighbours(i, rows, cols, window, (j) => {
        if (!valid[j] || targets[j] || power[j] < low * guess || power[j] > high * guess) return;
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

/** Bright pixels that have enough bright ones around them. */
function findTargets(
  power: Float32Array,
  valid: Uint8Array,
  rows: number,
  cols: number,
  enough: number,
): Uint8Array {
  const sorted = power.filter((_, i) => valid[i]).sort();
  const threshold = sorted[Math.floor(BRIGHT * (sorted.length - 1))];
  const bright = power.map((value, i) => (valid[i] && value > threshold ? 1 : 0));
  const targets = new Uint8Array(power.length);
  for (let i = 0; i < power.length; i++) {
    const cluster: number[] = [];
    forNeighbours(i, rows, cols, 3, (j) => {
      if (bright[j]) cluster.push(j);
    });
    if (bright[i] && cluster.length >= enough) for (const j of cluster) targets[j] = 1;
  }
  return targets;
}
