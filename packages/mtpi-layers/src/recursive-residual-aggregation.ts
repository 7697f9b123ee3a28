import { atOnce, type Steps } from '@mtpi/jobs';
import * as tf from '@tensorflow/tfjs';
import { Convolution } from './convolution';
import { type DdcrConfig, DualDomainCollaborativeRefinement } from './dual-domain-collaborative-refinement';
import { type CallOptions, ImageLayer, registerLayer } from './module';

/**
 * Resolution of the DDCR units. 'half': of means of 2×2 pixels, a quarter of the operations; their output is rearranged to
 * full resolution (sub-pixel convolution, Shi et al. 2016) and added to the fused features.
 */
export type R2aResolution = 'full' | 'half';

export interface R2aConfig extends DdcrConfig {
  /** Number of DDCR units. */
  units: number;
  /** Default 'full'. */
  resolution?: R2aResolution;
}

/**
 * Recursive residual aggregation (R²A): DDCR units with a shortcut each, then a 1×1 convolution.
 * Inputs: fused, target, adjacent.
 */
export class RecursiveResidualAggregation extends ImageLayer {
  static className = 'MtpiRecursiveResidualAggregation';
  private readonly blocks: DualDomainCollaborativeRefinement[];
  private readonly merge: Convolution;
  private readonly half: boolean;

  constructor(config: R2aConfig) {
    super({ ...config });
    const { channels, units, resolution = 'full', seed = 0 } = config;
    this.half = resolution === 'half';
    this.blocks = Array.from({ length: units }, (_, i) =>
      this.child(`blocks.${i}`, new DualDomainCollaborativeRefinement({ ...config, seed: seed + 10 * i })),
    );
    this.merge = this.child(
      'merge',
      new Convolution({
        inputChannels: channels,
        outputChannels: this.half ? 4 * channels : channels,
        kernelSize: 1,
        useBias: true,
      }),
    );
  }

  protected override forward(inputs: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    return atOnce(this.steps(inputs, options));
  }

  /** Computes the layer in steps: those of its units. */
  *steps(inputs: tf.Tensor4D[], options: CallOptions = {}): Steps<tf.Tensor4D> {
    const [fused, target, adjacent] = this.half ? inputs.map((x) => tf.avgPool(x, 2, 2, 'same')) : inputs;
    let out = fused;
    for (const block of this.blocks) {
      out = tf.add(yield* block.steps([out, target, adjacent], options), out);
      yield;
    }
    const merged = this.merge.apply(out, options);
    return this.half ? tf.add(toFullResolution(merged, inputs[0].shape), inputs[0]) : merged;
  }
}

/** Rearranges (B, ⌈H/2⌉, ⌈W/2⌉, 4·C) to (B, H, W, C): each pixel holds four, by row and column. */
function toFullResolution(x: tf.Tensor4D, [batch, height, width, channels]: number[]): tf.Tensor4D {
  const [, rows, cols] = x.shape;
  const four = tf.reshape(x, [batch, rows, cols, 2, 2 * channels]);
  const lines = tf.transpose(four, [0, 1, 3, 2, 4]);
  const image = tf.reshape(lines, [batch, 2 * rows, 2 * cols, channels]) as tf.Tensor4D;
  return tf.slice(image, [0, 0, 0, 0], [batch, height, width, channels]);
}

registerLayer(RecursiveResidualAggregation, 'MtpiResidualAggregationGroup');
