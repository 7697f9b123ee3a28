import { ownTurn } from '@mtpi/jobs';
import { boxcar, createImage, type Image, planes } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import type { AcquisitionWindow } from '../acquisitions/acquisition-window';
import { boxcarTensors } from '../network/boxcar-tensors';

/** Rows and columns of the neighborhoods, one after the other, over which the correlation of VV and VH is preserved. */
const WINDOWS = [63, 31, 15];

/** Pixels that hold one independent sample of speckle, which is correlated between neighbors. */
const PIXELS_PER_SAMPLE = 2;

/** How many times its variance a squared difference must exceed to count at all. */
const CAUTION = 4;

/** Largest magnitude of a correlation. */
const LARGEST = 0.999;

/** Keeps quotients finite where images are equal. */
const TINY = 1e-30;

/**
 * Corrects C12 of a result, in place, so that the local mean of the complex correlation ρ of VV and VH is that of the target.
 * The mean of C12 over speckle is that of the ground, so that the mean of C12 / √(C11·C22) with the intensities of the result
 * estimates ρ without bias. Where it differs from that of the result by more than speckle explains, the difference m, whose
 * variance v is measured over the same pixels, is added, reduced to 1 − 4·v/|m|² as in positive-part James–Stein estimation.
 * Networks underestimate |ρ| above 0.5, as of built-up areas and of pairs such as HH and VV, which training has few of.
 *
 * @param result covariance [4, rows, cols]; intensities stay as they are. @param target without invalid pixels.
 */
export async function preserveCorrelation(result: Image, { image }: AcquisitionWindow): Promise<void> {
  const [, rows, cols] = result.shape;
  const [c11, c22, re, im] = planes(result);
  if (!re) return;
  const [, , targetRe, targetIm] = planes(image);
  const amplitudes = Float64Array.from(c11, (power, i) => Math.sqrt(power * c22[i]));
  // ρ of the target less that of the result: real part, imaginary part, squared magnitude.
  const differences = createImage(3, rows, cols);
  const [x, y, squares] = planes(differences);
  for (const window of WINDOWS) {
    for (let i = 0; i < x.length; i++) {
      x[i] = (targetRe[i] - re[i]) / amplitudes[i];
      y[i] = (targetIm[i] - im[i]) / amplitudes[i];
      squares[i] = x[i] ** 2 + y[i] ** 2;
    }
    await ownTurn();
    const [meanX, meanY, meanSquare] = planes(boxcar(differences, window));
    await ownTurn();
    for (let i = 0; i < x.length; i++) {
      const square = meanX[i] ** 2 + meanY[i] ** 2;
      const variance = ((meanSquare[i] - square) * PIXELS_PER_SAMPLE) / window ** 2;
      const share = Math.max(0, 1 - (CAUTION * variance) / (square + TINY));
      re[i] += share * meanX[i] * amplitudes[i];
      im[i] += share * meanY[i] * amplitudes[i];
      const limit = Math.min(1, (LARGEST * amplitudes[i]) / (Math.hypot(re[i], im[i]) + TINY));
      re[i] *= limit;
      im[i] *= limit;
    }
    await ownTurn();
  }
}

/** `preserveCorrelation` as tensor operations, for exported graphs: [batch, bands, rows, cols] each. */
export function preserveCorrelationTensors(result: tf.Tensor4D, target: tf.Tensor4D): tf.Tensor4D {
  if (result.shape[1] < 4) return result;
  const [c11, c22, ...parts] = tf.split(tf.transpose(result, [0, 2, 3, 1]), 4, 3) as tf.Tensor4D[];
  const wanted = tf.split(tf.transpose(target, [0, 2, 3, 1]), 4, 3).slice(2);
  const amplitude = tf.sqrt(tf.mul(c11, c22));
  let [re, im]: tf.Tensor[] = parts;
  for (const window of WINDOWS) {
    const [x, y] = [tf.sub(wanted[0], re), tf.sub(wanted[1], im)].map((part) => tf.div(part, amplitude));
    const mean = (values: tf.Tensor) => boxcarTensors(values as tf.Tensor4D, window);
    const [meanX, meanY] = [mean(x), mean(y)];
    const square = tf.add(tf.square(meanX), tf.square(meanY));
    const spread = tf.sub(mean(tf.add(tf.square(x), tf.square(y))), square);
    const variance = tf.mul(spread, PIXELS_PER_SAMPLE / window ** 2);
    const share = tf.relu(tf.sub(1, tf.div(tf.mul(variance, CAUTION), tf.add(square, TINY))));
    const step = tf.mul(share, amplitude);
    [re, im] = [tf.add(re, tf.mul(step, meanX)), tf.add(im, tf.mul(step, meanY))];
    const magnitude = tf.sqrt(tf.add(tf.square(re), tf.square(im)));
    const limit = tf.minimum(1, tf.div(tf.mul(LARGEST, amplitude), tf.add(magnitude, TINY)));
    [re, im] = [tf.mul(re, limit), tf.mul(im, limit)];
  }
  return tf.transpose(tf.concat([c11, c22, re, im], 3), [0, 3, 1, 2]) as tf.Tensor4D;
}
