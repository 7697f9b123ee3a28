import { type Image, planes } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';

/** The intensities of [batch, bands, rows, cols] as [batch, rows, cols, 2]. */
export const intensitiesOf = (x: tf.Tensor4D): tf.Tensor4D =>
  tf.transpose(tf.slice(x, 0, [x.shape[0], 2]), [0, 2, 3, 1]);

/** Scales C11 and C22 of each pixel, in place, and C12 along: correlation and phase stay. */
export function scaleIntensities(
  image: Image,
  [first, second]: readonly (Float32Array | Float64Array)[],
): void {
  const bands = planes(image);
  for (let i = 0; i < first.length; i++) {
    if (first[i] === 1 && second[i] === 1) continue;
    bands[0][i] *= first[i];
    bands[1][i] *= second[i];
    if (bands.length < 4) continue;
    const both = Math.sqrt(first[i] * second[i]);
    bands[2][i] *= both;
    bands[3][i] *= both;
  }
}

/** `scaleIntensities` as tensor operations: `gains` as of `intensitiesOf`. */
export function scaleIntensitiesTensors(image: tf.Tensor4D, gains: tf.Tensor): tf.Tensor4D {
  const [first, second] = tf.split(tf.transpose(gains, [0, 3, 1, 2]), 2, 1);
  const both = tf.sqrt(tf.mul(first, second));
  return tf.mul(image, tf.concat([first, second, both, both].slice(0, image.shape[1]), 1));
}
