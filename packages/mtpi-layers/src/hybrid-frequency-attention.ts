import * as tf from '@tensorflow/tfjs';
import { Composite, read } from './composite';
import { ConvBnSilu } from './conv-bn-silu';
import { filled } from './initializers';
import { type HalfSpectrum, irfft2, isSelfConjugate, rfft2 } from './spectral';

/**
 * How the cross-spectrum of the two frames becomes a weight on each frequency.
 * 'published': a softmax over all channels and frequencies of a sample; one bin of one channel tends to take it all.
 * 'normalized': 1 + tanh of a learned gain per channel times the normalised cross-spectrum Re(q·k̄)/(|q|·|k|), in (0, 2).
 */
export type AttentionKind = 'published' | 'normalized';

/** Temperature of the published softmax. */
const TEMPERATURE = 4 + 1e-6;

/** Cross-frequency self-attention (CFR-SA): the target's spectrum weighed by its agreement with the other frame's. */
class CrossFrequencyAttention extends Composite {
  static className = 'MtpiCrossFrequencyAttention';
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
  attend(target: tf.Tensor4D, other: tf.Tensor4D, training: boolean): HalfSpectrum {
    const [q, k, v] = [
      rfft2(this.qProj.run(target, training)),
      rfft2(this.kProj.run(other, training)),
      rfft2(this.vProj.run(target, training)),
    ];
    const cross = tf.add(tf.mul(q.re, k.re), tf.mul(q.im, k.im)) as tf.Tensor4D;
    const weight = this.gain ? this.gate(cross, q, k, this.gain) : spectralSoftmax(cross, target.shape[2]);
    return { re: tf.mul(v.re, weight), im: tf.mul(v.im, weight) };
  }

  private gate(cross: tf.Tensor4D, q: HalfSpectrum, k: HalfSpectrum, gain: tf.LayerVariable): tf.Tensor4D {
    const power = ({ re, im }: HalfSpectrum) => tf.add(tf.square(re), tf.square(im));
    const coherence = tf.div(cross, tf.sqrt(tf.add(tf.mul(power(q), power(k)), 1e-8)));
    return tf.add(tf.tanh(tf.mul(coherence, read(gain))), 1);
  }
}

/** Softmax over all channels and frequencies of a sample, of whose half spectrum columns other than 0 and W/2 count twice. */
function spectralSoftmax(cross: tf.Tensor4D, width: number): tf.Tensor4D {
  const half = cross.shape[3];
  const counts = tf.tensor1d(
    Float32Array.from({ length: half }, (_, column) => (isSelfConjugate(column, width) ? 1 : 2)),
  );
  const logits = tf.div(cross, TEMPERATURE);
  const exponential = tf.exp(tf.sub(logits, tf.max(logits, [1, 2, 3], true)));
  return tf.div(exponential, tf.sum(tf.mul(exponential, counts), [1, 2, 3], true));
}

/** Difference-frequency self-attention (DFR-SA): what the attended spectrum leaves of the target's. */
class DifferenceFrequencyAttention extends Composite {
  static className = 'MtpiDifferenceFrequencyAttention';
  private readonly rho: tf.LayerVariable;
  private readonly conv: ConvBnSilu;

  constructor(config: { channels: number }) {
    super({ ...config });
    this.rho = this.weight('rho', [], filled([], 0.5));
    this.conv = this.child(
      'conv',
      new ConvBnSilu({ inputChannels: config.channels, outputChannels: config.channels }),
    );
  }

  protected override forward(): tf.Tensor4D {
    throw new Error('DifferenceFrequencyAttention takes a spectrum: call subtract');
  }

  /** Image of V − ρ·V·O for the values (B, H, W, C) and the attended spectrum O. */
  subtract(values: tf.Tensor4D, attended: HalfSpectrum, training: boolean): tf.Tensor4D {
    const v = rfft2(values);
    const rho = read(this.rho);
    const re = tf.sub(tf.mul(v.re, attended.re), tf.mul(v.im, attended.im));
    const im = tf.add(tf.mul(v.re, attended.im), tf.mul(v.im, attended.re));
    const rest = { re: tf.sub(v.re, tf.mul(rho, re)), im: tf.sub(v.im, tf.mul(rho, im)) } as HalfSpectrum;
    return this.conv.run(irfft2(rest, values.shape[2]), training);
  }
}

/** Hybrid frequency attention (HFA): CFR-SA finds what the frames share, DFR-SA what is the target's own. */
export class HybridFrequencyAttention extends Composite {
  static className = 'MtpiHybridFrequencyAttention';
  private readonly qkv: ConvBnSilu;
  private readonly cfr: CrossFrequencyAttention;
  private readonly dfr: DifferenceFrequencyAttention;
  private readonly reproj: ConvBnSilu;

  constructor(config: { channels: number; attention?: AttentionKind }) {
    super({ ...config });
    const { channels, attention = 'published' } = config;
    const projection = () => new ConvBnSilu({ inputChannels: channels, outputChannels: channels });
    this.qkv = this.child('qkv_conv', projection());
    this.cfr = this.child('cfr', new CrossFrequencyAttention({ channels, attention }));
    this.dfr = this.child('dfr', new DifferenceFrequencyAttention({ channels }));
    this.reproj = this.child('reproj', projection());
  }

  protected override forward([target, other]: tf.Tensor4D[], training: boolean): tf.Tensor4D {
    const q = this.qkv.run(target, training);
    const k = this.qkv.run(other, training);
    // The published module runs once more on the target: only its running statistics notice.
    const v = training ? this.qkv.run(target, training) : q;
    const attended = this.cfr.attend(q, k, training);
    const common = irfft2(attended, q.shape[2]);
    const own = this.dfr.subtract(v, attended, training);
    return this.reproj.run(tf.add(own, tf.mul(q, common)), training);
  }
}

for (const layer of [CrossFrequencyAttention, DifferenceFrequencyAttention, HybridFrequencyAttention]) {
  tf.serialization.registerClass(layer);
}
