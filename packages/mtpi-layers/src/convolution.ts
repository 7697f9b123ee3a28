import * as tf from '@tensorflow/tfjs';
import { uniformByFanIn } from './initializers';
import { ImageLayer, registerLayer, tensorOf } from './module';

export interface ConvolutionConfig {
  inputChannels: number;
  outputChannels: number;
  kernelSize: number;
  useBias?: boolean;
}

/** Convolution with stride 1 that keeps the image's size (zero padding). */
export class Convolution extends ImageLayer {
  static className = 'MtpiConvolution';
  private readonly kernel: tf.LayerVariable;
  private readonly bias: tf.LayerVariable | undefined;

  constructor(config: ConvolutionConfig) {
    super({ ...config });
    const { inputChannels, outputChannels, kernelSize, useBias = false } = config;
    const fanIn = inputChannels * kernelSize * kernelSize;
    const shape = [kernelSize, kernelSize, inputChannels, outputChannels];
    this.kernel = this.weight('weight', shape, uniformByFanIn(shape, fanIn), { layout: 'convolution' });
    if (useBias) this.bias = this.weight('bias', [outputChannels], uniformByFanIn([outputChannels], fanIn));
  }

  protected override forward([x]: tf.Tensor4D[]): tf.Tensor4D {
    const y = tf.conv2d(x, tensorOf<tf.Tensor4D>(this.kernel), 1, 'same');
    return this.bias ? tf.add(y, tensorOf(this.bias)) : y;
  }
}

/** Depthwise convolution with stride 1 that keeps the image's size, without bias. */
export class DepthwiseConvolution extends ImageLayer {
  static className = 'MtpiDepthwiseConvolution';
  private readonly kernel: tf.LayerVariable;

  constructor(config: { channels: number; kernelSize: number }) {
    super({ ...config });
    const shape = [config.kernelSize, config.kernelSize, config.channels, 1];
    this.kernel = this.weight('weight', shape, uniformByFanIn(shape, config.kernelSize ** 2), {
      layout: 'depthwise',
    });
  }

  protected override forward([x]: tf.Tensor4D[]): tf.Tensor4D {
    return tf.depthwiseConv2d(x, tensorOf<tf.Tensor4D>(this.kernel), 1, 'same');
  }
}

registerLayer(Convolution);
registerLayer(DepthwiseConvolution);
