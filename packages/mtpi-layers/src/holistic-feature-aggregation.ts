import * as tf from '@tensorflow/tfjs';
import { Composite, read } from './composite';
import { ConvBnSilu } from './conv-bn-silu';
import { filled } from './initializers';
import { irfft2, rfft2, type Spectrum } from './spectral';

/**
 * How the cross-spectrum of the two frames becomes a weight on each frequency.
 * 'published': a softmax over all channels and frequencies of a sample; one bin of one channel tends to take it all.
 * 'normalized': 1 + tanh of a learned gain per channel times the normalised cross-spectrum Re(q·k̄)/(|q|·|k|), in (0, 2);
 * and the product of spectra in DFR-SA, which grows with the image's size, is scaled to what it is for 64×64 pixels, so
 * that a network works on tiles of other sizes than it was trained on.
 */
export type AttentionKind = 'published' | 'normalized';

/** Pixels of an image whose product of spectra is taken as it stands. */
const NOMINAL_PIXELS = 64 * 64;

/** Temperature of the published softmax. */
const TEMPERATURE = 4 + 1e-6;

/** Cross-frequency self-attention (CFR-SA): the target's spectrum weighed by its agreement with the other frame's. */
class CrossFrequencySelfAttention extends Composite {
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

  protected override forward(): tf.Tensor4D {
    throw new Error('CrossFrequencyAttention gives a spectrum: call attend');
  }

  /** Spectrum of the attended frame, from the target's and the other frame's features (B, H, W, C). */
  attend(target: tf.Tensor4D, other: tf.Tensor4D, training: boolean): Spectrum {
    const [q, k, v] = [
      rfft2(this.qProj.run(target, training)),
      rfft2(this.kProj.run(other, training)),
      rfft2(this.vProj.run(target, training)),
    ];
    const weights = this.gain ? gates(q, k, this.gain) : spectralSoftmax(q, k);
    return { ...v, re: tf.mul(v.re, weights), im: tf.mul(v.im, weights) };
  }
}

/** Re(q · conj k). */
const crossSpectrum = (q: Spectrum, k: Spectrum): tf.Tensor => tf.add(tf.mul(q.re, k.re), tf.mul(q.im, k.im));

/** 1 + tanh of a gain per channel times the normalised cross-spectrum. */
function gates(q: Spectrum, k: Spectrum, gain: tf.LayerVariable): tf.Tensor {
  const power = ({ re, im }: Spectrum) => tf.add(tf.square(re), tf.square(im));
  const norm = tf.sqrt(tf.add(tf.mul(power(q), power(k)), 1e-8));
  const gains = tf.reshape(read(gain), [-1]);
  return tf.add(tf.tanh(tf.mul(tf.div(crossSpectrum(q, k), norm), gains)), 1);
}

/** Softmax of the cross-spectrum over all channels and frequencies of a sample. */
function spectralSoftmax(q: Spectrum, k: Spectrum): tf.Tensor {
  const logits = tf.div(crossSpectrum(q, k), TEMPERATURE);
  // Beyond that, weights and their gradients are denormal numbers, which cost hundreds of times as much.
  const exponents = tf.maximum(tf.sub(logits, tf.max(logits, [1, 2, 3, 4], true)), -60);
  const exponentials = tf.exp(exponents);
  const sums = tf.sum(exponentials, [2, 3, 4], true);
  return tf.div(exponentials, tf.sum(tf.mul(sums, q.multiplicity), 1, true));
}

/** Difference-frequency self-attention (DFR-SA): what the attended spectrum leaves of the target's. */
class DifferentialFrequencySelfAttention extends Composite {
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

  protected override forward(): tf.Tensor4D {
    throw new Error('DifferenceFrequencyAttention takes a spectrum: call subtract');
  }

  /** Image of V − ρ·V·O for the values (B, H, W, C) and the attended spectrum O. */
  subtract(values: tf.Tensor4D, attended: Spectrum, training: boolean): tf.Tensor4D {
    const [, height, width] = values.shape;
    const [v, o] = [rfft2(values), attended];
    const scale = this.options.attention === 'normalized' ? Math.sqrt(NOMINAL_PIXELS / (height * width)) : 1;
    const rho = tf.mul(read(this.rho), scale);
    const re = tf.sub(tf.mul(v.re, o.re), tf.mul(v.im, o.im));
    const im = tf.add(tf.mul(v.re, o.im), tf.mul(v.im, o.re));
    const rest = {
      re: tf.sub<tf.Tensor5D>(v.re, tf.mul(rho, re)),
      im: tf.sub<tf.Tensor5D>(v.im, tf.mul(rho, im)),
    };
    return this.conv.run(irfft2(rest, height), training);
  }
}

/** Hybrid frequency attention (HFA): CFR-SA finds what the frames share, DFR-SA what is the target's own. */
export class HolisticFeatureAggregation extends Composite {
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

  protected override forward([target, other]: tf.Tensor4D[], training: boolean): tf.Tensor4D {
    const q = this.qkv.run(target, training);
    const k = this.qkv.run(other, training);
    // The published module runs once more on the target: only its running statistics notice.
    const v = training ? this.qkv.run(target, training) : q;
    const attended = this.cfr.attend(q, k, training);
    const common = irfft2(attended, q.shape[1]);
    const own = this.dfr.subtract(v, attended, training);
    return this.reproj.run(tf.add(own, tf.mul(q, common)), training);
  }
}

for (const layer of [
  CrossFrequencySelfAttention,
  DifferentialFrequencySelfAttention,
  HolisticFeatureAggregation,
]) {
  tf.serialization.registerClass(layer);
}
