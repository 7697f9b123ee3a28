import { entropyAlphaCounts } from '@mtpi/pages';
import { boxcar, enl, haAlpha, homogeneousWindows, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import { type MaskedImage, Overview, type ReadOptions } from '@mtpi/sar-io';
import type { Acquisition } from '@mtpi/sar-io/node';
import { median } from 'd3-array';

/** Rows read at a time: a multiple of the homogeneous windows' size. */
const ROWS = 120;
const WINDOW = 24;
const WINDOWS = 10;

/** Rows and columns of an overview at most. */
const OVERVIEW = 1500;

/** One intensity before and after, over the pixels valid in both. */
export interface BandComparison {
  name: string;
  /** Mean power. */
  before: number;
  after: number;
  /** Mean of before / after pixel by pixel: 1 where the level is kept. */
  ratio: number;
  /** Equivalent number of looks, the median of the windows in which `before` is most homogeneous; NaN without any. */
  enlBefore: number;
  enlAfter: number;
}

/** A target and its despeckled image. */
export interface Comparison {
  before: MaskedImage;
  after: MaskedImage;
  /** Rows and columns of the scene that are one in `before` and `after`. */
  factor: number;
  /** Share of valid pixels. */
  valid: number;
  bands: BandComparison[];
  /** `entropyAlphaCounts` of covariances. */
  planes?: { before: Float32Array; after: Float32Array };
}

export interface ComparisonOptions extends ReadOptions {
  /** Window of the average before H and α of the target are taken. */
  window: number;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Compares a target with its despeckled image, reading both by strips.
 *
 * @throws as the acquisitions' `read`; the signal's reason when aborted.
 */
export async function compare(
  target: Acquisition,
  result: Acquisition,
  { window, signal, onProgress }: ComparisonOptions,
): Promise<Comparison> {
  const { width, height } = target;
  const overviews = [target, result].map(() => new Overview(width, height, 2, OVERVIEW));
  const bands = target.channels.map(() => new BandTotals());
  const covariance = [target, result].every(({ polarimetry }) => polarimetry === 'covariance');
  let counts: Comparison['planes'];
  for (let y = 0; y < height; y += ROWS) {
    signal?.throwIfAborted();
    const strip = { x: 0, y, width, height: Math.min(ROWS, height - y) };
    const [before, after] = await Promise.all([
      target.read(strip, { signal }),
      result.read(strip, { signal }),
    ]);
    const mask = after.mask;
    mask.data.forEach((valid, i) => {
      mask.data[i] = valid && before.mask.data[i];
    });
    overviews[0].add(y, before.image, mask);
    overviews[1].add(y, after.image, mask);
    bands.forEach((band, b) => band.add(b, before.image, after.image, mask));
    if (covariance) {
      counts = {
        before: entropyAlphaCounts(haAlpha(boxcar(before.image, window, mask), mask), mask, counts?.before),
        after: entropyAlphaCounts(haAlpha(after.image, mask), mask, counts?.after),
      };
    }
    onProgress?.(y + strip.height, height);
  }
  return {
    before: overviews[0].result(),
    after: overviews[1].result(),
    factor: overviews[0].factor,
    valid: bands[0].count / (width * height),
    bands: bands.map((band, b) => band.comparison(target.channels[b])),
    planes: counts,
  };
}

/** Sums of one band over strips. */
class BandTotals {
  count = 0;
  private before = 0;
  private after = 0;
  private ratio = 0;
  private windows: { before: number; after: number }[] = [];

  add(band: number, before: Image, after: Image, mask: Mask): void {
    const [from, to] = [planes(before)[band], planes(after)[band]];
    for (let i = 0; i < from.length; i++) {
      if (!mask.data[i]) continue;
      this.count++;
      this.before += from[i];
      this.after += to[i];
      this.ratio += from[i] / to[i];
    }
    const found = homogeneousWindows(before, { size: WINDOW, count: WINDOWS, band, mask }).map(
      ({ window: { x, y, width, height }, enl: looks }) => {
        const values = planes(after.lo(band, y, x).hi(1, height, width))[0];
        return { before: looks, after: enl(values) };
      },
    );
    this.windows = [...this.windows, ...found].sort((a, b) => b.before - a.before).slice(0, WINDOWS);
  }

  comparison(name: string): BandComparison {
    const { count, windows } = this;
    return {
      name,
      before: this.before / count,
      after: this.after / count,
      ratio: this.ratio / count,
      enlBefore: median(windows, (window) => window.before) ?? Number.NaN,
      enlAfter: median(windows, (window) => window.after) ?? Number.NaN,
    };
  }
}
