import { checkSameShape, type Image, type Mask, planes, validity } from '../image';

/** Statistics of the ratio image noisy / filtered of one band: the speckle that a filter removed. */
export interface RatioStatistics {
  /** 1 where the filter is unbiased. */
  mean: number;
  /** 1 / looks where nothing but speckle was removed. */
  variance: number;
  /** Correlation of neighbors in range (columns) and azimuth (rows): that of the speckle where no structure was removed. */
  autocorrelation: { range: number; azimuth: number };
}

/**
 * Mean, variance and lag-1 autocorrelation of the ratio image noisy / filtered, over valid pixels with a finite ratio.
 *
 * @param noisy covariance [4, rows, cols], of which C12 is ignored, or intensities. @param filtered of the same shape.
 * @returns one entry for each intensity, C11 and C22; NaN where there are too few pixels.
 * @throws PolsarError `ShapeMismatch` unless both images have one shape.
 */
export function ratioStatistics(noisy: Image, filtered: Image, mask?: Mask): RatioStatistics[] {
  checkSameShape(noisy, filtered, 'ratioStatistics');
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
      return { mean, variance, autocorrelation: { range: along(1), azimuth: along(cols) } };
    });
}

/** Mean product of the deviations of neighbors. */
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
