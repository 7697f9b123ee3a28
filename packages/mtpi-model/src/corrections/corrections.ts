import { ownTurn } from '@mtpi/jobs';
import type { Image } from '@mtpi/polsar-priors';
import type * as tf from '@tensorflow/tfjs';
import type { AcquisitionWindow } from '../acquisitions/acquisition-window';
import { preserveCorrelation, preserveCorrelationTensors } from './correlation-correction';
import { preservePointTargets, preservePointTargetsTensors } from './point-targets';
import { preserveRadiometry, preserveRadiometryTensors } from './radiometric-correction';

/**
 * A prediction with what it must preserve of its target: mean backscatter, correlation and point targets.
 *
 * @param prediction is modified.
 * @param target without invalid pixels.
 * @param combine combines it with other dates, before its points are those of the target.
 */
export async function correctPrediction(
  prediction: Image,
  target: AcquisitionWindow,
  combine?: (image: Image) => Image,
): Promise<Image> {
  await preserveRadiometry(prediction, target);
  await ownTurn();
  await preserveCorrelation(prediction, target);
  if (combine) await ownTurn();
  const result = combine?.(prediction) ?? prediction;
  await ownTurn();
  preservePointTargets(result, target);
  return result;
}

/** `correctPrediction` as tensor operations, for exported graphs. Parameters as of `preserveRadiometryTensors`. */
export function correctPredictionTensors(
  prediction: tf.Tensor4D,
  target: tf.Tensor4D,
  mask?: tf.Tensor3D,
): tf.Tensor4D {
  const leveled = preserveRadiometryTensors(prediction, target, mask);
  return preservePointTargetsTensors(preserveCorrelationTensors(leveled, target), target);
}
