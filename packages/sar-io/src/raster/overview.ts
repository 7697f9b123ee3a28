import { createImage, flatMask, type Image, type Mask, planes, type Window } from '@mtpi/polsar-priors';
import { type MaskedImage, maskInvalid, type ReadOptions } from './raster';

/** Rows read at a time. */
const ROWS = 256;

/** A scene made smaller row by row: each pixel the mean of the valid pixels of a square block. */
export class Overview {
  /** Rows and columns of a block. */
  readonly factor: number;
  private readonly rows: number;
  private readonly cols: number;
  private readonly sums: Float64Array[];
  private readonly counts: Uint32Array;

  /** @param size rows and columns of the overview at most. */
  constructor(width: number, height: number, bands: number, size: number) {
    this.factor = Math.max(1, Math.ceil(Math.max(width, height) / size));
    this.rows = Math.ceil(height / this.factor);
    this.cols = Math.ceil(width / this.factor);
    this.sums = Array.from({ length: bands }, () => new Float64Array(this.rows * this.cols));
    this.counts = new Uint32Array(this.rows * this.cols);
  }

  /** Adds rows from `y` on; bands beyond those of the overview are left out. */
  add(y: number, image: Image, mask: Mask): void {
    const [, rows, cols] = image.shape;
    const [from, valid] = [planes(image), flatMask(mask)];
    for (let i = 0; i < rows * cols; i++) {
      if (!valid[i]) continue;
      const row = Math.floor((y + Math.floor(i / cols)) / this.factor);
      const pixel = row * this.cols + Math.floor((i % cols) / this.factor);
      for (let b = 0; b < this.sums.length; b++) this.sums[b][pixel] += from[b][i];
      this.counts[pixel]++;
    }
  }

  /** The reduced image so far; blocks without a valid pixel are invalid. */
  result(): MaskedImage {
    const image = createImage(this.sums.length, this.rows, this.cols);
    for (const [b, band] of planes(image).entries())
      band.set(this.sums[b].map((sum, i) => sum / Math.max(1, this.counts[i])));
    return maskInvalid(image, (_, i) => this.counts[i] === 0);
  }
}

/**
 * A raster or acquisition reduced to `size` rows and columns at most by means over square blocks, read by windows.
 *
 * @param bands how many of its bands, from the first on.
 * @param options `onProgress` counts the rows that have been read.
 * @throws as the source's `read`; the signal's reason when aborted.
 */
export async function readOverview(
  source: {
    width: number;
    height: number;
    read(window: Window, options?: ReadOptions): Promise<MaskedImage>;
  },
  bands: number,
  size: number,
  { signal, onProgress }: ReadOptions & { onProgress?: (done: number, total: number) => void } = {},
): Promise<MaskedImage> {
  const { width, height } = source;
  const overview = new Overview(width, height, bands, size);
  for (let y = 0; y < height; y += ROWS) {
    signal?.throwIfAborted();
    const rows = Math.min(ROWS, height - y);
    const { image, mask } = await source.read({ x: 0, y, width, height: rows }, { signal });
    overview.add(y, image, mask);
    onProgress?.(y + rows, height);
  }
  return overview.result();
}
