import { ownTurn } from '@mtpi/jobs';
import {
  combineWithTemporalMean,
  createImage,
  flatMask,
  HA_ALPHA_WINDOW,
  type Image,
  planes,
} from '@mtpi/polsar-priors';
import { type CompiledFunction, compile, type EngineOptions, type TensorLike } from '@mtpi/tfjs-onnx';
import type * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import type { AcquisitionWindow, RasterRows, TripletSource } from './acquisitions/acquisition-window';
import { isEverywhere, mirrored, mirrorInvalid, withoutMargin } from './acquisitions/mirror';
import { physicalPixels } from './acquisitions/physical-pixels';
import { checkOptions, checkScene, checkSize, checkSource, checkWindows } from './check-input';
import { correctPrediction } from './corrections/corrections';
import { ModelError } from './errors';
import type { MtpiNet } from './network/network';
import type { InputTransform } from './network/transform';
import { predictTensors } from './tensor-despeckling';
import { blendTileRows } from './tiles/blend-tile-rows';
import { pipeline } from './tiles/pipeline';
import { sideBySide } from './tiles/side-by-side';
import { TileRowAccumulator } from './tiles/tile-row-accumulator';
import { blendingRamp, layOutTiles, type TileLayout } from './tiles/tiling';

/** Pixels at the border of a tile that are not kept: there the network's filters see zeros beside the image. */
const MARGIN = 4;

export interface WindowOptions {
  /** Averaging window for H, A and α, odd. Default 5. */
  window?: number;
  /** Aborts at once, also while the network is running. */
  signal?: AbortSignal;
}

export interface DespeckleOptions extends WindowOptions {
  /** Rows and columns of a tile; default: as stored with the weights. */
  tile?: number;
  /** Rows and columns that neighboring tiles share and are blended over; default 8, or a sixteenth of a smaller tile. */
  overlap?: number;
  /** Called after each tile, in their order: `done` counts from 1 to `total`. */
  onProgress?: (done: number, total: number) => void;
  /**
   * Receives each tile when it is done, before it is blended with its neighbors; to show it. Its image is a new array each
   * time, which must not be changed.
   */
  onTile?: (tile: AcquisitionWindow & { x: number; y: number }) => void;
}

/** A network with its input transform, compiled, ready to despeckle scenes of any size. */
export class Despeckler {
  /** For windows on their own and for tiles of a scene, by averaging window. */
  private readonly compiled = {
    windows: new Map<number, CompiledFunction>(),
    tiles: new Map<number, CompiledFunction>(),
  };

  protected disposed = false;

  /**
   * @param tile tile size the weights were trained for.
   * @param options where to run: ONNX Runtime on a device, or a backend of TensorFlow.js.
   * @throws TfjsOnnxError `InvalidArgument` for options that there are not, or of another kind.
   */
  constructor(
    private readonly network: MtpiNet,
    private readonly transform: InputTransform,
    readonly tile: number,
    private readonly options: EngineOptions = {},
  ) {
    this.compiledFor('windows', HA_ALPHA_WINDOW); // options that cannot be are refused at once
  }

  /**
   * Despeckles one window whole.
   *
   * @returns [bands, rows, cols] like the target; a valid covariance everywhere.
   * @throws ModelError `InvalidArgument` for an averaging window that can't be; the signal's reason when aborted.
   */
  async despeckleWindow(
    triplet: readonly [AcquisitionWindow, AcquisitionWindow, AcquisitionWindow],
    options: WindowOptions = {},
  ): Promise<Image> {
    const { result, target } = await this.predictComplete(triplet, options);
    return correctPrediction(result, target);
  }

  /** The network's prediction for one window, without the corrections by the target; otherwise as `despeckleWindow`. */
  async predictWindow(
    triplet: readonly [AcquisitionWindow, AcquisitionWindow, AcquisitionWindow],
    options: WindowOptions = {},
  ): Promise<Image> {
    return (await this.predictComplete(triplet, options)).result;
  }

  /** The prediction, and the target without invalid pixels. */
  private async predictComplete(
    triplet: readonly AcquisitionWindow[],
    options: WindowOptions,
  ): Promise<{ result: Image; target: AcquisitionWindow }> {
    checkOptions(options);
    const { window = HA_ALPHA_WINDOW, signal } = options;
    const [target, previous, next] = Array.isArray(triplet) ? triplet : [];
    checkWindows({ target, previous, next });
    const dates = mirrorInvalid(triplet.map(physicalPixels));
    const result = await this.predict(this.compiledFor('windows', window), dates, signal);
    return { result, target: dates[0] };
  }

  protected async predict(
    compiled: CompiledFunction,
    triplet: readonly AcquisitionWindow[],
    signal?: AbortSignal,
  ): Promise<Image> {
    const dates = triplet.map(tensorsOf);
    const inputs = [...dates.map(({ image }) => image), ...dates.map(({ mask }) => mask)];
    const [{ data, shape }] = await compiled.run(inputs, { transfer: true, signal });
    return ndarray(data as Float32Array, [...shape]);
  }

  private compiledFor(kind: 'windows' | 'tiles', window: number): CompiledFunction {
    if (this.disposed)
      throw new ModelError('InvalidArgument', 'despeckle: the despeckler has been disposed of', {
        hint: 'Dispose of it when all scenes are done.',
      });
    if (!(Number.isInteger(window) && window > 0 && window % 2 === 1))
      throw new ModelError('InvalidArgument', {
        ...{ subject: 'despeckle', expected: 'an odd positive window', found: String(window) },
      });
    let compiled = this.compiled[kind].get(window);
    if (!compiled) {
      const trained = { network: this.network, transform: this.transform };
      const options = kind === 'tiles' ? sideBySide(this.options) : this.options;
      compiled = compile((...inputs) => {
        const images = inputs.slice(0, 3) as tf.Tensor3D[];
        return predictTensors(trained, images, { window, masks: inputs.slice(3) as tf.Tensor2D[] });
      }, options);
      this.compiled[kind].set(window, compiled);
    }
    return compiled;
  }

  /**
   * Traces the network for scenes of this size ahead of the first tile, and opens the
   * sessions. The calling thread is blocked for a few hundredths of a second at a time, as by scenes.
   *
   * @throws as `despeckle`; TfjsOnnxError `RuntimeUnavailable` if the device or backend is not there.
   */
  async warmUp(
    scene: Pick<TripletSource, 'width' | 'height' | 'bands'>,
    { window = HA_ALPHA_WINDOW, ...options }: Pick<DespeckleOptions, 'tile' | 'overlap' | 'window'> = {},
  ): Promise<void> {
    checkScene(scene);
    checkOptions(options);
    const layout = this.layout(scene, options);
    const shape = [layout.rows + 2 * MARGIN, layout.cols + 2 * MARGIN];
    const [image, mask] = [{ shape: [scene.bands, ...shape] }, { shape }];
    await this.compiledFor(kindOf(layout), window).warmUp([image, image, image, mask, mask, mask]);
  }

  /**
   * Despeckles a scene tile by tile, yielding finished rows from top to bottom. Tiles overlap and are blended in linear
   * power, where a mean of valid covariances is one. The arrays of the rows are reused: asking for the next rows overwrites
   * them.
   *
   * @throws ModelError `InvalidArgument` for a tile or overlap that can't be; the signal's reason when aborted.
   */
  async *despeckle(source: TripletSource, options: DespeckleOptions = {}): AsyncGenerator<RasterRows> {
    checkSource(source);
    checkOptions(options);
    yield* blendTileRows(this.tileRows(source, options), this.layout(source, options));
  }

  /**
   * Where the tiles of a scene lie.
   *
   * @throws ModelError `InvalidArgument` for a size, tile or overlap that can't be.
   */
  layout(
    scene: Pick<TripletSource, 'width' | 'height'>,
    {
      tile = this.tile,
      overlap = Math.min(8, Math.floor(tile / 16)),
    }: Pick<DespeckleOptions, 'tile' | 'overlap'> = {},
  ): TileLayout {
    checkSize(scene);
    return layOutTiles(scene.width, scene.height, tile, overlap, MARGIN);
  }

  /**
   * The first step of `despeckle`: tile rows, each blended along itself over the full width, not yet with those above and
   * below (`blendTileRows` does that). They can be made on different machines or days. Each is overwritten by the next.
   *
   * @param given `indices` of the tile rows to make; default all.
   * @throws as `despeckle`.
   */
  async *tileRows(
    source: TripletSource,
    given: DespeckleOptions & { indices?: readonly number[] } = {},
  ): AsyncGenerator<RasterRows> {
    checkSource(source);
    checkOptions(given);
    const { indices, window = HA_ALPHA_WINDOW, signal, onProgress, onTile, ...options } = given;
    const layout = this.layout(source, options);
    const { rows, cols, overlap, ys, xs, width } = layout;
    const columns = [...xs.keys()];
    // Boustrophedon order keeps recently decoded blocks in the cache.
    const tiles = [...(indices ?? ys.keys())].flatMap((j) =>
      (j % 2 ? [...columns].reverse() : columns).map((i, k) => ({ i, y: ys[j], k })),
    );
    signal?.throwIfAborted();
    const compiled = this.compiledFor(kindOf(layout), window);
    const size = { height: rows + 2 * MARGIN, width: cols + 2 * MARGIN };
    // Sessions open while the first windows are read. If they can't, the first run rejects as well.
    this.warmUp(source, { window, ...options }).catch(() => {});
    const read = mirrored(source);
    const process = async (tile: (typeof tiles)[number], signal: AbortSignal) => {
      const area = { x: xs[tile.i] - MARGIN, y: tile.y - MARGIN, ...size };
      const { target, previous, next, temporalMean } = await read(area, { signal });
      const { mask } = target;
      if (isEverywhere(mask, false)) {
        const nothing = createImage(source.bands, size.height, size.width);
        return { ...tile, ...withoutMargin({ image: nothing, mask }, MARGIN) };
      }
      await ownTurn();
      const dates = mirrorInvalid([target, previous, next]);
      await ownTurn();
      const prediction = await this.predict(compiled, dates, signal);
      await ownTurn();
      const combine =
        temporalMean && ((image: Image) => combineWithTemporalMean(image, target.image, temporalMean, mask));
      const image = await correctPrediction(prediction, dates[0], combine);
      return { ...tile, ...withoutMargin({ image, mask }, MARGIN) };
    };
    const tileRow = new TileRowAccumulator(source.bands, rows, width);
    const depth = (sideBySide(this.options).workers ?? 1) + 1; // a tile in each worker, and one that is read
    let done = 0;
    for await (const { i, y, k, image, mask } of pipeline(tiles, process, { depth, signal })) {
      await ownTurn();
      signal?.throwIfAborted();
      onTile?.({ x: xs[i], y, image, mask });
      if (k === 0) tileRow.clear();
      tileRow.add(image, mask, xs[i], blendingRamp(cols, overlap, i === 0, i === xs.length - 1));
      onProgress?.(++done, tiles.length);
      if (k === xs.length - 1) yield await tileRow.take(y);
    }
  }

  /** Releases the sessions of the engine; it cannot be used afterwards. The network stays. */
  async dispose(): Promise<void> {
    this.disposed = true;
    const { windows, tiles } = this.compiled;
    for (const compiled of [...windows.values(), ...tiles.values()]) await compiled.dispose();
  }
}

/** Tiles are run side by side; a tile that is the whole scene, with all threads. */
const kindOf = ({ xs, ys }: TileLayout) => (xs.length * ys.length > 1 ? 'tiles' : 'windows');

/** An acquisition's pixels, 0 where they are invalid, and its mask, 1 or 0; both row-major. */
function tensorsOf({ image, mask }: AcquisitionWindow): { image: TensorLike; mask: TensorLike } {
  const flags = flatMask(mask);
  const valid = new Float32Array(flags.length);
  for (let i = 0; i < flags.length; i++) valid[i] = flags[i] ? 1 : 0;
  const complete = !valid.includes(0);
  const data = new Float32Array(image.size);
  planes(image).forEach((plane, b) => {
    const start = b * plane.length;
    if (complete) data.set(plane, start);
    else for (let i = 0; i < plane.length; i++) data[start + i] = valid[i] ? plane[i] : 0;
  });
  return { image: { data, shape: image.shape }, mask: { data: valid, shape: mask.shape } };
}
