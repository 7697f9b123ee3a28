import { type Image, type Mask, planes, validity } from '../image';
import { multilook } from '../multilook';

/** Edge preservation along rows (`horizontal`: neighbours in a row) and along columns. */
export interface EdgePreservation {
  horizontal: number;
  vertical: number;
}

export interface EpdRoaOptions {
  /** Ratios above this are left out of their sum. Default 8; Infinity for the raw index. */
  clip?: number;
  /** Looks along rows and columns before ratios are taken, so that single-look zeros do not rule. Default 1. */
  looks?: number;
  mask?: Mask;
}

/**
 * Edge preservation degree by ratios of averages: Σ F(i)/F(i+1) / Σ Z(i)/Z(i+1) over neighbours, filtered over noisy. 1
 * where nothing is filtered, so it says something only beside the equivalent number of looks. Raw, single-look ratios
 * have no finite mean: take them clipped, or multilooked. Pairs with an invalid pixel, 0 or NaN are left out.
 *
 * @returns one entry for each intensity, C11 and C22.
 */
export function epdRoa(noisy: Image, filtered: Image, options: EpdRoaOptions = {}): EdgePreservation[] {
  const { clip = 8, looks = 1, mask } = options;
  const noisyLooks = multilook(noisy, { rows: looks, cols: looks }, mask);
  const filteredLooks = planes(multilook(filtered, { rows: looks, cols: looks }, mask).image);
  const cols = noisyLooks.image.shape[2];
  const valid = noisyLooks.mask.data;
  return planes(noisyLooks.image)
    .slice(0, 2)
    .map((z, b) => {
      const f = filteredLooks[b];
      const along = (step: number) => {
        let [above, below] = [0, 0];
        for (let i = 0; i + step < z.length; i++) {
          if (step === 1 && i % cols === cols - 1) continue;
          const j = i + step;
          if (!(valid[i] && valid[j] && z[i] >= 0 && z[j] > 0 && f[i] >= 0 && f[j] > 0)) continue;
          const [after, before] = [f[i] / f[j], z[i] / z[j]];
          if (after <= clip) above += after;
          if (before <= clip) below += before;
        }
        return above / below;
      };
      return { horizontal: along(1), vertical: along(cols) };
    });
}

/**
 * Edge preservation index (Sattar et al. 1997): correlation of the four-neighbour Laplacians of the filtered and the true
 * plane, their means removed. 1 where edges are as in the truth, whatever the gain. Give decibels to keep a few bright
 * points from outweighing all edges. Pixels whose five values are not all valid and finite are left out.
 *
 * @param filtered [bands, rows, cols]. @param truth alike. @returns one value for each band.
 */
export function epi(filtered: Image, truth: Image, mask?: Mask): number[] {
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
