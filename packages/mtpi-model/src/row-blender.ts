import type { Image, Mask } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { ResultRows } from './acquired';

/** Sums weighted tiles into full-width rows and hands out those that no later tile touches. */
export class RowBlender {
  private readonly sums: Float32Array;
  private readonly weights: Float32Array;
  private readonly valid: Uint8Array;
  /** Image row that the buffer's first row stands for. */
  private top = 0;

  /** `rows`: the most rows that tiles reach below the first row not yet taken. */
  constructor(
    private readonly bands: number,
    private readonly width: number,
    private readonly rows: number,
  ) {
    this.sums = new Float32Array(bands * rows * width);
    this.weights = new Float32Array(rows * width);
    this.valid = new Uint8Array(rows * width);
  }

  /** Adds a tile whose first pixel is (x, y), weighted by the product of the two ramps. */
  add(tile: Image, mask: Mask, x: number, y: number, horizontal: Float32Array, vertical: Float32Array): void {
    const [bands, rows, cols] = tile.shape;
    const plane = this.rows * this.width;
    for (let r = 0; r < rows; r++) {
      const to = (y - this.top + r) * this.width + x;
      for (let c = 0; c < cols; c++) {
        const weight = vertical[r] * horizontal[c];
        this.weights[to + c] += weight;
        this.valid[to + c] = mask.data[r * cols + c];
        for (let b = 0; b < bands; b++)
          this.sums[b * plane + to + c] += weight * tile.data[(b * rows + r) * cols + c];
      }
    }
  }

  /** Finished rows up to image row `end`, and room for as many new ones. */
  take(end: number): ResultRows {
    const { bands, width, top } = this;
    const size = (end - top) * width;
    const plane = this.rows * width;
    const data = new Float32Array(bands * size);
    const mask = this.valid.slice(0, size);
    for (let b = 0; b < bands; b++) {
      for (let i = 0; i < size; i++)
        if (mask[i]) data[b * size + i] = this.sums[b * plane + i] / this.weights[i];
      this.sums.copyWithin(b * plane, b * plane + size, (b + 1) * plane);
      this.sums.fill(0, (b + 1) * plane - size, (b + 1) * plane);
    }
    this.weights.copyWithin(0, size).fill(0, plane - size);
    this.valid.copyWithin(0, size);
    this.top = end;
    return {
      y: top,
      image: ndarray(data, [bands, end - top, width]),
      mask: ndarray(mask, [end - top, width]),
    };
  }
}
