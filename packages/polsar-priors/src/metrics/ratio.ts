import { type Image, type Mask, planes, validity } from '../image';

/** What a filter removed, by its ratio image noisy / filtered of one band. */
export interface RatioStatistics {
  /** 1 where the level is kept. */
  mean: number;
  /** 1 / looks where speckle and nothing else was removed. */
  variance: number;
  /** Correlation of neighbours along rows and along columns: that of the speckle where no structure was removed. */
  autocorrelation: { cols: number; rows: number };
}

/**
 * Mean, variance and lag-1 autocorrelation of noisy / filtered for each band of intensity, over pixels that are valid
 * and where the ratio is finite.
 *
 * @param noisy covariance [4, rows, cols] or intensities; C12 has no ratio and is left out. @param filtered alike.
 * @returns one entry for each intensity; NaN where there are too few pixels.
 */
export function ratioStatistics(noisy: Image, filtered: Image, mask?: Mask): RatioStatistics[] {
  const cols = noisy.shape[2];
  const valid = validity(noisy, mask);
  const outputs = planes(filtered);
  return planes(noisy)
    .slice(0, 2)
    .map((plane, b) => {
      const ratio = Float64Array.from(plane, (power, i) => (valid[i] ? power / outputs[b][i] : Number.NaN));
      const known = ratio.filter(Number.isFinite);
      const mean = known.reduce((a, r) => a + r, 0) / known.length;
      const variance = known.reduce((a, r) => a + (r - mean) ** 2, 0) / (known.length - 1);
      const along = (step: number) => lagOne(ratio, cols, step, mean) / variance;
      return { mean, variance, autocorrelation: { cols: along(1), rows: along(cols) } };
    });
}

/** Mean product of the deviations of neighbours. */
function lagOne(ratio: Float64Array, cols: number, step: number, mean: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i + step < ratio.length; i++) {
    if (step === 1 && i % cols === cols - 1) continue;
    const product = (ratio[i] - mean) * (ratio[i + step] - mean);
    if (!Number.isFinite(product)) continue;
    sum += product;
    count++;
  }
  return sum / count;
}
