import * as tf from '@tensorflow/tfjs';
import { ConvBnSilu } from './conv-bn-silu';
import { filled } from './initializers';
import { type CallOptions, ImageLayer, Module, registerLayer, tensorOf } from './module';
import { irfft2, lengthTensor, rfft2, type Spectrum } from './spectral';

/**
 * How the cross-spectrum of the two frames weights each frequency.
 * 'published': softmax over all channels and frequencies of a sample; it saturates, one bin of one channel takes nearly
 * all the weight.
 * 'normalized': 1 + tanh of a learned gain per channel times the normalized cross-spectrum Re(q·k̄)/(|q|·|k|), in (0, 2).
 * The product of spectra in DFR-SA, which grows with the image size, is scaled to its value at 64×64 pixels, so that a
 * network works on other tile sizes than it was trained on.
 */
export type AttentionKind = 'published' | 'normalized';

/** Image size at which the product of spectra in DFR-SA is not scaled. */
const NOMINAL_PIXELS = 64 * 64;

/** Temperature of the published softmax. */
const TEMPERATURE = 4 + 1e-6;

/** Cross-frequency self-attention (CFR-SA): the target's spectrum, weighted by its agreement with that of the other frame. */
class CrossFrequencySelfAttention extends Module {
  static className = 'MtpiCrossFrequencySelfAttention';
  private readonly qProj: ConvBnSilu;
  private readonly kProj: ConvBnSilu;
  private readonly vProj: ConvBnSilu;
  private readonly gain: tf.LayerVariable | undefined;

  constructor(config: { channels: number; attention: AttentionKind }) {
    super({ ...config });
    const { channels, attention } = config;
    const projection = () => new ConvBnSilu({ inputChannels: channels, outputChannels: channels });
    this.qProj = this.child('q_proj', projection());
    this.kProj = this.child('k_proj', projection());
    this.vProj = this.child('v_proj', projection());
    if (attention === 'normalized')
      this.gain = this.weight('gain', [channels, 1, 1], filled([channels, 1, 1], 1));
  }

  /** Attended spectrum of the features (B, H, W, C) of the target and the other frame. */
  attend(target: tf.Tensor4D, other: tf.Tensor4D, options: CallOptions): Spectrum {
    const [q, k, v] = [
      rfft2(this.qProj.apply(target, options), options),
      rfft2(this.kProj.apply(other, options), options),
      rfft2(this.vProj.apply(target, options), options),
    ];
    const weights = this.gain ? gates(q, k, this.gain) : spectralSoftmax(q, k);
    return { ...v, re: tf.mul(v.re, weights), im: tf.mul(v.im, weights) };
  }
}

/** Re(q · conj k). */
const crossSpectrum = (q: Spectrum, k: Spectrum): tf.Tensor => tf.add(tf.mul(q.re, k.re), tf.mul(q.im, k.im));

/** 1 + tanh of a gain per channel times the normalized cross-spectrum. */
function gates(q: Spectrum, k: Spectrum, gain: tf.LayerVariable): tf.Tensor {
  const power = ({ re, im }: Spectrum) => tf.add(tf.square(re), tf.square(im));
  const norm = tf.sqrt(tf.add(tf.mul(power(q), power(k)), 1e-8));
  const gains = tf.reshape(tensorOf(gain), [-1]);
  return tf.add(tf.tanh(tf.mul(tf.div(crossSpectrum(q, k), norm), gains)), 1);
}

/** Softmax of the cross-spectrum over all channels and frequencies of a sample. */
function spectralSoftmax(q: Spectrum, k: Spectrum): tf.Tensor {
  const logits = tf.div(crossSpectrum(q, k), TEMPERATURE);
  // Lower exponents give denormal weights and gradients: hundreds of times slower.
  const exponents = tf.maximum(tf.sub(logits, tf.max(logits, [1, 2, 3, 4], true)), -60);
  const exponentials = tf.exp(exponents);
  const sums = tf.sum(exponentials, [2, 3, 4], true);
  return tf.div(exponentials, tf.sum(tf.mul(sums, q.multiplicity), 1, true));
}

/** Differential-frequency self-attention (DFR-SA): the target's spectrum less its product with the attended one. */
class DifferentialFrequencySelfAttention extends Module {
  static className = 'MtpiDifferentialFrequencySelfAttention';
  private readonly rho: tf.LayerVariable;
  private readonly conv: ConvBnSilu;

  constructor(private readonly options: { channels: number; attention: AttentionKind }) {
    super({ ...options });
    this.rho = this.weight('rho', [], filled([], 0.5));
    this.conv = this.child(
      'conv',
      new ConvBnSilu({ inputChannels: options.channels, outputChannels: options.channels }),
    );
  }

  /** Image of V − ρ·V·O for the values (B, H, W, C) and the attended spectrum O. */
  subtract(values: tf.Tensor4D, attended: Spectrum, options: CallOptions): tf.Tensor4D {
    const [, height, width] = values.shape;
    const [v, o] = [rfft2(values, options), attended];
    let rho = tensorOf(this.rho);
    if (this.options.attention === 'normalized') {
      const scale = options.freeSize
        ? tf.rsqrt(tf.div(tf.mul(lengthTensor(height), lengthTensor(width)), NOMINAL_PIXELS))
        : Math.sqrt(NOMINAL_PIXELS / (height * width));
      rho = tf.mul(rho, scale);
    }
    const re = tf.sub(tf.mul(v.re, o.re), tf.mul(v.im, o.im));
    const im = tf.add(tf.mul(v.re, o.im), tf.mul(v.im, o.re));
    const remainder = {
      re: tf.sub<tf.Tensor5D>(v.re, tf.mul(rho, re)),
      im: tf.sub<tf.Tensor5D>(v.im, tf.mul(rho, im)),
    };
    return this.conv.apply(irfft2(remainder, height, options), options);
  }
}

/**
 * Holistic feature aggregation (HFA): CFR-SA extracts the features common to both frames, DFR-SA those of the target
 * alone. Inputs: target, other.
 */
export class HolisticFeatureAggregation extends ImageLayer {
  static className = 'MtpiHolisticFeatureAggregation';
  private readonly qkv: ConvBnSilu;
  private readonly cfr: CrossFrequencySelfAttention;
  private readonly dfr: DifferentialFrequencySelfAttention;
  private readonly reproj: ConvBnSilu;

  constructor(config: { channels: number; attention?: AttentionKind }) {
    super({ ...config });
    const { channels, attention = 'published' } = config;
    const projection = () => new ConvBnSilu({ inputChannels: channels, outputChannels: channels });
    this.qkv = this.child('qkv_conv', projection());
    this.cfr = this.child('cfr', new CrossFrequencySelfAttention({ channels, attention }));
    this.dfr = this.child('dfr', new DifferentialFrequencySelfAttention({ channels, attention }));
    this.reproj = this.child('reproj', projection());
  }

  protected override forward([target, other]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const q = this.qkv.apply(target, options);
    const k = this.qkv.apply(other, options);
    // In training the published module runs once more on the target, which updates its running statistics twice.
    const v = options.training ? this.qkv.apply(target, options) : q;
    const attended = this.cfr.attend(q, k, options);
    const common = irfft2(attended, q.shape[1], options);
    const own = this.dfr.subtract(v, attended, options);
    return this.reproj.apply(tf.add(own, tf.mul(q, common)), options);
  }
}

registerLayer(HolisticFeatureAggregation, 'MtpiHybridFrequencyAttention');
