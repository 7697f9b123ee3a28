import type { ResultRows } from './acquired';
import { RowBlender } from './row-blender';
import { blendingRamp, type TileLayout } from './tiling';

/**
 * Blends the strips of a scene, each a row of tiles over its full width, into finished rows from top to bottom. What
 * comes out depends on the strips alone, not on where or when they were made.
 *
 * @param strips those of all rows of tiles, in order.
 */
export async function* blendStrips(
  strips: AsyncIterable<ResultRows> | Iterable<ResultRows>,
  layout: TileLayout,
): AsyncGenerator<ResultRows> {
  const { ys, rows, width, height, overlap } = layout;
  const flat = new Float32Array(width).fill(1);
  let blender: RowBlender | undefined;
  let j = 0;
  for await (const { image, mask } of strips) {
    blender ??= new RowBlender(image.shape[0], width, rows);
    const last = j === ys.length - 1;
    blender.add(image, mask, 0, ys[j], flat, blendingRamp(rows, overlap, j === 0, last));
    yield blender.take(last ? height : ys[++j]);
  }
}
