import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization';
import { Convolution } from './convolution';
import { type CallOptions, ImageLayer, registerLayer } from './module';

/** Feature extraction (FEN): 3×3 convolution, batch normalization, ReLU. */
export class FeatureExtraction extends ImageLayer {
  static className = 'MtpiFeatureExtraction';
  private readonly conv: Convolution;
  private readonly bn: BatchNormalization;

  constructor(config: { inputChannels: number; outputChannels: number }) {
    super({ ...config });
    this.conv = this.child('head.0', new Convolution({ ...config, kernelSize: 3 }));
    this.bn = this.child('head.1', new BatchNormalization({ channels: config.outputChannels }));
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    return tf.relu(this.bn.apply(this.conv.apply(x, options), options));
  }
}

registerLayer(FeatureExtraction);
