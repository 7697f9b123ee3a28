import type { GroundPoints } from './ground-points';
import type { LineOfSight } from './line-of-sight';
import { toSlantRange } from './slant-range';

/** Radar cells in which areas are summed. */
export interface RadarCells {
  /** Zero-Doppler time (s) and slant range (m) of the center of a first cell, for all parts of a map alike. */
  firstTime: number;
  firstSlantRange: number;
  /** Size of a cell: seconds and meters. */
  time: number;
  slantRange: number;
}

/** Part of the area of a cell that may be unknown. */
const MOST_UNKNOWN = 0.01;

/** Smaller factors, −30 dB, are of ground that is hardly seen. */
const LEAST_FACTOR = 1e-3;

/**
 * Ratio of the areas that gamma0 and beta0 refer to, by zero-Doppler time and slant range time (s): gamma0 = beta0 ÷ factor.
 * NaN where a cell lacks known ground.
 */
export type FlatteningFactors = (time: number, slantRangeTime: number) => number;

/**
 * Radiometric terrain flattening by area projection (Small 2011, IEEE TGRS 49(8)): the area perpendicular to the line of
 * sight of each facet of the ground is added to the radar cells around its center, bilinearly; facets that face away add
 * nothing. The sum over a cell is divided by its area in the slant range plane, with the true distance of lines on the
 * ground.
 *
 * @param ground Posts of the facets, north-up and four or more to a cell; covers the ground seen in the cells asked for.
 * @param cartesian Their Earth-fixed coordinates (m): x, y and z.
 * @param known 1 where the height of a post is known. Cells with more than 1 % of other ground have no factor.
 */
export function flatteningFactors(
  ground: GroundPoints,
  cartesian: readonly Float64Array[],
  known: Uint8Array,
  sight: LineOfSight,
  cells: RadarCells,
): FlatteningFactors {
  const { width, height, times, slantRangeTimes } = ground;
  const areas = new CellSums(ground, cells);
  const unknown = known.includes(0) ? new CellSums(ground, cells) : undefined;
  const [xs, ys, zs] = cartesian;
  const { time: start, position, velocity } = sight.satellite;

  /** Adds the facet of three posts, counterclockwise from above. */
  const add = (a: number, b: number, c: number) => {
    const time = (times[a] + times[b] + times[c]) / 3;
    const slantRangeTime = (slantRangeTimes[a] + slantRangeTimes[b] + slantRangeTimes[c]) / 3;
    const elapsed = time - start;
    const lookX = (xs[a] + xs[b] + xs[c]) / 3 - position[0] - velocity[0] * elapsed;
    const lookY = (ys[a] + ys[b] + ys[c]) / 3 - position[1] - velocity[1] * elapsed;
    const lookZ = (zs[a] + zs[b] + zs[c]) / 3 - position[2] - velocity[2] * elapsed;
    const abX = xs[b] - xs[a];
    const abY = ys[b] - ys[a];
    const abZ = zs[b] - zs[a];
    const acX = xs[c] - xs[a];
    const acY = ys[c] - ys[a];
    const acZ = zs[c] - zs[a];
    const facing =
      lookX * (abY * acZ - abZ * acY) + lookY * (abZ * acX - abX * acZ) + lookZ * (abX * acY - abY * acX);
    if (!(facing < 0)) return;
    const area = -facing / (2 * Math.sqrt(lookX * lookX + lookY * lookY + lookZ * lookZ));
    if (!unknown || (known[a] && known[b] && known[c])) areas.add(time, slantRangeTime, area);
    else unknown.add(time, slantRangeTime, area);
  };

  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      const corner = y * width + x;
      const below = corner + width;
      add(corner, below, corner + 1);
      add(corner + 1, below, below + 1);
    }
  }
  return (time, slantRangeTime) => {
    const area = areas.at(time, slantRangeTime);
    const factor = area / (cells.slantRange * cells.time * sight.groundSpeedAt(slantRangeTime));
    const isKnown = !unknown || unknown.at(time, slantRangeTime) <= MOST_UNKNOWN * area;
    return isKnown && factor >= LEAST_FACTOR ? factor : Number.NaN;
  };
}

/** Sums over radar cells, spread and read bilinearly. */
class CellSums {
  private readonly firstRow: number;
  private readonly firstColumn: number;
  private readonly rows: number;
  private readonly columns: number;
  private readonly sums: Float64Array;

  constructor(
    { times, slantRangeTimes }: GroundPoints,
    private readonly cells: RadarCells,
  ) {
    const [firstTime, lastTime] = extent(times);
    const [firstRange, lastRange] = extent(slantRangeTimes);
    this.firstRow = Math.floor(this.rowAt(firstTime));
    this.firstColumn = Math.floor(this.columnAt(firstRange));
    this.rows = Math.floor(this.rowAt(lastTime)) - this.firstRow + 2;
    this.columns = Math.floor(this.columnAt(lastRange)) - this.firstColumn + 2;
    this.sums = new Float64Array(this.rows * this.columns);
  }

  private rowAt(time: number): number {
    return (time - this.cells.firstTime) / this.cells.time;
  }

  private columnAt(slantRangeTime: number): number {
    return (toSlantRange(slantRangeTime) - this.cells.firstSlantRange) / this.cells.slantRange;
  }

  add(time: number, slantRangeTime: number, value: number): void {
    const y = this.rowAt(time) - this.firstRow;
    const x = this.columnAt(slantRangeTime) - this.firstColumn;
    const row = Math.floor(y);
    const column = Math.floor(x);
    const v = y - row;
    const u = x - column;
    const corner = row * this.columns + column;
    const { sums, columns } = this;
    sums[corner] += value * (1 - v) * (1 - u);
    sums[corner + 1] += value * (1 - v) * u;
    sums[corner + columns] += value * v * (1 - u);
    sums[corner + columns + 1] += value * v * u;
  }

  /** NaN outside. */
  at(time: number, slantRangeTime: number): number {
    const y = this.rowAt(time) - this.firstRow;
    const x = this.columnAt(slantRangeTime) - this.firstColumn;
    if (!(y >= 0 && x >= 0 && y < this.rows - 1 && x < this.columns - 1)) return Number.NaN;
    const row = Math.floor(y);
    const column = Math.floor(x);
    const v = y - row;
    const u = x - column;
    const corner = row * this.columns + column;
    const { sums, columns } = this;
    return (
      (1 - v) * ((1 - u) * sums[corner] + u * sums[corner + 1]) +
      v * ((1 - u) * sums[corner + columns] + u * sums[corner + columns + 1])
    );
  }
}

function extent(values: Float64Array): [least: number, greatest: number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}
