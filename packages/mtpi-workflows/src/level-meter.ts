import type { RasterRows, TileLayout, TripletSource } from '@mtpi/model';
import { planes } from '@mtpi/polsar-priors';

/**
 * Mean backscatter of a target and of its result, and the effective number of other dates of a series, taken from the windows that are read and the strips that are made on the
 * way, so that nothing is read twice. Of what tiles share, the first one counts.
 */
export class LevelMeter {
  private readonly target = new BandMeans();
  private readonly result = new BandMeans();
  private readonly dates = new BandMeans();

  constructor(private readonly layout: TileLayout) {}

  /** The source, whose target is measured as it is read. */
  measuring(source: TripletSource): TripletSource {
    const { xs, ys } = this.layout;
    return {
      ...source,
      read: async (window, options) => {
        const dates = await source.read(window, options);
        const [x, width] = own(xs, window.x, window.width, source.width);
        const [y, height] = own(ys, window.y, window.height, source.height);
        const { target, temporalMean } = dates;
        if (width > 0 && height > 0) {
          const mask = target.mask.hi(y + height, x + width).lo(y, x);
          this.target.add(target.image.hi(2, y + height, x + width).lo(0, y, x), mask);
          if (temporalMean) this.dates.add(temporalMean.dates.hi(1, y + height, x + width).lo(0, y, x), mask);
        }
        return dates;
      },
    };
  }

  /** Measures strips as they pass. */
  async *passing(strips: AsyncIterable<RasterRows>): AsyncGenerator<RasterRows> {
    const { ys } = this.layout;
    for await (const strip of strips) {
      const { y, image, mask } = strip;
      const [bands, rows, cols] = image.shape;
      const end = Math.min(rows, (ys[ys.indexOf(y) + 1] ?? Infinity) - y);
      if (bands >= 2) this.result.add(image.hi(2, end, cols), mask.hi(end, cols));
      yield strip;
    }
  }

  /** Result less target in dB, of each intensity; nothing where either has no valid pixels. */
  levelChange(): number[] | undefined {
    const [before, after] = [this.target.means(), this.result.means()];
    return before && after && before.map((mean, b) => 10 * Math.log10(after[b] / mean));
  }

  /** Mean effective number of other dates that were averaged; nothing without a series. */
  effectiveDates(): number | undefined {
    return this.dates.means()?.[0];
  }
}

/** The columns, or rows, of a read window that belong to its tile alone: their offset in the window and their number. */
function own(starts: readonly number[], from: number, length: number, size: number): [number, number] {
  const tile = starts.findIndex((start) => start >= from);
  if (tile < 0) return [0, 0];
  const end = Math.min(starts[tile + 1] ?? size, from + length);
  return [starts[tile] - from, end - starts[tile]];
}

class BandMeans {
  private count = 0;
  private readonly sums: number[] = [];

  add(image: RasterRows['image'], mask: RasterRows['mask']): void {
    const bands = planes(image);
    const [rows, cols] = mask.shape;
    for (let r = 0, i = 0; r < rows; r++)
      for (let c = 0; c < cols; c++, i++) {
        if (!mask.get(r, c)) continue;
        this.count++;
        bands.forEach((band, b) => {
          this.sums[b] = (this.sums[b] ?? 0) + band[i];
        });
      }
  }

  means(): number[] | undefined {
    return this.count > 0 ? this.sums.map((sum) => sum / this.count) : undefined;
  }
}
