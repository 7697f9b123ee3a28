import type { Random } from '../random';

/** A partition of an image into fields. */
export interface Fields {
  /** Index of the field of each pixel, row-major. */
  fields: Uint32Array;
  fieldCount: number;
}

/** Voronoi cells of random seeds, in a metric stretched along a random direction: elongated fields with straight borders. */
export function voronoi(rows: number, cols: number, count: number, random: Random): Fields {
  const angle = random.uniform(0, Math.PI);
  const stretch = random.uniform(1, 3);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  // The rotated, stretched image lies within a circle of this radius around its center.
  const reach = (stretch * Math.hypot(rows, cols)) / 2;
  const rotated = (r: number, c: number): [number, number] => {
    const [y, x] = [r - rows / 2, c - cols / 2];
    return [reach + y * cos + x * sin, reach + (x * cos - y * sin) * stretch];
  };
  const cell = Math.sqrt((rows * cols * stretch) / count);
  const seeds = new SeedGrid(2 * reach, cell);
  for (let s = 0; s < count; s++) seeds.add(...rotated(random.uniform(0, rows), random.uniform(0, cols)));
  const fields = new Uint32Array(rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) fields[i] = seeds.nearest(...rotated(r, c));
  }
  return { fields, fieldCount: count };
}

/** Points of a square, sorted into cells for nearest-neighbor search. */
class SeedGrid {
  private readonly x: number[] = [];
  private readonly y: number[] = [];
  private readonly cells: number[][];
  private readonly side: number;

  constructor(
    extent: number,
    private readonly cell: number,
  ) {
    this.side = Math.ceil(extent / cell) + 1;
    this.cells = Array.from({ length: this.side ** 2 }, () => []);
  }

  add(x: number, y: number): void {
    this.cells[Math.floor(x / this.cell) * this.side + Math.floor(y / this.cell)].push(this.x.length);
    this.x.push(x);
    this.y.push(y);
  }

  /** Index of the nearest point, the first added among equals; cells are searched in rings around the position. */
  nearest(x: number, y: number): number {
    const [column, row] = [Math.floor(x / this.cell), Math.floor(y / this.cell)];
    let found = -1;
    let best = Number.POSITIVE_INFINITY;
    // Points outside rings 0 … k are at least k cells away.
    for (let ring = 0; best > ((ring - 1) * this.cell) ** 2; ring++) {
      for (let i = Math.max(0, column - ring); i <= Math.min(this.side - 1, column + ring); i++) {
        const step = Math.abs(i - column) === ring ? 1 : 2 * ring;
        for (let j = row - ring; j <= row + ring; j += step) {
          if (j < 0 || j >= this.side) continue;
          for (const seed of this.cells[i * this.side + j]) {
            const distance = (x - this.x[seed]) ** 2 + (y - this.y[seed]) ** 2;
            if (distance < best || (distance === best && seed < found)) {
              best = distance;
              found = seed;
            }
          }
        }
      }
    }
    return found;
  }
}
