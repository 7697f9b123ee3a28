import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization';
import { Convolution, DepthwiseConvolution } from './convolution';
import { type CallOptions, ImageLayer, registerLayer } from './module';

export interface ConvBnSiluConfig {
  inputChannels: number;
  outputChannels: number;
  kernelSize?: number;
  depthwise?: boolean;
}

/** Convolution without bias, batch normalization, SiLU. */
export class ConvBnSilu extends ImageLayer {
  static className = 'MtpiConvBnSilu';
  private readonly conv: ImageLayer;
  private readonly bn: BatchNormalization;

  constructor(config: ConvBnSiluConfig) {
    super({ ...config });
    const { inputChannels, outputChannels, kernelSize = 1, depthwise = false } = config;
    const conv = depthwise
      ? new DepthwiseConvolution({ channels: inputChannels, kernelSize })
      : new Convolution({ inputChannels, outputChannels, kernelSize });
    this.conv = this.child('conv', conv);
    this.bn = this.child('bn', new BatchNormalization({ channels: outputChannels }));
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    return silu(this.bn.apply(this.conv.apply(x, options), options));
  }
}

/** x·σ(x), with a gradient of fewer passes than those of a product and a sigmoid. */
function silu(x: tf.Tensor4D): tf.Tensor4D {
  const apply = tf.customGrad((input, save) => {
    const gate = tf.sigmoid(input as tf.Tensor);
    const value = tf.mul(input as tf.Tensor, gate);
    (save as tf.GradSaveFunc)([gate, value]);
    const gradFunc = (dy: tf.Tensor, [gate, value]: tf.Tensor[]) =>
      tf.mul(dy, tf.add(gate, tf.mul(value, tf.sub(1, gate))));
    return { value, gradFunc };
  });
  return apply(x) as tf.Tensor4D;
}

registerLayer(ConvBnSilu);
