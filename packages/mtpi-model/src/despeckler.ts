import { boxcar, haAlpha, type Image } from '@mtpi/polsar-priors';
import { type CompiledFunction, compile, type EngineOptions } from '@mtpi/tfjs-onnx';
import type * as tf from '@tensorflow/tfjs';
import type { Acquired, ResultRows, TripletSource } from './acquired';
import { keepLevel } from './level';
import { mirrored, withoutMargin } from './mirror';
import type { MtpiNet } from './network';
import { readAhead } from './read-ahead';
import { RowBlender } from './row-blender';
import { blendStrips } from './strips';
import { blendingRamp, layOutTiles, type TileLayout } from './tiling';
import { CHANNELS, decode, encode, type InputTransform } from './transform';

/** Pixels at the border of a tile that are not kept: there the network's filters see zeros beside the image. */
const MARGIN = 4;

export interface DespeckleOptions {
  /** Rows and columns of a tile; default what the weights were trained for. */
  tile?: number;
  /** Rows and columns that neighbouring tiles share and are blended over; default a sixteenth of the tile. */
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

  /**
   * @param tile tile size the weights were trained for.
   * @param options where to run: ONNX Runtime on a device, or a backend of TensorFlow.js.
   */
  constructor(
    network: MtpiNet,
    private readonly transform: InputTransform,
    private readonly tile: number,
    options: EngineOptions = {},
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
    const result = decode(this.transform, output.data as Float32Array, bands as 2 | 4, rows, cols);
    keepLevel(result, triplet[0]);
    return result;
  }

  /**
   * Despeckles a scene tile by tile, yielding finished rows from top to bottom. Tiles overlap and are blended in linear
   * power, where a mean of valid covariances is one.
   *
   * @throws ModelError `InvalidArgument` for a tile or overlap that can't be; the signal's reason when aborted.
   */
  async *despeckle(source: TripletSource, options: DespeckleOptions = {}): AsyncGenerator<ResultRows> {
    yield* blendStrips(this.strips(source, options), this.layout(source, options));
  }

  /**
   * Where the tiles of a scene lie.
   *
   * @throws ModelError `InvalidArgument` for a tile or overlap that can't be.
   */
  layout(
    { width, height }: Pick<TripletSource, 'width' | 'height'>,
    { tile = this.tile, overlap = Math.floor(tile / 16) }: Pick<DespeckleOptions, 'tile' | 'overlap'> = {},
  ): TileLayout {
    return layOutTiles(width, height, tile, overlap, MARGIN);
  }

  /**
   * The first step of `despeckle`: rows of tiles, each blended along itself into a strip over the full width, not yet
   * with the strips above and below (`blendStrips` does that). Strips can be made on different machines or days.
   *
   * @param tileRows indices of the rows of tiles to make; default all.
   * @throws as `despeckle`.
   */
  async *strips(
    source: TripletSource,
    {
      tileRows,
      window = 5,
      signal,
      onProgress,
      ...options
    }: DespeckleOptions & { tileRows?: readonly number[] } = {},
  ): AsyncGenerator<ResultRows> {
    const { rows, cols, overlap, ys, xs, width } = this.layout(source, options);
    const wanted = tileRows ?? [...ys.keys()];
    const tiles = wanted.flatMap((j) => [...xs.keys()].map((i) => ({ i, y: ys[j] })));
    const flat = new Float32Array(rows).fill(1);
    let blender = new RowBlender(source.bands, width, rows);
    let done = 0;
    const readWindow = mirrored(source);
    const read = ({ i, y }: (typeof tiles)[number]) => {
      const [width, height] = [cols + 2 * MARGIN, rows + 2 * MARGIN];
      return readWindow({ x: xs[i] - MARGIN, y: y - MARGIN, width, height }, { signal });
    };
    for await (const [{ i, y }, { target, previous, next }] of readAhead(tiles, read)) {
      signal?.throwIfAborted();
      const whole = await this.despeckleWindow([target, previous, next], window);
      const { image, mask } = withoutMargin({ image: whole, mask: target.mask }, MARGIN);
      const last = i === xs.length - 1;
      blender.add(image, mask, xs[i], 0, blendingRamp(cols, overlap, i === 0, last), flat);
      onProgress?.(++done, tiles.length);
      if (!last) continue;
      yield { ...blender.take(rows), y };
      blender = new RowBlender(source.bands, width, rows);
    }
  }

  /** Releases what the engine holds. */
  dispose(): Promise<void> {
    return this.compiled.dispose();
  }
}
