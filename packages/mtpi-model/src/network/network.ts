import { atOnce, type Steps } from '@mtpi/jobs';
import {
  type CallOptions,
  Convolution,
  FeatureExtraction,
  type ImageLayer,
  type NamedWeight,
  RecursiveResidualAggregation,
  seedInitializers,
} from '@mtpi/layers';
import * as tf from '@tensorflow/tfjs';
import { completeConfig, type NetworkConfig } from './network-config';
import { CHANNELS } from './transform';

tf.enableProdMode(); // without the advertisement of its native binding, on which nothing here runs

/** A layer under its name in checkpoints. */
type NamedLayer = [name: string, layer: ImageLayer];

/** A branch of the progressive network: the features of an adjacent frame, refined together with those of the target. */
interface Branch {
  reduce: Convolution;
  r2a: RecursiveResidualAggregation;
  fen: FeatureExtraction;
}

/**
 * MTPI-Net: seven channels of three acquisitions in, those of the despeckled target out.
 *
 * 'reference' is the network of the published code: one R²A group over the features of all three frames, gated by target
 * and previous. 'progressive' is the figure of the paper: each adjacent frame is first refined with the target in a branch
 * of its own, and the branches, not the frames, gate the last R²A group, so that both adjacent frames reach every gate.
 */
export class MtpiNet {
  readonly config: Required<NetworkConfig>;
  /** All layers, under their names in checkpoints. */
  readonly layers: NamedLayer[] = [];
  private readonly fenTarget: FeatureExtraction;
  private readonly fenPrevious: FeatureExtraction;
  private readonly fenNext: FeatureExtraction;
  private readonly branches: { before: Branch; after: Branch } | undefined;
  private readonly reduce: Convolution;
  private readonly r2a: RecursiveResidualAggregation;
  private readonly reconstruction: [Convolution, Convolution];

  constructor(config: NetworkConfig = {}) {
    this.config = completeConfig(config);
    const { architecture, baseChannels, seed } = this.config;
    const progressive = architecture === 'progressive';
    seedInitializers(seed);
    this.fenTarget = this.featureExtraction('fen_tar', CHANNELS);
    this.fenPrevious = this.featureExtraction('fen_adj', CHANNELS);
    this.fenNext = this.featureExtraction('fen_next', CHANNELS);
    if (progressive) this.branches = { before: this.branch('before', 100), after: this.branch('after', 200) };
    this.reduce = this.convolution('reduce', 3 * baseChannels, baseChannels, 1);
    this.r2a = this.aggregation('r2a', progressive ? 300 : 0);
    this.reconstruction = [
      this.convolution('recon.0', baseChannels, baseChannels, 3),
      this.convolution('recon.2', baseChannels, CHANNELS, 3),
    ];
  }

  /** The despeckled target (B, H, W, 7) from three acquisitions (B, H, W, 7). */
  apply(
    target: tf.Tensor4D,
    previous: tf.Tensor4D,
    next: tf.Tensor4D,
    options: CallOptions = {},
  ): tf.Tensor4D {
    return tf.tidy(() => atOnce(this.steps(target, previous, next, options)));
  }

  /** `apply` in steps, between which a trace lets the event loop go on. Intermediate tensors are left to the caller's tidy. */
  *steps(
    target: tf.Tensor4D,
    previous: tf.Tensor4D,
    next: tf.Tensor4D,
    options: CallOptions = {},
  ): Steps<tf.Tensor4D> {
    const fTarget = this.fenTarget.apply(target, options);
    yield;
    let fPrevious = this.fenPrevious.apply(previous, options);
    let fNext = this.fenNext.apply(next, options);
    yield;
    let gates = [fTarget, fPrevious];
    if (this.branches) {
      fPrevious = yield* refine(this.branches.before, fTarget, fPrevious, options);
      fNext = yield* refine(this.branches.after, fTarget, fNext, options);
      gates = [fPrevious, fNext];
    }
    const fused = this.reduce.apply(tf.concat([fTarget, fPrevious, fNext], 3), options);
    yield;
    const features = yield* this.r2a.steps([fused, ...gates], options);
    const [first, second] = this.reconstruction;
    const output = second.apply(tf.relu(first.apply(features, options)), options);
    return this.config.output === 'image' ? output : tf.sub(target, output);
  }

  private branch(name: string, seedOffset: number): Branch {
    const { baseChannels } = this.config;
    return {
      reduce: this.convolution(`reduce_${name}`, 2 * baseChannels, baseChannels, 1),
      r2a: this.aggregation(`r2a_${name}`, seedOffset),
      fen: this.featureExtraction(`fen_${name}`, baseChannels),
    };
  }

  private featureExtraction(name: string, inputChannels: number): FeatureExtraction {
    return this.add(name, new FeatureExtraction({ inputChannels, outputChannels: this.config.baseChannels }));
  }

  private convolution(name: string, inputChannels: number, outputChannels: number, kernelSize: number) {
    return this.add(name, new Convolution({ inputChannels, outputChannels, kernelSize, useBias: true }));
  }

  private aggregation(name: string, seedOffset: number): RecursiveResidualAggregation {
    const {
      baseChannels: channels,
      ddcrUnits: units,
      filter,
      attention,
      resolution,
      dropoutRate,
      seed,
    } = this.config;
    const config = { channels, units, filter, attention, resolution, dropoutRate, seed: seed + seedOffset };
    return this.add(name, new RecursiveResidualAggregation(config));
  }

  private add<T extends ImageLayer>(name: string, layer: T): T {
    this.layers.push([name, layer]);
    return layer;
  }

  /** Every variable under its name in checkpoints. */
  namedWeights(): NamedWeight[] {
    return this.layers.flatMap(([name, layer]) => layer.namedWeights(`${name}.`));
  }

  /** The variables that training changes, in a fixed order. */
  get trainableVariables(): tf.Variable[] {
    return this.namedWeights().flatMap(({ variable }) =>
      variable.trainable ? [variable.read() as tf.Variable] : [],
    );
  }

  /** Frees all variables. */
  dispose(): void {
    for (const { variable } of this.namedWeights()) variable.dispose();
  }
}

function* refine(
  { reduce, r2a, fen }: Branch,
  target: tf.Tensor4D,
  adjacent: tf.Tensor4D,
  options: CallOptions,
): Steps<tf.Tensor4D> {
  const fused = reduce.apply(tf.concat([adjacent, target], 3), options);
  return fen.apply(yield* r2a.steps([fused, target, adjacent], options), options);
}
