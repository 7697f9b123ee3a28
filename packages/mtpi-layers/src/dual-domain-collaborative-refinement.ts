import { atOnce, type Steps } from '@mtpi/jobs';
import * as tf from '@tensorflow/tfjs';
import { AdaptiveFeatureGating } from './adaptive-feature-gating';
import { BatchNormalization } from './batch-normalization';
import { Convolution } from './convolution';
import { type AttentionKind, HolisticFeatureAggregation } from './holistic-feature-aggregation';
import { type CallOptions, ImageLayer, registerLayer } from './module';
import type { ModuleConfig } from './module-config';
import { ShuntParallelPerception } from './shunt-parallel-perception';

/** Two 3×3 convolutions with batch normalization around a shortcut. */
class ResidualBlock extends ImageLayer {
  static className = 'MtpiResidualBlock';
  private readonly conv1: Convolution;
  private readonly bn1: BatchNormalization;
  private readonly conv2: Convolution;
  private readonly bn2: BatchNormalization;

  constructor(config: { channels: number }) {
    super({ ...config });
    const { channels } = config;
    const convolution = () =>
      new Convolution({ inputChannels: channels, outputChannels: channels, kernelSize: 3 });
    this.conv1 = this.child('conv1', convolution());
    this.bn1 = this.child('bn1', new BatchNormalization({ channels }));
    this.conv2 = this.child('conv2', convolution());
    this.bn2 = this.child('bn2', new BatchNormalization({ channels }));
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const inner = tf.relu(this.bn1.apply(this.conv1.apply(x, options), options));
    return tf.relu(tf.add(this.bn2.apply(this.conv2.apply(inner, options), options), x) as tf.Tensor4D);
  }
}

export interface DdcrConfig extends ModuleConfig {
  /** Default 'published'. */
  attention?: AttentionKind;
}

/**
 * Dual-domain collaborative refinement unit (DDCR): SPP of the fused features, AFG of each frame plus the SPP output, HFA
 * of the two frames, and a residual block. Inputs: fused, target, adjacent.
 */
export class DualDomainCollaborativeRefinement extends ImageLayer {
  static className = 'MtpiDualDomainCollaborativeRefinement';
  private readonly spp: ShuntParallelPerception;
  private readonly afgTarget: AdaptiveFeatureGating;
  private readonly afgAdjacent: AdaptiveFeatureGating;
  private readonly hfa: HolisticFeatureAggregation;
  private readonly refine: ResidualBlock;

  constructor(config: DdcrConfig) {
    super({ ...config });
    const { channels, attention } = config;
    this.spp = this.child('spp', new ShuntParallelPerception(config));
    this.afgTarget = this.child('afg_tar', new AdaptiveFeatureGating({ channels }));
    this.afgAdjacent = this.child('afg_adj', new AdaptiveFeatureGating({ channels }));
    this.hfa = this.child('hfa', new HolisticFeatureAggregation({ channels, attention }));
    this.refine = this.child('refine', new ResidualBlock({ channels }));
  }

  protected override forward(inputs: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    return atOnce(this.steps(inputs, options));
  }

  /** Computes the layer in steps. */
  *steps([fused, target, adjacent]: tf.Tensor4D[], options: CallOptions = {}): Steps<tf.Tensor4D> {
    const perceived = this.spp.apply(fused, options);
    yield;
    const gatedTarget = tf.tidy(() => this.afgTarget.apply(tf.add(target, perceived), options));
    const gatedAdjacent = tf.tidy(() => this.afgAdjacent.apply(tf.add(adjacent, perceived), options));
    yield;
    const aggregated = this.hfa.apply([gatedTarget, gatedAdjacent], options);
    yield;
    return tf.tidy(() => this.refine.apply(tf.add(aggregated, fused), options));
  }
}

registerLayer(DualDomainCollaborativeRefinement, 'MtpiDualDomainCollaborativeRestoration');
