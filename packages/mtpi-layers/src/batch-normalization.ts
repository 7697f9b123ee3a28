import * as tf from '@tensorflow/tfjs';
import { filled } from './initializers';
import { type CallOptions, ImageLayer, registerLayer, tensorOf } from './module';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/** Batch normalization over (B, H, W) as in PyTorch: ε 10⁻⁵, momentum 0.1, unbiased running variance. */
export class BatchNormalization extends ImageLayer {
  static className = 'MtpiBatchNormalization';
  private readonly scale: tf.LayerVariable;
  private readonly offset: tf.LayerVariable;
  private readonly runningMean: tf.LayerVariable;
  private readonly runningVariance: tf.LayerVariable;

  constructor(config: { channels: number }) {
    super({ ...config });
    const shape = [config.channels];
    this.scale = this.weight('weight', shape, filled(shape, 1));
    this.offset = this.weight('bias', shape, filled(shape, 0));
    this.runningMean = this.weight('running_mean', shape, filled(shape, 0), { trainable: false });
    this.runningVariance = this.weight('running_var', shape, filled(shape, 1), { trainable: false });
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const [scale, offset] = [tensorOf<tf.Tensor1D>(this.scale), tensorOf<tf.Tensor1D>(this.offset)];
    if (!options.training) {
      const [mean, variance] = [
        tensorOf<tf.Tensor1D>(this.runningMean),
        tensorOf<tf.Tensor1D>(this.runningVariance),
      ];
      return tf.batchNorm4d(x, mean, variance, offset, scale, EPSILON);
    }
    const mean = tf.mean(x, [0, 1, 2]);
    const centered = tf.sub<tf.Tensor4D>(x, mean);
    const count = x.size / x.shape[3];
    const variance = tf.div(inner(centered, centered), count);
    this.track(this.runningMean, mean);
    this.track(this.runningVariance, tf.mul(variance, count / (count - 1)));
    return normalize(x, scale, offset, centered, tf.rsqrt(tf.add(variance, EPSILON)));
  }

  private track(running: tf.LayerVariable, value: tf.Tensor): void {
    running.write(tf.add(tf.mul(tensorOf(running), 1 - MOMENTUM), tf.mul(value, MOMENTUM)));
  }
}

/** Σ a·b over (B, H, W), channel by channel: as a matrix product no array of products is written. */
function inner(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor {
  const [batch, height, width, channels] = a.shape;
  const rows = (x: tf.Tensor4D) =>
    tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, 1, height * width]);
  return tf.sum(tf.reshape(tf.matMul(rows(a), rows(b), false, true), [batch, channels]), 0);
}

/** scale · centered · inverse deviation + offset, with its gradient as one formula, which halves the passes over memory. */
function normalize(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  centered: tf.Tensor4D,
  inverse: tf.Tensor,
): tf.Tensor4D {
  const count = x.size / x.shape[3];
  const apply = tf.customGrad((...args) => {
    (args[3] as tf.GradSaveFunc)([centered, scale, inverse]);
    const gradFunc = (dy: tf.Tensor, [centered, scale, inverse]: tf.Tensor[]) => {
      const level = tf.mean(dy, [0, 1, 2]);
      const slope = tf.div(inner(dy as tf.Tensor4D, centered as tf.Tensor4D), count);
      const remainder = tf.sub(tf.sub(dy, level), tf.mul(centered, tf.mul(slope, tf.square(inverse))));
      return [
        tf.mul(remainder, tf.mul(scale, inverse)),
        tf.mul(tf.mul(slope, inverse), count),
        tf.mul(level, count),
      ];
    };
    return { value: tf.add(tf.mul(centered, tf.mul(scale, inverse)), offset), gradFunc };
  });
  return apply(x, scale, offset) as tf.Tensor4D;
}

registerLayer(BatchNormalization);
