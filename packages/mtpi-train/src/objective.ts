import { CollaborativeLoss, type NamedWeight } from '@mtpi/layers';
import type { InputTransform } from '@mtpi/model';
import type * as tf from '@tensorflow/tfjs';
import { wishartLoss } from './wishart-loss';

/**
 * What is minimised. 'wishart': the likelihood of the speckle model, radiometrically unbiased. 'collaborative': the
 * published loss, whose L1 terms in the logarithm aim at the median, below the mean.
 */
export type ObjectiveKind = 'wishart' | 'collaborative';

/** A loss and the variables it trains along with the network's. */
export interface Objective {
  weights: NamedWeight[];
  loss(prediction: tf.Tensor4D, reference: tf.Tensor4D, phase: tf.Tensor, mask: tf.Tensor4D): tf.Scalar;
}

export function createObjective(
  kind: ObjectiveKind,
  transform: Extract<InputTransform, { kind: 'log' }>,
): Objective {
  if (kind === 'wishart') {
    return { weights: [], loss: (...args) => wishartLoss(...args, transform) };
  }
  const collaborative = new CollaborativeLoss();
  return {
    weights: collaborative.namedWeights(),
    loss: (prediction, reference, _, mask) => collaborative.parts(prediction, reference, mask).total,
  };
}
