import * as tf from '@tensorflow/tfjs';
import { AdaptiveFeatureGating } from './adaptive-feature-gating';
import { BatchNormalization } from './batch-normalization';
import { Composite } from './composite';
import { Convolution } from './convolution';
import { type AttentionKind, HolisticFeatureAggregation } from './holistic-feature-aggregation';
import type { ModuleConfig } from './module-config';
import { ShuntParallelPerception } from './shunt-parallel-perception';

/** Two 3×3 convolutions with batch normalization around a shortcut. */
class ResidualBlock extends Composite {
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

  protected override forward([x]: tf.Tensor4D[], training: boolean): tf.Tensor4D {
    const inner = tf.relu(this.bn1.run(this.conv1.run(x, training), training));
    return tf.relu(tf.add(this.bn2.run(this.conv2.run(inner, training), training), x) as tf.Tensor4D);
  }
}

export interface DdcrConfig extends ModuleConfig {
  /** Default 'published'. */
  attention?: AttentionKind;
}

/**
 * Dual-domain collaborative restoration unit (DDCR): SPP of the fused features, AFG of each frame with it, HFA between
 * the frames, and a residual block. Called with (fused, target, adjacent).
 */
export class DualDomainCollaborativeRefinement extends Composite {
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

  protected override forward([fused, target, adjacent]: tf.Tensor4D[], training: boolean): tf.Tensor4D {
    const perceived = this.spp.run(fused, training);
    const gatedTarget = this.afgTarget.run(tf.add(target, perceived), training);
    const gatedAdjacent = this.afgAdjacent.run(tf.add(adjacent, perceived), training);
    const attended = this.hfa.run([gatedTarget, gatedAdjacent], training);
    return this.refine.run(tf.add(attended, fused), training);
  }
}

tf.serialization.registerClass(ResidualBlock);
tf.serialization.registerClass(DualDomainCollaborativeRefinement);
