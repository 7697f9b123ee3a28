import * as tf from '@tensorflow/tfjs';
import { Composite } from './composite';
import { Convolution } from './convolution';
import { type DdcrConfig, DualDomainCollaborativeRefinement } from './dual-domain-collaborative-refinement';

export interface R2aConfig extends DdcrConfig {
  /** DDCR units in a row. */
  units: number;
}

/** Residual-in-residual aggregation group (R²A): DDCR units with a shortcut each, then a 1×1 convolution. Called with (fused, target, adjacent). */
export class RecursiveResidualAggregation extends Composite {
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

  protected override forward([fused, target, adjacent]: tf.Tensor4D[], training: boolean): tf.Tensor4D {
    const out = this.blocks.reduce(
      (x, block) => tf.add(block.run([x, target, adjacent], training), x),
      fused,
    );
    return this.merge.run(out, training);
  }
}

tf.serialization.registerClass(RecursiveResidualAggregation);
