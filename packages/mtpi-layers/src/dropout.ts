import * as tf from '@tensorflow/tfjs';
import { filled } from './initializers';
import { type CallOptions, ImageLayer, registerLayer, tensorOf } from './module';

/**
 * Dropout whose random mask is computed from a counter variable, so that every run of a traced training step drops other
 * units, and a resumed run drops the same units as an uninterrupted one.
 */
export class Dropout extends ImageLayer {
  static className = 'MtpiDropout';
  private readonly rate: number;
  private readonly counter: tf.LayerVariable | undefined;

  constructor(config: { rate: number; seed: number }) {
    super({ ...config });
    this.rate = config.rate;
    if (this.rate > 0)
      this.counter = this.weight('counter', [], filled([], config.seed % 1000), { trainable: false });
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    if (!options.training || !this.counter) return x;
    const counter = tf.add(tensorOf(this.counter), 1);
    this.counter.write(counter);
    const keep = tf.greaterEqual(this.uniform(x, counter), this.rate);
    return tf.div(tf.mul(x, tf.cast(keep, 'float32')), 1 - this.rate);
  }

  /** Pseudorandom values in [0, 1) by unit and call: the fractional part of a large multiple of a sine. */
  private uniform(x: tf.Tensor4D, counter: tf.Tensor): tf.Tensor {
    const [b, h, w, c] = x.shape;
    const axis = (length: number, step: number, shape: number[]) =>
      tf.mul(tf.range(0, length), step).reshape(shape);
    const phase = tf.addN([
      tf.broadcastTo(axis(b, 12.9898, [b, 1, 1, 1]), x.shape),
      tf.broadcastTo(axis(h, 78.233, [1, h, 1, 1]), x.shape),
      tf.broadcastTo(axis(w, 37.719, [1, 1, w, 1]), x.shape),
      tf.broadcastTo(axis(c, 93.9898, [1, 1, 1, c]), x.shape),
    ]);
    const hashed = tf.mul(tf.sin(tf.add(phase, tf.mul(counter, 4.1414))), 43758.5453);
    return tf.sub(hashed, tf.floor(hashed));
  }
}

registerLayer(Dropout);
