import { boxcar, haAlpha, type Image } from '@mtpi/polsar-priors';
import { type CompiledFunction, compile, type SessionOptions } from '@mtpi/tfjs-onnx';
import type * as tf from '@tensorflow/tfjs';
import type { Acquired, ResultRows, TripletSource } from './acquired';
import { ModelError } from './errors';
import type { MtpiNet } from './network';
import { RowBlender } from './row-blender';
import { blendingRamp, tileStarts } from './tiling';
import { CHANNELS, decode, encode, type InputTransform } from './transform';

export interface DespeckleOptions {
  /** Rows and columns of a tile; default what the weights were trained for. */
  tile?: number;
  /** Rows and columns that neighbouring tiles share and are blended over; default an eighth of the tile. */
  overlap?: number;
  /** Window of the average that H, A and α are taken from, odd. Default 5. */
  window?: number;
  signal?: AbortSignal;
  /** Called after each tile. */
  onProgress?: (done: number, total: number) => void;
}

/** A network with its input transform, compiled, ready to despeckle scenes of any size. */
export class Despeckler {
  private readonly compiled: CompiledFunction;

  /** `tile`: tile size the weights were trained for. */
  constructor(
    network: MtpiNet,
    private readonly transform: InputTransform,
    private readonly tile: number,
    options: SessionOptions = {},
  ) {
    this.compiled = compile(
      (target, previous, next) =>
        network.apply(target as tf.Tensor4D, previous as tf.Tensor4D, next as tf.Tensor4D, {
          training: false,
        }),
      options,
    );
  }

  /**
   * Despeckles one window whole.
   *
   * @returns [bands, rows, cols] like the target; a valid covariance everywhere.
   */
  async despeckleWindow(triplet: readonly [Acquired, Acquired, Acquired], window = 5): Promise<Image> {
    const [bands, rows, cols] = triplet[0].image.shape;
    const inputs = triplet.map(({ image, mask }) => {
      const data = new Float32Array(rows * cols * CHANNELS);
      encode(this.transform, image, haAlpha(boxcar(image, window, mask), mask), mask, data);
      return { data, shape: [1, rows, cols, CHANNELS] };
    });
    const [output] = await this.compiled.run(...inputs);
    return decode(this.transform, output.data as Float32Array, bands as 2 | 4, rows, cols);
  }

  /**
   * Despeckles a scene tile by tile, yielding finished rows from top to bottom. Tiles overlap and are blended in linear
   * power, where a mean of valid covariances is one.
   *
   * @throws ModelError `InvalidArgument` for a tile or overlap that can't be; the signal's reason when aborted.
   */
  async *despeckle(source: TripletSource, options: DespeckleOptions = {}): AsyncGenerator<ResultRows> {
    const { tile = this.tile, overlap = Math.floor(tile / 8), window = 5, signal, onProgress } = options;
    if (!(tile >= 16 && overlap >= 0 && overlap <= tile / 2)) {
      throw new ModelError(
        'InvalidArgument',
        `despeckle: expected tile ≥ 16 and 0 ≤ overlap ≤ tile / 2, got tile ${tile}, overlap ${overlap}`,
      );
    }
    const { width, height } = source;
    const [rows, cols] = [Math.min(tile, height), Math.min(tile, width)];
    const [ys, xs] = [tileStarts(height, rows, overlap), tileStarts(width, cols, overlap)];
    const strip = new RowBlender(source.bands, width, rows);
    for (const [j, y] of ys.entries()) {
      const vertical = blendingRamp(rows, overlap, j === 0, j === ys.length - 1);
      for (const [i, x] of xs.entries()) {
        signal?.throwIfAborted();
        const triplet = await source.read({ x, y, width: cols, height: rows }, { signal });
        const result = await this.despeckleWindow([triplet.target, triplet.previous, triplet.next], window);
        const horizontal = blendingRamp(cols, overlap, i === 0, i === xs.length - 1);
        strip.add(result, triplet.target.mask, x, y, horizontal, vertical);
        onProgress?.(j * xs.length + i + 1, ys.length * xs.length);
      }
      yield strip.take(j + 1 < ys.length ? ys[j + 1] : height);
    }
  }

  /** Releases the compiled sessions. */
  dispose(): Promise<void> {
    return this.compiled.dispose();
  }
}
