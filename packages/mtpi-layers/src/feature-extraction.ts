import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization';
import { Composite } from './composite';
import { Convolution } from './convolution';

/** Feature extraction block (FEN): 3×3 convolution, batch normalization, ReLU. */
export class FeatureExtraction extends Composite {
  static className = 'MtpiFeatureExtraction';
  private readonly conv: Convolution;
  private readonly bn: BatchNormalization;

  constructor(config: { inputChannels: number; outputChannels: number }) {
    super({ ...config });
    this.conv = this.child('head.0', new Convolution({ ...config, kernelSize: 3 }));
    this.bn = this.child('head.1', new BatchNormalization({ channels: config.outputChannels }));
  }

  protected override forward([x]: tf.Tensor4D[], training: boolean): tf.Tensor4D {
    return tf.relu(this.bn.run(this.conv.run(x, training), training));
  }
}

tf.serialization.registerClass(FeatureExtraction);
