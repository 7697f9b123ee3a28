import { ownTurn } from '@mtpi/jobs';
import { createImage, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { RasterRows } from '../acquisitions/acquisition-window';

/** A tile row over the full width of a scene: the weighted sum of those that have come. */
export class TileRowAccumulator {
  private readonly image: Image;
  private readonly mask: Mask;
  /** Of each column. */
  private readonly weights: Float32Array;

  constructor(bands: number, rows: number, width: number) {
    this.image = createImage(bands, rows, width);
    this.mask = ndarray(new Uint8Array(rows * width), [rows, width]);
    this.weights = new Float32Array(width);
  }

  /** Adds a tile whose first column is `x`, its columns weighted. Tile and mask may be parts of larger ones. */
  add(tile: Image, mask: Mask, x: number, columns: Float32Array): void {
    const [bands, rows, cols] = tile.shape;
    const [sums, values] = [this.image.data, tile.data];
    for (let c = 0; c < cols; c++) this.weights[x + c] += columns[c];
    for (let r = 0; r < rows; r++) {
      const [source, goal, step] = [mask.index(r, 0), this.mask.index(r, x), mask.stride[1]];
      for (let c = 0; c < cols; c++) this.mask.data[goal + c] = mask.data[source + c * step];
      for (let b = 0; b < bands; b++) {
        const [from, to] = [tile.index(b, r, 0), this.image.index(b, r, x)];
        for (let c = 0; c < cols; c++) sums[to + c] += columns[c] * values[from + c];
      }
    }
  }

  /** Forgets all tiles. */
  clear(): void {
    this.image.data.fill(0);
    this.weights.fill(0);
  }

  /** The rows that the tiles make, the first of them row `y` of the scene; in place: what follows is to `clear`. */
  async take(y: number): Promise<RasterRows> {
    const { image, mask, weights } = this;
    const valid = mask.data;
    for (const band of planes(image)) {
      await ownTurn();
      for (let row = 0; row < band.length; row += weights.length)
        for (let x = 0; x < weights.length; x++) {
          const i = row + x;
          band[i] = valid[i] ? band[i] / weights[x] : 0;
        }
    }
    return { y, image, mask };
  }
}
