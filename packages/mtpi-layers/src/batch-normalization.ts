import * as tf from '@tensorflow/tfjs';
import { Composite, read } from './composite';
import { filled } from './initializers';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/** Batch normalization over (B, H, W) as PyTorch does it: ε 10⁻⁵, momentum 0.1, running variance unbiased. */
export class BatchNormalization extends Composite {
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

  protected override forward([x]: tf.Tensor4D[], training: boolean): tf.Tensor4D {
    const [scale, offset] = [read<tf.Tensor1D>(this.scale), read<tf.Tensor1D>(this.offset)];
    if (!training) {
      const [mean, variance] = [read<tf.Tensor1D>(this.runningMean), read<tf.Tensor1D>(this.runningVariance)];
      return tf.batchNorm4d(x, mean, variance, offset, scale, EPSILON);
    }
    const mean = tf.mean(x, [0, 1, 2]);
    const centred = tf.sub<tf.Tensor4D>(x, mean);
    const count = x.size / x.shape[3];
    const variance = tf.div(inner(centred, centred), count);
    this.track(this.runningMean, mean);
    this.track(this.runningVariance, tf.mul(variance, count / (count - 1)));
    return normalize(x, scale, offset, centred, tf.rsqrt(tf.add(variance, EPSILON)));
  }

  private track(running: tf.LayerVariable, value: tf.Tensor): void {
    running.write(tf.add(tf.mul(read(running), 1 - MOMENTUM), tf.mul(value, MOMENTUM)));
  }
}

/** Σ a·b over (B, H, W), channel by channel: as a matrix product it writes no array of products. */
function inner(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor {
  const [batch, height, width, channels] = a.shape;
  const rows = (x: tf.Tensor4D) =>
    tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, 1, height * width]);
  return tf.sum(tf.reshape(tf.matMul(rows(a), rows(b), false, true), [batch, channels]), 0);
}

/** x, centred and of given inverse deviation, scaled and shifted; its gradient in one formula, in half the passes. */
function normalize(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  centred: tf.Tensor4D,
  inverse: tf.Tensor,
): tf.Tensor4D {
  const count = x.size / x.shape[3];
  const apply = tf.customGrad((...args) => {
    (args[3] as tf.GradSaveFunc)([centred, scale, inverse]);
    const gradFunc = (dy: tf.Tensor, [centred, scale, inverse]: tf.Tensor[]) => {
      const level = tf.mean(dy, [0, 1, 2]);
      const slope = tf.div(inner(dy as tf.Tensor4D, centred as tf.Tensor4D), count);
      const rest = tf.sub(tf.sub(dy, level), tf.mul(centred, tf.mul(slope, tf.square(inverse))));
      return [
        tf.mul(rest, tf.mul(scale, inverse)),
        tf.mul(tf.mul(slope, inverse), count),
        tf.mul(level, count),
      ];
    };
    return { value: tf.add(tf.mul(centred, tf.mul(scale, inverse)), offset), gradFunc };
  });
  return apply(x, scale, offset) as tf.Tensor4D;
}

tf.serialization.registerClass(BatchNormalization);
