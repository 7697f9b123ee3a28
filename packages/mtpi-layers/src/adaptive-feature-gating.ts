import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization';
import { Convolution } from './convolution';
import { normal, uniformByFanIn } from './initializers';
import { type CallOptions, ImageLayer, Module, registerLayer, tensorOf } from './module';

class Linear extends Module {
  static className = 'MtpiLinear';
  private readonly kernel: tf.LayerVariable;
  private readonly bias: tf.LayerVariable;

  constructor(config: { inputs: number; outputs: number }) {
    super({ ...config });
    const shape = [config.inputs, config.outputs];
    this.kernel = this.weight('weight', shape, uniformByFanIn(shape, config.inputs), { layout: 'linear' });
    this.bias = this.weight('bias', [config.outputs], uniformByFanIn([config.outputs], config.inputs));
  }

  transform(x: tf.Tensor2D): tf.Tensor2D {
    return tf.add(tf.matMul(x, tensorOf<tf.Tensor2D>(this.kernel)), tensorOf(this.bias));
  }
}

/** Number of learned bases. */
const BASES = 8;

/**
 * Adaptive feature gating (AFG): a spectrum scaled by 1 + m, m a mixture of learned bases selected by the global mean.
 * m is one number per channel and sample, the same at every frequency, so the scaled spectrum is that of x·(1 + m) and
 * no transform is needed.
 */
export class AdaptiveFeatureGating extends ImageLayer {
  static className = 'MtpiAdaptiveFeatureGating';
  private readonly hidden: Linear;
  private readonly selection: Linear;
  private readonly bases: tf.LayerVariable;
  private readonly reprojection: Convolution;
  private readonly norm: BatchNormalization;

  constructor(config: { channels: number }) {
    super({ ...config });
    const { channels } = config;
    this.hidden = this.child('mlp.0', new Linear({ inputs: channels, outputs: channels / 2 }));
    this.selection = this.child('mlp.2', new Linear({ inputs: channels / 2, outputs: BASES }));
    this.bases = this.weight('freq_basis.bases', [BASES, channels], normal([BASES, channels], 0.02));
    this.reprojection = this.child(
      'reproj',
      new Convolution({ inputChannels: channels, outputChannels: channels, kernelSize: 1, useBias: true }),
    );
    this.norm = this.child('norm', new BatchNormalization({ channels }));
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const [batch, , , channels] = x.shape;
    const mean = tf.mean(x, [1, 2]) as tf.Tensor2D;
    const hidden = tf.relu(this.hidden.transform(mean));
    const mixture = tf.softmax(this.selection.transform(hidden));
    const gain = tf
      .add(tf.matMul(mixture, tensorOf<tf.Tensor2D>(this.bases)), 1)
      .reshape([batch, 1, 1, channels]);
    const gated = tf.mul(x, gain) as tf.Tensor4D;
    return this.norm.apply(tf.add(this.reprojection.apply(gated, options), x), options);
  }
}

registerLayer(AdaptiveFeatureGating, 'MtpiAdaptiveFrequencyGating');
