import type { LogTransform } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';

/**
 * Negative log-likelihood of a reference covariance C under the speckle model whose mean is the predicted Σ:
 * ln|Σ| + tr(Σ⁻¹C) of the complex Wishart distribution (Goodman 1963), less the constant ln C11 + ln C22 + 2. Its minimum
 * over several references of one pixel is their mean, so the prediction is radiometrically unbiased. For references
 * without phase Σ is diagonal: the gamma likelihood of two intensities.
 *
 * @param prediction network output (B, H, W, 7) in the logarithmic transform.
 * @param reference encoded reference (B, H, W, 7), speckled independently of every input.
 * @param phase (B, 1, 1, 1): 1 for references with C12, else 0.
 * @param lossWeight (B, H, W, 1): weight of each pixel, 0 for pixels that do not count.
 * @returns the weighted mean.
 */
export function wishartLoss(
  prediction: tf.Tensor4D,
  reference: tf.Tensor4D,
  phase: tf.Tensor,
  lossWeight: tf.Tensor,
  { scale }: LogTransform,
): tf.Scalar {
  return tf.tidy(() => {
    const [intensity, correlation] = tf.split(tf.slice(prediction, [0, 0, 0, 0], [-1, -1, -1, 4]), 2, 3);
    const [observed, observedCorrelation] = tf.split(
      tf.slice(reference, [0, 0, 0, 0], [-1, -1, -1, 4]),
      2,
      3,
    );
    const difference = tf.mul(tf.sub(observed, intensity), scale);
    // Limits the gradient of references more than e⁶ times as bright as predicted.
    const clipped = tf.minimum(difference, 6);
    const ratio = tf.exp(clipped);
    const square = tf.mul(tf.sum(tf.square(correlation), 3, true), phase);
    // |γ|² = s / (1 + s), so 1 − |γ|² = 1 / (1 + s): the decoder's map onto the unit disk.
    const growth = tf.add(square, 1);
    const inner = tf.mul(tf.sum(tf.mul(correlation, observedCorrelation), 3, true), phase);
    const cross = tf.mul(tf.div(inner, tf.sqrt(growth)), tf.exp(tf.mul(tf.sum(clipped, 3, true), 0.5)));
    const trace = tf.mul(tf.sub(tf.sum(ratio, 3, true), tf.mul(cross, 2)), growth);
    const deviance = tf.sub(tf.sub(tf.sub(trace, tf.sum(difference, 3, true)), tf.log(growth)), 2);
    return tf.div(tf.sum(tf.mul(deviance, lossWeight)), tf.maximum(tf.sum(lossWeight), 1)) as tf.Scalar;
  });
}
