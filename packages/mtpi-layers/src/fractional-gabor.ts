import * as tf from '@tensorflow/tfjs';
import { Dropout } from './dropout';
import { filterUnit } from './filter-unit';
import { normal } from './initializers';
import { type CallOptions, ImageLayer, Module, registerLayer, tensorOf } from './module';

const ANGLES = [0, 45, 90, 135];
const SCALES = [1, 2, 3, 4];

/** Initial 3×3 plane of the fractional Gabor transform for an angle (taken as radians as it stands) and a scale. */
export function fractionalGaborPlane(angle: number, scale: number): number[][] {
  const axis = [-1, 0, 1];
  return axis.map((y) =>
    axis.map((x) => {
      const u = x * Math.cos(angle) + y * Math.sin(angle);
      const v = -x * Math.sin(angle) + y * Math.cos(angle);
      return Math.exp(-((u * u + (v / scale) ** 2) ** 0.25)) * Math.cos((2 * Math.PI * u) / scale);
    }),
  );
}

class FractionalGaborWeights extends Module {
  static className = 'MtpiFractionalGaborWeights';
  private readonly planes: tf.LayerVariable[];

  constructor(config: { channels: number }) {
    super({ ...config });
    const shape = [3, 3, 1, config.channels];
    this.planes = ANGLES.flatMap((angle) => SCALES.map((scale) => fractionalGaborPlane(angle, scale))).map(
      (plane, i) =>
        this.weight(
          `real_weights.${i}`,
          shape,
          () => tf.tile(tf.tensor2d(plane).reshape([3, 3, 1, 1]), [1, 1, 1, config.channels]),
          {
            layout: 'convolution',
          },
        ),
    );
  }

  /** Sum of the planes, (3, 3, 1, channels). */
  kernel(): tf.Tensor4D {
    return tf.addN(this.planes.map((plane) => tensorOf<tf.Tensor4D>(plane)));
  }
}

/** Filters of the fractional Gabor transform (FrGT): t · Σ of sixteen learnable planes. */
export class FractionalGabor extends ImageLayer {
  static className = 'MtpiFractionalGabor';
  private readonly t: tf.LayerVariable;
  private readonly gabor: FractionalGaborWeights;
  private readonly dropout: Dropout;

  constructor(config: { inputChannels: number; outputChannels: number; dropoutRate: number; seed: number }) {
    super({ ...config });
    const shape = [3, 3, config.inputChannels, config.outputChannels];
    this.t = this.weight('t', shape, normal(shape), { layout: 'convolution' });
    this.gabor = this.child('gabor', new FractionalGaborWeights({ channels: config.outputChannels }));
    this.dropout = this.child('dropout', new Dropout({ rate: config.dropoutRate, seed: config.seed }));
  }

  protected override forward([x]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    const kernel = tf.mul<tf.Tensor4D>(tensorOf(this.t), this.gabor.kernel());
    return filterUnit(x, kernel, this.dropout, options);
  }
}

registerLayer(FractionalGabor);
