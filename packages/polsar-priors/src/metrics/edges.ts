import { check } from '../errors';
import { checkSameShape, type Image, type Mask, planes, validity } from '../image';
import { multilook } from '../multilook';

/** Edge preservation between neighbors in a row (`horizontal`) and in a column (`vertical`). */
export interface EdgePreservation {
  horizontal: number;
  vertical: number;
}

export interface EpdRoaOptions {
  /** Ratios above this are left out of the sums. Default 8; Infinity for the raw index. */
  clip?: number;
  /** Rows and columns multilooked before ratios are taken, against near-zero single-look pixels. Default 1. */
  looks?: number;
  mask?: Mask;
}

/**
 * Edge preservation degree based on the ratio of averages: Σ F(i)/F(i+1) / Σ Z(i)/Z(i+1) over neighbors, filtered over
 * noisy. It is 1 without any filter: read it together with the equivalent number of looks. Single-look ratios have no
 * finite mean: clip or multilook them. Pairs with an invalid, zero or NaN pixel are left out.
 *
 * @returns one entry for each intensity, C11 and C22.
 * @throws PolsarError `ShapeMismatch` unless both images have one shape.
 */
export function epdRoa(noisy: Image, filtered: Image, options: EpdRoaOptions = {}): EdgePreservation[] {
  const { clip = 8, looks = 1, mask } = options;
  check(clip > 0, 'epdRoa', 'a positive clip', clip);
  checkSameShape(noisy, filtered, 'epdRoa');
  const block = { range: looks, azimuth: looks };
  const noisyLooks = multilook(noisy, block, mask);
  const filteredLooks = planes(multilook(filtered, block, mask).image);
  const cols = noisyLooks.image.shape[2];
  const valid = noisyLooks.mask.data;
  return planes(noisyLooks.image)
    .slice(0, 2)
    .map((z, b) => {
      const f = filteredLooks[b];
      const along = (step: number) => {
        let [numerator, denominator] = [0, 0];
        for (let i = 0; i + step < z.length; i++) {
          if (step === 1 && i % cols === cols - 1) continue;
          const j = i + step;
          if (!(valid[i] && valid[j] && z[i] >= 0 && z[j] > 0 && f[i] >= 0 && f[j] > 0)) continue;
          const [after, before] = [f[i] / f[j], z[i] / z[j]];
          if (after <= clip) numerator += after;
          if (before <= clip) denominator += before;
        }
        return numerator / denominator;
      };
      return { horizontal: along(1), vertical: along(cols) };
    });
}

/**
 * Edge preservation index (Sattar et al. 1997): correlation of the four-neighbor Laplacians of the filtered and the true
 * image, their means removed. 1 for the edges of the truth, whatever the gain. Pass decibels to keep a few bright points
 * from dominating. Pixels are left out unless all five values are valid and finite.
 *
 * @param filtered [bands, rows, cols]. @param truth of the same shape. @returns one value for each band.
 * @throws PolsarError `ShapeMismatch` unless both images have one shape.
 */
export function epi(filtered: Image, truth: Image, mask?: Mask): number[] {
  checkSameShape(filtered, truth, 'epi');
  const cols = filtered.shape[2];
  const valid = validity(filtered, mask);
  const expected = planes(truth);
  return planes(filtered).map((plane, b) => {
    const pairs: [number, number][] = [];
    for (let i = cols + 1; i < plane.length - cols - 1; i++) {
      if (i % cols === 0 || i % cols === cols - 1) continue;
      const cross = [i, i - 1, i + 1, i - cols, i + cols];
      const [x, y] = [laplacian(plane, i, cols), laplacian(expected[b], i, cols)];
      if (cross.every((j) => valid[j]) && Number.isFinite(x + y)) pairs.push([x, y]);
    }
    return correlation(pairs);
  });
}

const laplacian = (plane: Float32Array, i: number, cols: number): number =>
  plane[i - 1] + plane[i + 1] + plane[i - cols] + plane[i + cols] - 4 * plane[i];

function correlation(pairs: [number, number][]): number {
  const [mx, my] = [0, 1].map((k) => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length);
  let [xx, yy, xy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
    xy += (x - mx) * (y - my);
  }
  return xy / Math.sqrt(xx * yy);
}
