import { flatMask, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import { namingFile, SarIoError } from '../errors';
import type { RasterSink } from './raster';

/** Writer of a format; the sink around it takes care of row order, errors and cleanup. */
export interface RowWriter<Result = void> {
  /** @param first Index of the first pixel, in a plane, of these rows. */
  write(bands: Float32Array[], mask: Uint8Array | undefined, first: number): Promise<void>;
  /** Completes the raster and puts it in its place. */
  publish(): Promise<Result>;
  /** Closes and removes the files it grew in. */
  discard(): Promise<void>;
}

export interface RowsExpected {
  bands: number;
  width: number;
  height: number;
  signal?: AbortSignal;
}

/** Rows from top to bottom into a raster, call after call; an error leaves nothing behind. */
export class RowSink<Result = void> implements RasterSink<Result> {
  private rows = 0;
  private open = true;
  /** Settles when the writer is free. */
  private free: Promise<unknown> = Promise.resolve();

  constructor(
    readonly path: string,
    private readonly expected: RowsExpected,
    private readonly writer: RowWriter<Result>,
  ) {}

  write(image: Image, mask?: Mask): Promise<void> {
    return this.inOrder(async () => {
      this.check(image, mask);
      await this.writer.write(planes(image), mask && flatMask(mask), this.rows * this.expected.width);
      this.rows += image.shape[1];
    });
  }

  close(): Promise<Result> {
    return this.inOrder(async () => {
      const missing = this.expected.height - this.rows;
      if (missing > 0) this.refuse(`${counted(missing, 'more row')} before close`);
      const result = await this.writer.publish();
      this.open = false;
      return result;
    });
  }

  async abort(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    await this.writer.discard();
  }

  /** Runs work after that of the calls before. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.free.then(() => this.orAbort(work));
    this.free = result.catch(() => {});
    return result;
  }

  private async orAbort<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (!this.open) this.refuse('an open sink', 'a closed one');
      this.expected.signal?.throwIfAborted();
      return await work();
    } catch (error) {
      await this.abort();
      throw namingFile(error, this.path);
    }
  }

  private check(image: Image, mask: Mask | undefined): void {
    const { bands, width, height } = this.expected;
    const [b, rows, cols] = image.shape;
    const missing = height - this.rows;
    if (image.dimension !== 3 || b !== bands || cols !== width || rows > missing) {
      this.refuse(
        `${counted(bands, 'band')} of at most ${counted(missing, 'row')} and ${counted(width, 'column')}`,
        image.dimension === 3 ? `${counted(b, 'band')} of ${rows} × ${cols}` : `[${image.shape}]`,
      );
    }
    if (mask && (mask.shape[0] !== rows || mask.shape[1] !== cols)) {
      this.refuse(`a mask of ${rows} × ${cols}`, mask.shape.join(' × '));
    }
  }

  private refuse(expected: string, found?: string): never {
    throw new SarIoError('InvalidArgument', { path: this.path, expected, found });
  }
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
