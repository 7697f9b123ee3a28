import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization';
import { Composite } from './composite';
import { Convolution, DepthwiseConvolution } from './convolution';

export interface ConvBnSiluConfig {
  inputChannels: number;
  outputChannels: number;
  kernelSize?: number;
  depthwise?: boolean;
}

/** Convolution without bias, batch normalization, SiLU. */
export class ConvBnSilu extends Composite {
  static className = 'MtpiConvBnSilu';
  private readonly conv: Composite;
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

  protected override forward([x]: tf.Tensor4D[], training: boolean): tf.Tensor4D {
    const y = this.bn.run(this.conv.run(x, training), training);
    return tf.mul(y, tf.sigmoid(y));
  }
}

tf.serialization.registerClass(ConvBnSilu);
