import { check, checkWindow } from '../errors';
import { checkBands, createImage, type Image, type Mask, planes, span, validity } from '../image';
import { localMoments } from './local-moments';
import { forNeighbors } from './neighborhood';

export interface FrostOptions {
  /** Damping factor: how fast weights decay with distance. Default 2. */
  damping?: number;
  /** Odd number of rows and columns. Default 7. */
  window?: number;
  mask?: Mask;
}

/**
 * Frost filter (Frost et al. 1982): mean over a square window weighted by exp(−damping·CV²·d), where d is the distance
 * in pixels and CV² = variance / mean² of the total power in the window. All bands share the weights, so a covariance
 * stays positive semidefinite. Invalid pixels become 0.
 *
 * @param image covariance [4, rows, cols], intensities [2, rows, cols] or one intensity [1, rows, cols].
 */
export function frost(image: Image, { damping = 2, window = 7, mask }: FrostOptions = {}): Image {
  checkBands(image, 'frost', 1, 2, 4);
  check(damping >= 0, 'frost', 'a damping factor of 0 or more', damping);
  checkWindow(window, 'frost');
  const [bands, rows, cols] = image.shape;
  const valid = validity(image, mask);
  const inputs = planes(image);
  const { mean, variance } = localMoments(span(inputs), rows, cols, window, mask);
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  const sums = new Float64Array(bands);
  for (let i = 0; i < rows * cols; i++) {
    if (!valid[i]) continue;
    const decay = mean[i] > 0 ? (damping * variance[i]) / (mean[i] * mean[i]) : 0;
    let total = 0;
    sums.fill(0);
    forNeighbors(i, rows, cols, window, (j, dy, dx) => {
      if (!valid[j]) return;
      const weight = Math.exp(-decay * Math.hypot(dy, dx));
      total += weight;
      for (let b = 0; b < bands; b++) sums[b] += weight * inputs[b][j];
    });
    for (let b = 0; b < bands; b++) outputs[b][i] = sums[b] / total;
  }
  return result;
}
