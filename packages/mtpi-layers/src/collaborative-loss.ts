import * as tf from '@tensorflow/tfjs';
import { filled } from './initializers';
import { Module, tensorOf } from './module';

/** ε of the Charbonnier penalty. */
const EPSILON = 1e-3;
const LAPLACIAN = [0, 1, 0, 1, -4, 1, 0, 1, 0];

/** Terms of the collaborative loss, and their uncertainty-weighted sum. */
export interface CollaborativeLossTerms {
  total: tf.Scalar;
  noise: tf.Scalar;
  edge: tf.Scalar;
  temporal: tf.Scalar;
}

/** Mean of √(((a − b)·mask)² + ε²) over all elements. */
function charbonnier(a: tf.Tensor, b: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  return tf.mean(tf.sqrt(tf.add(tf.square(tf.mul(tf.sub(a, b), mask)), EPSILON ** 2)));
}

/** Laplacian of each channel of (B, H, W, C), with zero padding. */
function laplacian(x: tf.Tensor4D): tf.Tensor4D {
  const channels = x.shape[3];
  const kernel = tf.tile(tf.tensor4d(LAPLACIAN, [3, 3, 1, 1]), [1, 1, channels, 1]) as tf.Tensor4D;
  return tf.depthwiseConv2d(x, kernel, 1, 'same');
}

/**
 * Collaborative loss: fidelity, edges and temporal agreement, weighted by learned uncertainties (Kendall et al. 2018):
 * Σ ½·exp(−2 s)·L + ln(exp(s) + 10⁻⁸) with one trainable s per term, initially 0.
 */
export class CollaborativeLoss extends Module {
  static className = 'MtpiCollaborativeLoss';
  private readonly logSigmas: tf.LayerVariable[];

  constructor(private readonly options: { temporalWeight?: number } = {}) {
    super({ ...options });
    this.logSigmas = ['n', 'e', 't'].map((term) => this.weight(`log_sigma_${term}`, [], filled([], 0)));
  }

  /**
   * @param prediction (B, H, W, C).
   * @param reference (B, H, W, C), speckled independently of the network's inputs.
   * @param mask (B, H, W, 1), 1 for pixels that count.
   * @param pairs images whose mean absolute difference is the temporal term, which is 0 without any.
   */
  terms(
    prediction: tf.Tensor4D,
    reference: tf.Tensor4D,
    mask: tf.Tensor4D,
    pairs: [tf.Tensor, tf.Tensor][] = [],
  ): CollaborativeLossTerms {
    const { temporalWeight = 0.1 } = this.options;
    const noise = charbonnier(prediction, reference, mask);
    const edge = charbonnier(laplacian(prediction), laplacian(reference), mask);
    const differences = pairs.map(([a, b]) => tf.mean(tf.abs(tf.sub(a, b))));
    const temporal = (
      differences.length
        ? tf.mul(tf.div(tf.addN(differences), differences.length), temporalWeight)
        : tf.scalar(0)
    ) as tf.Scalar;
    const weighted = [noise, edge, temporal].map((term, i) => {
      const s = tensorOf(this.logSigmas[i]);
      return tf.add(tf.mul(tf.mul(0.5, tf.exp(tf.mul(s, -2))), term), tf.log(tf.add(tf.exp(s), 1e-8)));
    });
    return { total: tf.addN(weighted) as tf.Scalar, noise, edge, temporal };
  }
}
