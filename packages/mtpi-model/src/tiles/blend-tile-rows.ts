import { ownTurn } from '@mtpi/jobs';
import { planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { RasterRows } from '../acquisitions/acquisition-window';
import { blendingRamp, type TileLayout } from './tiling';

/**
 * Blends the tile rows of a scene into finished rows of pixels from top to bottom. What comes out depends on the tile rows
 * alone, not on where or when they were made.
 *
 * @param tileRows all, in order, row-major. They are overwritten, and the rows that come out are parts of them: a scene's
 *   width of pixels is too much to copy.
 */
export async function* blendTileRows(
  tileRows: AsyncIterable<RasterRows> | Iterable<RasterRows>,
  { ys, rows, width, overlap }: TileLayout,
): AsyncGenerator<RasterRows> {
  /** Weighted sums of the rows that tile rows above share with the next one, and the weights of each row. */
  const shared: Float32Array[] = [];
  const weights = new Float32Array(rows);
  let j = 0;
  for await (const { y, image, mask } of tileRows) {
    const last = j === ys.length - 1;
    const finished = last ? rows : ys[j + 1] - y;
    const bands = planes(image);
    const ramp = blendingRamp(rows, overlap, j === 0, last);
    const sums = weights.map((weight, row) => weight + ramp[row]);
    for (const [b, band] of bands.entries()) {
      await ownTurn();
      for (let row = 0; row < rows; row++) {
        if (ramp[row] === 1 && weights[row] === 0) continue;
        const above = shared[b]?.subarray(row * width, (row + 1) * width);
        const own = band.subarray(row * width, (row + 1) * width);
        for (let x = 0; x < width; x++) own[x] = (above?.length ? above[x] : 0) + ramp[row] * own[x];
      }
      shared[b] = band.slice(finished * width);
      for (let row = 0; row < finished; row++) {
        if (sums[row] === 1) continue;
        const own = band.subarray(row * width, (row + 1) * width);
        for (let x = 0; x < width; x++) own[x] /= sums[row];
      }
    }
    weights.fill(0).set(sums.subarray(finished));
    yield {
      y,
      image: image.hi(bands.length, finished, width),
      mask: ndarray(mask.data.subarray(0, finished * width), [finished, width]),
    };
    j++;
  }
}
