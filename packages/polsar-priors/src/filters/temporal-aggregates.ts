import ndarray from 'ndarray';
import { boxcar } from '../boxcar';
import {
  checkBands,
  checkSameShape,
  copyImage,
  createImage,
  type Image,
  type Mask,
  planes,
  validity,
} from '../image';
import type { MaskedImage } from '../masked-images';
import { median, robustDeviation } from '../median';

/** Rows and columns of the local means that dates are compared by. */
const WINDOW = 5;

/** Pixels where the p-value of a difference from the target is below this count less: by p-value / significance. */
const DATE_SIGNIFICANCE = 0.01;

/** The same of the mean of all dates and the result: a weak change of the target should stay. */
const MEAN_SIGNIFICANCE = 0.1;

/** Rows and columns of the local means in which speckle and blur average out, but not what differs between dates. */
const CHANGE_WINDOW = 15;

/** Finer differences between dates than those of `CHANGE_WINDOW` are taken to be as large. */
const CHANGE_SCALES = 2;

/** Weight of the nearest valid date where all dates have changed, so that it alone remains. */
const LEAST_WEIGHT = 1e-3;

/** Values that medians are taken from. */
const SAMPLES = 8192;

/** Weighted mean of all dates but the target, with its bands; valid where one date at least is. */
export interface TemporalMean extends MaskedImage {
  /** Effective number of dates, (Σw)² / Σw², [1, rows, cols]; 0 where no date is valid. */
  dates: Image;
}

/** On which side of the target in time a date lies. */
export type TemporalSide = 'before' | 'after';

/**
 * Weighted means of the dates before and after a target, accumulated date by date: memory does not depend on their number.
 *
 * A date counts by its likeness to the target. With ℓ = ln(mean of the target / mean of the date) over 5 × 5 pixels of one
 * intensity, c its median and s = 1.4826 · median |ℓ − c| over the window at hand, the date is scaled by exp(c), so that
 * weather common to the scene does not count as change. z = Σ ((ℓ − c) / s)² over both intensities is about χ² distributed
 * with two degrees of freedom at unchanged pixels, so p = exp(−z / 2), and the weight is min(1, p / 0.01). The ratio of
 * means is the likelihood ratio test of equal intensities of Conradsen et al. 2003 to first order; its spread is measured
 * (as in Rousseeuw & Croux 1993) rather than derived from looks, as neighboring pixels are correlated. Where all dates on a
 * side have changed, the first of those valid there remains.
 */
export class TemporalAggregates {
  private readonly valid: Uint8Array;
  private readonly levels: Float32Array[];
  private readonly sides: Record<TemporalSide, Accumulator>;
  private readonly squares: Float32Array;

  /** @param target covariance [4, rows, cols] or intensities [2, rows, cols], linear power. */
  constructor(
    private readonly target: Image,
    mask?: Mask,
  ) {
    checkBands(target, 'TemporalAggregates', 2, 4);
    this.valid = validity(target, mask);
    this.levels = planes(boxcar(target.hi(2), WINDOW, mask));
    this.sides = { before: new Accumulator(target.shape), after: new Accumulator(target.shape) };
    this.squares = new Float32Array(this.valid.length);
  }

  /** Adds a date, the nearest of its side first. @throws PolsarError `ShapeMismatch` unless it has the target's shape. */
  add(side: TemporalSide, image: Image, mask?: Mask): void {
    checkSameShape(this.target, image, 'TemporalAggregates.add');
    const accumulator = this.sides[side];
    const valid = validity(image, mask);
    const both = valid.map((v, i) => v && this.valid[i]);
    const joint = ndarray(both, [image.shape[1], image.shape[2]]);
    const isTarget = both.every((v, i) => v === this.valid[i]);
    const levels = isTarget ? this.levels : planes(boxcar(this.target.hi(2), WINDOW, joint));
    const { likeness, gains } = compare(levels, planes(boxcar(image.hi(2), WINDOW, joint)), {
      valid: both,
      significance: DATE_SIGNIFICANCE,
    });
    const weights = likeness.map((weight, i) => {
      if (!valid[i]) return 0;
      return accumulator.weights[i] > 0 ? weight : weight + LEAST_WEIGHT;
    });
    for (let i = 0; i < weights.length; i++) this.squares[i] += weights[i] ** 2;
    accumulator.add(image, valid, weights, gains);
  }

  /** The mean of one side, valid where one date at least is; of a single date, this date as it was added. Undefined without any. */
  aggregate(side: TemporalSide): MaskedImage | undefined {
    return this.sides[side].mean();
  }

  /** The mean of both sides. */
  mean(): TemporalMean {
    const { before, after } = this.sides;
    const [, rows, cols] = this.target.shape;
    const dates = createImage(1, rows, cols);
    const weights = before.weights.map((weight, i) => weight + after.weights[i]);
    dates.data.set(weights.map((weight, i) => (weight > 0 ? weight ** 2 / this.squares[i] : 0)));
    const sums = before.sums.map((sum, b) => sum.map((value, i) => value + after.sums[b][i]));
    return { ...normalized(sums, weights, this.target.shape), dates };
  }
}

/** Weighted sums of dates. */
class Accumulator {
  count = 0;
  readonly sums: Float32Array[];
  readonly weights: Float32Array;
  private single?: MaskedImage;

  constructor(private readonly shape: readonly number[]) {
    const [bands, rows, cols] = shape;
    this.sums = Array.from({ length: bands }, () => new Float32Array(rows * cols));
    this.weights = new Float32Array(rows * cols);
  }

  add(image: Image, valid: Uint8Array, weights: Float32Array, gains: readonly number[]): void {
    this.count++;
    this.single =
      this.count === 1 ? { image, mask: ndarray(valid, [this.shape[1], this.shape[2]]) } : undefined;
    planes(image).forEach((plane, b) => {
      const [sum, gain] = [this.sums[b], gains[b]];
      for (let i = 0; i < sum.length; i++) if (weights[i] > 0) sum[i] += weights[i] * gain * plane[i];
    });
    for (let i = 0; i < weights.length; i++) this.weights[i] += weights[i];
  }

  mean(): MaskedImage | undefined {
    return this.count > 0 ? (this.single ?? normalized(this.sums, this.weights, this.shape)) : undefined;
  }
}

function normalized(
  sums: readonly Float32Array[],
  weights: Float32Array,
  [bands, rows, cols]: readonly number[],
): MaskedImage {
  const image = createImage(bands, rows, cols);
  planes(image).forEach((plane, b) => {
    for (let i = 0; i < plane.length; i++) if (weights[i] > 0) plane[i] = sums[b][i] / weights[i];
  });
  return { image, mask: ndarray(Uint8Array.from(weights, Math.sign), [rows, cols]) };
}

/**
 * Combines a despeckled target with the temporal mean of other dates, where both agree, by their variances: the result
 * keeps the target's changes, and details that all dates share come back.
 *
 * With N the despeckled image and A the mean of n dates, both in one intensity, the spread of ln(A / N) has the variance of
 * both, and that of ln(target / A) the variance v · (1 + 1/n) of speckle. A has the variance a = v / n of speckle, and c of
 * what differs between dates without being a change of a pixel, as waves and moisture do: twice the squared spread of
 * ln(A / N) of means over 15 × 15 pixels. Its weight is 1 − (a + c) / spread², the inverse-variance weight of two independent
 * estimates, times the likeness of A and N (as in `TemporalAggregates`, by min(1, p / 0.1)). Spreads are robust, over the
 * unchanged pixels of the window at hand. C12 gets the geometric means of the weights of C11 and C22, by which a covariance
 * stays positive semidefinite.
 *
 * @param despeckled target, covariance [4, rows, cols] or intensities [2, rows, cols].
 * @param target as acquired. @param mask pixels valid in the target.
 * @returns an image of its own.
 */
export function combineWithTemporalMean(
  despeckled: Image,
  target: Image,
  { image, mask: meanMask, dates }: TemporalMean,
  mask?: Mask,
): Image {
  checkBands(despeckled, 'combineWithTemporalMean', 2, 4);
  checkSameShape(despeckled, target, 'combineWithTemporalMean');
  checkSameShape(despeckled, image, 'combineWithTemporalMean');
  checkSameShape(despeckled.hi(1), dates, 'combineWithTemporalMean');
  const result = copyImage(despeckled);
  const inMean = validity(image, meanMask);
  const [counts] = planes(dates);
  const valid = validity(target, mask).map((v, i) => (v && inMean[i] && counts[i] > 0 ? 1 : 0));
  const joint = ndarray(valid, meanMask.shape);
  const [outputs, targets, means] = [result, target, image].map(planes);
  const [found, expected] = [result, image].map((each) => planes(boxcar(each.hi(2), WINDOW, joint)));
  const { likeness, gains } = compare(found, expected, { valid, significance: MEAN_SIGNIFICANCE });
  const unchanged = valid.map((v, i) => (v && likeness[i] === 1 ? 1 : 0));
  if (!unchanged.includes(1)) return result;
  const typicalCount = median(counts.filter((_, i) => unchanged[i]));
  const speckle = [0, 1].map(
    (b) => logRatio(targets[b], means[b], unchanged).spread ** 2 / (1 + 1 / typicalCount),
  );
  const spreads = [0, 1].map((b) => logRatio(means[b], outputs[b], unchanged).spread ** 2);
  const still = ndarray(unchanged, meanMask.shape);
  const [smooth, smoothMean] = [result, image].map((each) =>
    planes(boxcar(each.hi(2), CHANGE_WINDOW, still)),
  );
  const changes = [0, 1].map(
    (b) => CHANGE_SCALES * logRatio(smoothMean[b], smooth[b], unchanged).spread ** 2,
  );
  const weightOf = (b: number, i: number) =>
    likeness[i] * Math.max(0, 1 - (speckle[b] / counts[i] + changes[b]) / spreads[b]);
  for (let i = 0; i < valid.length; i++) {
    if (!valid[i] || !(likeness[i] > 0)) continue;
    const [p, q] = [weightOf(0, i), weightOf(1, i)];
    outputs[0][i] += p * (gains[0] * means[0][i] - outputs[0][i]);
    outputs[1][i] += q * (gains[1] * means[1][i] - outputs[1][i]);
    const [kept, added] = [Math.sqrt((1 - p) * (1 - q)), Math.sqrt(p * q)];
    for (let b = 2; b < outputs.length; b++)
      outputs[b][i] = kept * outputs[b][i] + added * gains[b] * means[b][i];
  }
  return result;
}

/**
 * How alike the local means of two dates are, 0 … 1, and the gain of each band of the second that brings it to the level of
 * the first.
 */
function compare(
  first: readonly Float32Array[],
  second: readonly Float32Array[],
  { valid, significance }: { valid: Uint8Array; significance: number },
): { likeness: Float32Array; gains: number[] } {
  const z = new Float32Array(valid.length);
  const gains = [0, 1].map((b) => {
    const { center, spread } = logRatio(first[b], second[b], valid);
    for (let i = 0; i < z.length; i++)
      if (valid[i]) z[i] += ((Math.log(first[b][i] / second[b][i]) - center) / spread) ** 2;
    return Math.exp(center);
  });
  const cross = Math.sqrt(gains[0] * gains[1]);
  const likeness = z.map((value, i) =>
    valid[i] && Number.isFinite(value) ? Math.min(1, Math.exp(-value / 2) / significance) : 0,
  );
  return { likeness, gains: [...gains, cross, cross] };
}

/** Median and robust standard deviation of ln(first / second) over a sample of the valid pixels where it is finite. */
function logRatio(
  first: Float32Array,
  second: Float32Array,
  valid: Uint8Array,
): { center: number; spread: number } {
  const step = Math.ceil(valid.filter(Boolean).length / SAMPLES);
  const values: number[] = [];
  for (let i = 0, k = 0; i < valid.length; i++) {
    if (!valid[i] || k++ % step > 0) continue;
    const value = Math.log(first[i] / second[i]);
    if (Number.isFinite(value)) values.push(value);
  }
  if (values.length === 0) return { center: 0, spread: 1 };
  const center = median(values);
  // Equal images have no spread; the least one keeps quotients finite.
  return { center, spread: Math.max(1e-6, robustDeviation(values, center)) };
}
