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

/**
 * Resolution of SPP, AFG and HFA in a DDCR unit. 'half': they see means of 2×2 pixels, at a quarter of the operations; the
 * residual block adds the detail.
 */
export type DdcrResolution = 'full' | 'half';

export interface DdcrConfig extends ModuleConfig {
  /** Default 'published'. */
  attention?: AttentionKind;
  /** Default 'full'. */
  resolution?: DdcrResolution;
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
  private readonly half: boolean;

  constructor(config: DdcrConfig) {
    super({ ...config });
    const { channels, attention, resolution } = config;
    this.half = resolution === 'half';
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
  *steps(inputs: tf.Tensor4D[], options: CallOptions = {}): Steps<tf.Tensor4D> {
    const [fused] = inputs;
    const [context, target, adjacent] = this.half ? inputs.map((x) => tf.avgPool(x, 2, 2, 'same')) : inputs;
    const perceived = this.spp.apply(context, options);
    yield;
    const gatedTarget = tf.tidy(() => this.afgTarget.apply(tf.add(target, perceived), options));
    const gatedAdjacent = tf.tidy(() => this.afgAdjacent.apply(tf.add(adjacent, perceived), options));
    yield;
    const aggregated = this.hfa.apply([gatedTarget, gatedAdjacent], options);
    yield;
    return tf.tidy(() => {
      const detailed = this.half ? doubled(aggregated, fused.shape) : aggregated;
      return this.refine.apply(tf.add(detailed, fused), options);
    });
  }
}

/** Each pixel of (B, ⌈H/2⌉, ⌈W/2⌉, C) four times: (B, H, W, C). */
function doubled(x: tf.Tensor4D, shape: [number, number, number, number]): tf.Tensor4D {
  const [, rows, cols] = x.shape;
  // TensorFlow.js' own gradient is wrong on its CPU backend from the second image of a batch on.
  const double = tf.customGrad((image) => ({
    value: tf.image.resizeNearestNeighbor(image as tf.Tensor4D, [2 * rows, 2 * cols]),
    gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, 'valid'), 4),
  }));
  return tf.slice(double(x) as tf.Tensor4D, [0, 0, 0, 0], shape);
}

registerLayer(DualDomainCollaborativeRefinement, 'MtpiDualDomainCollaborativeRestoration');
