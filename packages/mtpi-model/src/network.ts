import {
  type Composite,
  Convolution,
  FeatureExtraction,
  type NamedWeight,
  RecursiveResidualAggregation,
  seedInitializers,
} from '@mtpi/layers';
import * as tf from '@tensorflow/tfjs';
import { completeConfig, type NetworkConfig } from './network-config';
import { CHANNELS } from './transform';

/** A part of the network under its name in checkpoints. */
type Part = [name: string, layer: Composite];

/** MTPI-Net: three acquisitions of seven channels in, the target without speckle out. */
export class MtpiNet {
  readonly config: Required<NetworkConfig>;
  /** What it is made of, under the names of checkpoints. */
  readonly parts: Part[] = [];
  private readonly fenTarget: FeatureExtraction;
  private readonly fenPrevious: FeatureExtraction;
  private readonly fenNext: FeatureExtraction;
  private readonly features: (
    target: tf.Tensor4D,
    previous: tf.Tensor4D,
    next: tf.Tensor4D,
    training: boolean,
  ) => tf.Tensor4D;
  private readonly recon: [Convolution, Convolution];

  constructor(config: NetworkConfig = {}) {
    this.config = completeConfig(config);
    const { architecture, baseChannels: channels, seed } = this.config;
    seedInitializers(seed);
    const fen = () => new FeatureExtraction({ inputChannels: CHANNELS, outputChannels: channels });
    this.fenTarget = this.part('fen_tar', fen());
    this.fenPrevious = this.part('fen_adj', fen());
    this.fenNext = this.part('fen_next', fen());
    this.features = architecture === 'reference' ? this.reference() : this.progressive();
    const reconstruction = (outputChannels: number) =>
      new Convolution({ inputChannels: channels, outputChannels, kernelSize: 3, useBias: true });
    this.recon = [
      this.part('recon.0', reconstruction(channels)),
      this.part('recon.2', reconstruction(CHANNELS)),
    ];
  }

  /** One group over all three frames, gated by target and previous: the published code. */
  private reference() {
    const reduce = this.reduction('reduce', 3);
    const group = this.group('r2a', 0);
    return (target: tf.Tensor4D, previous: tf.Tensor4D, next: tf.Tensor4D, training: boolean) => {
      const fused = reduce.run(tf.concat([target, previous, next], 3), training);
      return group.run([fused, target, previous], training);
    };
  }

  /**
   * The paper's figure as read here. Each adjacent frame has a branch: target and frame reduced together, an R²A group
   * gated by both, and a feature block. The branches are reduced together for a third group, in which their outputs
   * gate each other, so that both frames reach every gate of the end.
   */
  private progressive() {
    const { baseChannels: channels } = this.config;
    const branch = (name: string, seed: number) => {
      const reduce = this.reduction(`reduce_${name}`, 2);
      const group = this.group(`r2a_${name}`, seed);
      const fen = this.part(
        `fen_${name}`,
        new FeatureExtraction({ inputChannels: channels, outputChannels: channels }),
      );
      return (target: tf.Tensor4D, adjacent: tf.Tensor4D, training: boolean) => {
        const fused = reduce.run(tf.concat([adjacent, target], 3), training);
        return fen.run(group.run([fused, target, adjacent], training), training);
      };
    };
    const before = branch('before', 100);
    const after = branch('after', 200);
    const reduce = this.reduction('reduce', 3);
    const group = this.group('r2a', 300);
    return (target: tf.Tensor4D, previous: tf.Tensor4D, next: tf.Tensor4D, training: boolean) => {
      const [b, a] = [before(target, previous, training), after(target, next, training)];
      const fused = reduce.run(tf.concat([target, b, a], 3), training);
      return group.run([fused, b, a], training);
    };
  }

  private part<T extends Composite>(name: string, layer: T): T {
    this.parts.push([name, layer]);
    return layer;
  }

  private reduction(name: string, frames: number): Convolution {
    const { baseChannels } = this.config;
    return this.part(
      name,
      new Convolution({
        inputChannels: frames * baseChannels,
        outputChannels: baseChannels,
        kernelSize: 1,
        useBias: true,
      }),
    );
  }

  private group(name: string, seedOffset: number): RecursiveResidualAggregation {
    const { baseChannels: channels, ddcrUnits: units, filter, attention, dropoutRate, seed } = this.config;
    return this.part(
      name,
      new RecursiveResidualAggregation({
        channels,
        units,
        filter,
        attention,
        dropoutRate,
        seed: seed + seedOffset,
      }),
    );
  }

  /** The despeckled target (B, H, W, 7) from three acquisitions (B, H, W, 7). */
  apply(
    target: tf.Tensor4D,
    previous: tf.Tensor4D,
    next: tf.Tensor4D,
    { training = false } = {},
  ): tf.Tensor4D {
    return tf.tidy(() => {
      const features = this.features(
        this.fenTarget.run(target, training),
        this.fenPrevious.run(previous, training),
        this.fenNext.run(next, training),
        training,
      );
      const residual = this.recon[1].run(tf.relu(this.recon[0].run(features, training)), training);
      return tf.sub(target, residual);
    });
  }

  /** Every variable under its name in checkpoints. */
  namedWeights(): NamedWeight[] {
    return this.parts.flatMap(([name, layer]) => layer.namedWeights(`${name}.`));
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
