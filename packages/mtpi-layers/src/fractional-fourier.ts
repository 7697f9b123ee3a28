import * as tf from '@tensorflow/tfjs';
import { Dropout } from './dropout';
import { filterUnit } from './filter-unit';
import { normal } from './initializers';
import { type CallOptions, ImageLayer, Module, registerLayer, tensorOf } from './module';

/** Order of the transform in the published code. */
const ORDER = 0.25;

/**
 * The fixed buffer of the fractional Fourier transform at frequency f: (out, in, 3, 3), row-major.
 * A (3, 3, in, out) array that repeats the plane g(y)·g(x) is reshaped, not transposed, as in the published code.
 */
export function fractionalFourierBuffer(
  f: number,
  inputChannels: number,
  outputChannels: number,
): Float32Array {
  const g = [1, 2, 3].map((u) =>
    Math.cos((-f * u) / Math.sin(ORDER) + (f * f + u * u) / (2 * Math.tan(ORDER))),
  );
  const repeats = inputChannels * outputChannels;
  return Float32Array.from({ length: 9 * repeats }, (_, i) => {
    const tap = Math.floor(i / repeats);
    return g[Math.floor(tap / 3)] * g[tap % 3];
  });
}

class FractionalFourierWeights extends Module {
  static className = 'MtpiFractionalFourierWeights';
  private readonly buffer: tf.LayerVariable;

  constructor(config: { inputChannels: number; outputChannels: number; frequency: number }) {
    super({ ...config });
    const { inputChannels, outputChannels, frequency } = config;
    const initial = () =>
      tf.transpose(
        tf.tensor4d(fractionalFourierBuffer(frequency, inputChannels, outputChannels), [
          outputChannels,
          inputChannels,
          3,
          3,
        ]),
        [2, 3, 1, 0],
      );
    this.buffer = this.weight('weight', [3, 3, inputChannels, outputChannels], initial, {
      layout: 'convolution',
      trainable: false,
    });
  }

  kernel(): tf.Tensor4D {
    return tensorOf(this.buffer);
  }
}

/** Filters of the fractional Fourier transform (FrFT) at one frequency: t · a fixed buffer. */
export class FractionalFourier extends ImageLayer {
  static className = 'MtpiFractionalFourier';
  private readonly t: tf.LayerVariable;
  private readonly fft: FractionalFourierWeights;
  private readonly dropout: Dropout;

  constructor(config: {
    inputChannels: number;
    outputChannels: number;
    frequency: number;
    dropoutRate: number;
    seed: number;
  }) {
    super({ ...config });
    const { inputChannels, outputChannels, frequency } = config;
    const shape = [3, 3, inputChannels, outputChannels];
    this.t = this.weight('t', shape, normal(shape), { layout: 'convolution' });
    this.fft = this.child('fft', new FractionalFourierWeights({ inputChannels, outputChannels, frequency }));
    this.dropout = this.child('dropout', new Dropout({ rate: config.dropoutRate, seed: config.seed }));
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const kernel = tf.mul<tf.Tensor4D>(tensorOf(this.t), this.fft.kernel());
    return filterUnit(x, kernel, this.dropout, options);
  }
}

registerLayer(FractionalFourier);
