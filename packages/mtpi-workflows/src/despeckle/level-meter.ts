import type { RasterRows, TileLayout, TripletSource } from '@mtpi/model';
import { flatMask, planes } from '@mtpi/polsar-priors';
import type { Warning } from '../job';

/** A difference in level between target and result that is worth a warning, in dB. */
const LEVEL_TOLERANCE = 1;

/** Effective number of other dates of a series below which a warning is given. */
const LEAST_DATES = 1.5;

/** Sums of backscatter over pixels, of each intensity. */
interface BandSums {
  pixels: number;
  sums: number[];
}

/** Sums over one tile row: target, result, and the effective number of other dates of a series. */
export interface RowLevel {
  target: BandSums;
  result: BandSums;
  dates: BandSums;
}

/** Mean backscatter of a result compared with that of its target. */
export interface Level {
  /** Result less target in dB, of each intensity; nothing where either has no valid pixels. */
  levelChange?: number[];
  /** Mean effective number of other dates that were averaged; nothing without a series. */
  effectiveDates?: number;
}

/** Tiles are read with a few pixels more on each side: a second tile this close to the first may be read by the same window. */
const CLOSE = 8;

/** The tiles of one axis that are measured: not the second of two that are nearly the same. */
const measured = (starts: readonly number[]) =>
  starts.length === 2 && starts[1] <= CLOSE ? starts.slice(0, 1) : starts;

/**
 * Sums backscatter over the windows of the target that are read and the tile rows that are made on the way, so that nothing is
 * read twice. Of what tiles share, the first one counts.
 */
export class LevelMeter {
  private readonly rows = new Map<number, RowLevel>();

  private readonly xs: readonly number[];
  private readonly ys: readonly number[];

  constructor(private readonly layout: TileLayout) {
    [this.xs, this.ys] = [measured(layout.xs), measured(layout.ys)];
  }

  /** The source, whose target is measured as it is read. */
  measuring(source: TripletSource): TripletSource {
    const { rows, cols } = this.layout;
    return {
      ...source,
      read: async (window, options) => {
        const dates = await source.read(window, options);
        const [x, width] = own(this.xs, cols, window.x, window.width);
        const [y, height] = own(this.ys, rows, window.y, window.height);
        const { target, temporalMean } = dates;
        if (width > 0 && height > 0) {
          const row = this.row(window.y + y);
          const mask = target.mask.hi(y + height, x + width).lo(y, x);
          add(row.target, target.image.hi(2, y + height, x + width).lo(0, y, x), mask);
          if (temporalMean) add(row.dates, temporalMean.dates.hi(1, y + height, x + width).lo(0, y, x), mask);
        }
        return dates;
      },
    };
  }

  /** Measures tile rows as they pass. */
  async *passing(tileRows: AsyncIterable<RasterRows>): AsyncGenerator<RasterRows> {
    const width = this.xs.length === 1 ? this.layout.cols : this.layout.width;
    for await (const tileRow of tileRows) {
      const { y, image, mask } = tileRow;
      const [bands, rows] = image.shape;
      const tile = this.ys.indexOf(y);
      const end = Math.min(rows, (this.ys[tile + 1] ?? Infinity) - y);
      if (bands >= 2 && tile >= 0) add(this.row(y).result, image.hi(2, end, width), mask.hi(end, width));
      yield tileRow;
    }
  }

  /** The sums of the row of tiles that begins at y. */
  row(y: number): RowLevel {
    let row = this.rows.get(y);
    if (!row) {
      const none = () => ({ pixels: 0, sums: [] });
      row = { target: none(), result: none(), dates: none() };
      this.rows.set(y, row);
    }
    return row;
  }

  level(): Level {
    return levelOf([...this.rows.values()]);
  }
}

/** The level over rows of tiles. */
export function levelOf(rows: readonly RowLevel[]): Level {
  const [before, after, dates] = (['target', 'result', 'dates'] as const).map((name) =>
    meansOf(rows.map((row) => row[name])),
  );
  return {
    ...(before && after && { levelChange: before.map((mean, b) => 10 * Math.log10(after[b] / mean)) }),
    ...(dates && { effectiveDates: dates[0] }),
  };
}

/** @param computed names of the bands that were computed, the intensities first. @param output where they are written. */
export function levelWarnings(
  { levelChange = [], effectiveDates = Infinity }: Level,
  computed: readonly string[],
  output: string,
): Warning[] {
  const changes = levelChange.flatMap((change, b): Warning[] =>
    Math.abs(change) > LEVEL_TOLERANCE
      ? [
          {
            code: 'LevelChanged',
            message: `Mean backscatter of ${computed[b]} is ${change.toFixed(1)} dB from that of the target`,
            input: output,
          },
        ]
      : [],
  );
  if (effectiveDates >= LEAST_DATES) return changes;
  const message = `The other dates differ from the target: on average ${effectiveDates.toFixed(1)} of them could be used`;
  return [...changes, { code: 'DatesDiffer', message, input: output }];
}

/** The columns, or rows, of a read window that belong to its tile alone: their offset in the window and their number. */
function own(starts: readonly number[], tileLength: number, from: number, length: number): [number, number] {
  const tile = starts.findIndex((start) => start >= from);
  if (tile < 0) return [0, 0];
  const end = Math.min(starts[tile + 1] ?? starts[tile] + tileLength, from + length);
  return [starts[tile] - from, end - starts[tile]];
}

function add(to: BandSums, image: RasterRows['image'], mask: RasterRows['mask']): void {
  const valid = flatMask(mask);
  for (const pixel of valid) if (pixel) to.pixels++;
  for (const [b, band] of planes(image).entries()) {
    let sum = to.sums[b] ?? 0;
    for (let i = 0; i < valid.length; i++) if (valid[i]) sum += band[i];
    to.sums[b] = sum;
  }
}

function meansOf(parts: readonly BandSums[]): number[] | undefined {
  const pixels = parts.reduce((sum, part) => sum + part.pixels, 0);
  if (pixels === 0) return undefined;
  const bands = parts.find(({ sums }) => sums.length > 0)!.sums.length;
  return Array.from(
    { length: bands },
    (_, b) => parts.reduce((sum, { sums }) => sum + (sums[b] ?? 0), 0) / pixels,
  );
}
