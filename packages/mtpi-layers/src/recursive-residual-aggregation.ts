import { atOnce, type Steps } from '@mtpi/jobs';
import * as tf from '@tensorflow/tfjs';
import { Convolution } from './convolution';
import { type DdcrConfig, DualDomainCollaborativeRefinement } from './dual-domain-collaborative-refinement';
import { type CallOptions, ImageLayer, registerLayer } from './module';

export interface R2aConfig extends DdcrConfig {
  /** Number of DDCR units. */
  units: number;
}

/**
 * Recursive residual aggregation (R²A): DDCR units with a shortcut each, then a 1×1 convolution.
 * Inputs: fused, target, adjacent.
 */
export class RecursiveResidualAggregation extends ImageLayer {
  static className = 'MtpiRecursiveResidualAggregation';
  private readonly blocks: DualDomainCollaborativeRefinement[];
  private readonly merge: Convolution;

  constructor(config: R2aConfig) {
    super({ ...config });
    const { channels, units, seed = 0 } = config;
    this.blocks = Array.from({ length: units }, (_, i) =>
      this.child(`blocks.${i}`, new DualDomainCollaborativeRefinement({ ...config, seed: seed + 10 * i })),
    );
    this.merge = this.child(
      'merge',
      new Convolution({ inputChannels: channels, outputChannels: channels, kernelSize: 1, useBias: true }),
    );
  }

  protected override forward(inputs: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    return atOnce(this.steps(inputs, options));
  }

  /** Computes the layer in steps: those of its units. */
  *steps([fused, target, adjacent]: tf.Tensor4D[], options: CallOptions = {}): Steps<tf.Tensor4D> {
    let out = fused;
    for (const block of this.blocks) {
      out = tf.add(yield* block.steps([out, target, adjacent], options), out);
      yield;
    }
    return this.merge.apply(out, options);
  }
}

registerLayer(RecursiveResidualAggregation, 'MtpiResidualAggregationGroup');
