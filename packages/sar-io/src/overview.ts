import { createImage, type Image, type Mask, planes, type Window } from '@mtpi/polsar-priors';
import { flatMask, type MaskedImage, maskInvalid, type ReadOptions } from './raster';

/** Rows read at a time. */
const ROWS = 256;

/** A scene made smaller row by row: each pixel the mean of the valid pixels of a square block. */
export class Overview {
  /** Rows and columns of a block. */
  readonly factor: number;
  private readonly sums: Image;
  private readonly counts: Uint32Array;

  /** @param size rows and columns of the overview at most. */
  constructor(width: number, height: number, bands: number, size: number) {
    this.factor = Math.max(1, Math.ceil(Math.max(width, height) / size));
    this.sums = createImage(bands, Math.ceil(height / this.factor), Math.ceil(width / this.factor));
    this.counts = new Uint32Array(this.sums.shape[1] * this.sums.shape[2]);
  }

  /** Adds rows from `y` on; bands beyond those of the overview are left out. */
  add(y: number, image: Image, mask: Mask): void {
    const [, rows, cols] = image.shape;
    const [from, to, valid] = [planes(image), planes(this.sums), flatMask(mask)];
    for (let i = 0; i < rows * cols; i++) {
      if (!valid[i]) continue;
      const row = Math.floor((y + Math.floor(i / cols)) / this.factor);
      const pixel = row * this.sums.shape[2] + Math.floor((i % cols) / this.factor);
      to.forEach((band, b) => {
        band[pixel] += from[b][i];
      });
      this.counts[pixel]++;
    }
  }

  /** The reduced image so far; blocks without a valid pixel are invalid. */
  result(): MaskedImage {
    const [bands, rows, cols] = this.sums.shape;
    const image = createImage(bands, rows, cols);
    const [from, to] = [planes(this.sums), planes(image)];
    to.forEach((band, b) => band.set(from[b].map((sum, i) => sum / Math.max(1, this.counts[i]))));
    return maskInvalid(image, (_, i) => this.counts[i] === 0);
  }
}

/**
 * A raster or acquisition reduced to `size` rows and columns at most by means over square blocks, read by windows.
 *
 * @param bands how many of its bands, from the first on.
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
  { signal }: ReadOptions = {},
): Promise<MaskedImage> {
  const { width, height } = source;
  const overview = new Overview(width, height, bands, size);
  for (let y = 0; y < height; y += ROWS) {
    signal?.throwIfAborted();
    const { image, mask } = await source.read(
      { x: 0, y, width, height: Math.min(ROWS, height - y) },
      { signal },
    );
    overview.add(y, image, mask);
  }
  return overview.result();
}
