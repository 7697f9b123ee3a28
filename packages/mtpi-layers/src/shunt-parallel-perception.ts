import * as tf from '@tensorflow/tfjs';
import { ConvBnSilu } from './conv-bn-silu';
import { Convolution } from './convolution';
import { FractionalFourier } from './fractional-fourier';
import { FractionalGabor } from './fractional-gabor';
import { type CallOptions, ImageLayer, registerLayer } from './module';
import type { ModuleConfig } from './module-config';

/** Spatial branch (SPU): depthwise 3×3 and 5×5 convolutions of the two halves of the channels, the first added to the input of the second. */
export class SpatialPerceptionUnit extends ImageLayer {
  static className = 'MtpiSpatialPerceptionUnit';
  private readonly c1: ConvBnSilu;
  private readonly c2: ConvBnSilu;
  private readonly c3: ConvBnSilu;

  constructor(config: { inputChannels: number; outputChannels: number }) {
    super({ ...config });
    const { inputChannels, outputChannels } = config;
    const half = inputChannels / 2;
    const depthwise = (kernelSize: number) =>
      new ConvBnSilu({ inputChannels: half, outputChannels: half, kernelSize, depthwise: true });
    this.c1 = this.child('c1', depthwise(3));
    this.c2 = this.child('c2', depthwise(5));
    this.c3 = this.child('c3', new ConvBnSilu({ inputChannels, outputChannels }));
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const [first, second] = tf.split(x, 2, 3);
    const x1 = this.c1.apply(first, options);
    const x2 = this.c2.apply(tf.add(second, x1), options);
    return this.c3.apply(tf.concat([x1, x2], 3), options);
  }
}

/** Frequency branch (FPU): a bank of fractional Gabor (FrGT) or fractional Fourier (FrFT) filters on four groups of channels. */
export class FrequencyPerceptionUnit extends ImageLayer {
  static className = 'MtpiFrequencyPerceptionUnit';
  private readonly gabor: FractionalGabor | undefined;
  private readonly fourier: FractionalFourier[] = [];
  private readonly projection: ImageLayer;

  constructor(
    config: { inputChannels: number; outputChannels: number } & Required<Omit<ModuleConfig, 'channels'>>,
  ) {
    super({ ...config });
    const { inputChannels, outputChannels, filter, dropoutRate, seed } = config;
    const unit = { inputChannels: inputChannels / 4, outputChannels: outputChannels / 4, dropoutRate, seed };
    if (filter === 'FrGT') {
      this.gabor = this.child('gabor', new FractionalGabor(unit));
      this.projection = this.child(
        'fc',
        new Convolution({ inputChannels: outputChannels, outputChannels, kernelSize: 1, useBias: true }),
      );
    } else {
      this.fourier = [0.25, 0.5, 0.75, 1].map((frequency, i) =>
        this.child(`fft${i + 1}`, new FractionalFourier({ ...unit, frequency, seed: seed + i })),
      );
      this.projection = this.child('fc', new ConvBnSilu({ inputChannels: outputChannels, outputChannels }));
    }
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const filtered = this.gabor
      ? onGroups(x, 4, (groups) => (this.gabor as FractionalGabor).apply(groups, options))
      : tf.concat(
          tf.split(x, 4, 3).map((group, i) => this.fourier[i].apply(group, options)),
          3,
        );
    return this.projection.apply(filtered, options);
  }
}

/** Applies `fn` to equal groups of channels at once, stacked as a larger batch. */
function onGroups(x: tf.Tensor4D, groups: number, fn: (x: tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const stacked = tf.transpose(x, [0, 3, 1, 2]).reshape([batch * groups, channels / groups, height, width]);
  const y = tf.transpose(fn(tf.transpose(stacked, [0, 2, 3, 1]) as tf.Tensor4D), [0, 3, 1, 2]);
  return tf.transpose(y.reshape([batch, groups * y.shape[1]!, height, width]), [0, 2, 3, 1]) as tf.Tensor4D;
}

/**
 * Shunt parallel perception (SPP): the sum of a spatial and a frequency branch, each channel weighted by a softmax over
 * the global means of both. Follows SFS-Conv (Li et al. 2024).
 */
export class ShuntParallelPerception extends ImageLayer {
  static className = 'MtpiShuntParallelPerception';
  private readonly spatialEntry: ConvBnSilu;
  private readonly spatial: SpatialPerceptionUnit;
  private readonly frequencyEntry: ConvBnSilu;
  private readonly frequency: FrequencyPerceptionUnit;
  private readonly exit: ConvBnSilu;

  constructor(config: ModuleConfig) {
    super({ ...config });
    const { channels, filter = 'FrGT', dropoutRate = 0.3, seed = 0 } = config;
    const halves = { inputChannels: channels, outputChannels: channels / 2 };
    const units = { inputChannels: channels / 2, outputChannels: channels };
    this.spatialEntry = this.child('PWC0', new ConvBnSilu(halves));
    this.frequencyEntry = this.child('PWC1', new ConvBnSilu(halves));
    this.spatial = this.child('SPU', new SpatialPerceptionUnit(units));
    this.frequency = this.child('FPU', new FrequencyPerceptionUnit({ ...units, filter, dropoutRate, seed }));
    this.exit = this.child('PWC_o', new ConvBnSilu({ inputChannels: channels, outputChannels: channels }));
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const spatial = this.spatial.apply(this.spatialEntry.apply(x, options), options);
    const frequency = this.frequency.apply(this.frequencyEntry.apply(x, options), options);
    const pooled = [spatial, frequency].map((branch) => tf.mean(branch, [1, 2], true));
    // Smaller weights are denormal numbers, and make products denormal: hundreds of times slower.
    const weights = tf.maximum(tf.softmax(tf.concat(pooled, 3), 3), 1e-30);
    const [spatialWeight, frequencyWeight] = tf.split(weights, 2, 3);
    const merged = tf.add(tf.mul(spatial, spatialWeight), tf.mul(frequency, frequencyWeight)) as tf.Tensor4D;
    return this.exit.apply(merged, options);
  }
}

registerLayer(SpatialPerceptionUnit);
registerLayer(FrequencyPerceptionUnit);
registerLayer(ShuntParallelPerception);
