import { ownTurn } from '@mtpi/jobs';
import { boxcar, createImage, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import type { AcquisitionWindow } from '../acquisitions/acquisition-window';
import { boxcarTensors } from '../network/boxcar-tensors';
import { intensitiesOf, scaleIntensities, scaleIntensitiesTensors } from './gains';

/** Rows and columns of the neighborhood over which mean backscatter is preserved. */
const WINDOW = 127;

/** Rows and columns of the local mean that intensities are normalized by. */
const LOCAL_WINDOW = 7;

/** Natural logarithm of the deviation that is not corrected: 0.03 dB, about the effect of single-look speckle. */
const TOLERANCE = (0.03 * Math.LN10) / 10;

/** Limit of the ratio of an intensity to the local mean, so that bright points do not set the level of their surroundings. */
const LARGEST_RATIO = 8;

/** Pixels whose result deviates from its local mean by more, relative to it, do not count: points and edges. */
const LARGEST_DEVIATION = 0.5;

/**
 * Scales a result, in place, so that the mean backscatter of homogeneous areas is that of the target: over 127×127 pixels
 * both agree to within 0.03 dB in each intensity. Each pixel counts relative to the local mean of the result, so that
 * bright areas do not outweigh dark ones; points and edges do not count. C12 is scaled along: correlation and phase stay.
 * This preserves radiometry where the adjacent dates differ as a whole, as between dry and wet or frozen ground, and the
 * network would follow them.
 *
 * @param result covariance [4, rows, cols] or intensities [2, rows, cols], linear power, all intensities positive.
 */
export async function preserveRadiometry(result: Image, { image, mask }: AcquisitionWindow): Promise<void> {
  const targets = planes(image);
  const gains: Float64Array[] = [];
  for (const b of [0, 1]) {
    gains.push(await radiometricGains(targets[b], result.lo(b).hi(1), mask));
    await ownTurn();
  }
  scaleIntensities(result, gains);
}

/** The factor of each pixel that preserves the mean backscatter of one intensity, `result` [1, rows, cols]. */
async function radiometricGains(target: Float32Array, result: Image, mask: Mask): Promise<Float64Array> {
  const [, rows, cols] = result.shape;
  const [output] = planes(result);
  const [localMean] = planes(boxcar(result, LOCAL_WINDOW, mask));
  await ownTurn();
  const ratios = createImage(2, rows, cols);
  const [wanted, found] = planes(ratios);
  for (let i = 0; i < localMean.length; i++) {
    const ratio = output[i] / localMean[i];
    if (!(Math.abs(ratio - 1) < LARGEST_DEVIATION)) continue;
    found[i] = ratio;
    wanted[i] = Math.min(LARGEST_RATIO, target[i] / localMean[i]);
  }
  const [wantedLevel, foundLevel] = planes(boxcar(ratios, WINDOW, mask));
  const gains = new Float64Array(rows * cols);
  for (let i = 0; i < gains.length; i++) gains[i] = gain(wantedLevel[i] / foundLevel[i]);
  return gains;
}

const [LEAST, MOST] = [Math.exp(-TOLERANCE), Math.exp(TOLERANCE)];

/** Correction for a ratio of wanted to found level: 1 within the tolerance and where the ratio is undefined. */
function gain(ratio: number): number {
  if (ratio > MOST) return ratio / MOST;
  return ratio > 0 && ratio < LEAST ? ratio / LEAST : 1;
}

/** Keeps quotients finite where nothing counts. */
const TINY = 1e-30;

/**
 * `preserveRadiometry` as tensor operations, for exported graphs.
 *
 * @param result [batch, bands, rows, cols]. @param target of the same shape.
 * @param mask [batch, rows, cols], 1 for valid pixels of the target, else 0. Default: all pixels are valid.
 */
export function preserveRadiometryTensors(
  result: tf.Tensor4D,
  target: tf.Tensor4D,
  mask?: tf.Tensor3D,
): tf.Tensor4D {
  const valid = mask && tf.expandDims(mask, 3);
  const onlyValid = (x: tf.Tensor) => (valid ? tf.mul(x, valid) : x) as tf.Tensor4D;
  const found = intensitiesOf(result);
  let localMeans: tf.Tensor = boxcarTensors(onlyValid(found), LOCAL_WINDOW);
  if (valid) {
    const share = tf.maximum(boxcarTensors(valid as tf.Tensor4D, LOCAL_WINDOW), TINY);
    localMeans = tf.maximum(tf.div(localMeans, share), TINY);
  }
  const ratios = tf.div(found, localMeans);
  const counts = onlyValid(tf.cast(tf.less(tf.abs(tf.sub(ratios, 1)), LARGEST_DEVIATION), 'float32'));
  const levelOf = (x: tf.Tensor) => tf.add(boxcarTensors(tf.mul(x, counts), WINDOW), TINY);
  const wanted = levelOf(tf.minimum(LARGEST_RATIO, tf.div(intensitiesOf(target), localMeans)));
  const level = tf.log(tf.div(wanted, levelOf(ratios)));
  const gains = tf.exp(tf.sub(level, tf.clipByValue(level, -TOLERANCE, TOLERANCE)));
  return scaleIntensitiesTensors(result, gains);
}
