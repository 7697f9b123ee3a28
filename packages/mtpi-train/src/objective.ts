import { CollaborativeLoss, type NamedWeight } from '@mtpi/layers';
import type { InputTransform } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { predicted } from './predicted';
import { wishartLoss } from './wishart-loss';

/**
 * What is minimised. 'wishart': the likelihood of the speckle model, radiometrically unbiased. 'collaborative': the
 * published loss, whose L1 terms in the logarithm aim at the median, below the mean.
 */
export type ObjectiveKind = 'wishart' | 'collaborative';

/**
 * What the temporal term of the collaborative loss compares. 'none': nothing, for the published term has no gradient.
 * 'predictions': the predictions of the target and of the previous date, where neither changed; a step takes twice as long.
 */
export type TemporalKind = 'none' | 'predictions';

/** A batch as tensors of the step. */
export interface BatchTensors {
  target: tf.Tensor4D;
  previous: tf.Tensor4D;
  next: tf.Tensor4D;
  reference: tf.Tensor4D;
  phase: tf.Tensor;
  mask: tf.Tensor4D;
}

/** The network as a function of three acquisitions. */
export type Predict = (target: tf.Tensor4D, previous: tf.Tensor4D, next: tf.Tensor4D) => tf.Tensor4D;

/** A loss and the variables it trains along with the network's. */
export interface Objective {
  weights: NamedWeight[];
  loss(predict: Predict, batch: BatchTensors): tf.Scalar;
}

type LogTransform = Extract<InputTransform, { kind: 'log' }>;

export function createObjective(
  kind: ObjectiveKind,
  transform: LogTransform,
  temporal: TemporalKind = 'none',
): Objective {
  if (kind === 'wishart') {
    return {
      weights: [],
      loss: (predict, { target, previous, next, reference, phase, mask }) =>
        wishartLoss(predict(target, previous, next), reference, phase, mask, transform),
    };
  }
  const collaborative = new CollaborativeLoss();
  return {
    weights: collaborative.namedWeights(),
    loss: (predict, { target, previous, next, reference, mask }) => {
      const prediction = covarianceOf(predicted(predict(target, previous, next)));
      const pairs: [tf.Tensor, tf.Tensor][] = [];
      if (temporal === 'predictions') {
        // The triplet shifted by one date: the previous one as target, between the other two.
        const shifted = covarianceOf(predicted(predict(previous, target, next)));
        const weight = tf.mul(mask, unchanged(target, previous, transform));
        pairs.push([tf.mul(prediction, weight), tf.mul(shifted, weight)]);
      }
      return collaborative.terms(prediction, covarianceOf(reference), mask, pairs).total;
    },
  };
}

/** The channels that decoding takes; H, A and α of a result follow from them. */
const covarianceOf = (x: tf.Tensor4D): tf.Tensor4D => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 4]);

/**
 * (B, H, W, 1): 1 where the 7×7 means of the log intensities of two dates agree to one neper (4.3 dB), else 0. The mean
 * of 19 independent single looks differs by more in 1 of 60 unchanged pixels, in each band.
 */
function unchanged(first: tf.Tensor4D, second: tf.Tensor4D, { scale }: LogTransform): tf.Tensor {
  const difference = tf.slice(tf.sub(first, second), [0, 0, 0, 0], [-1, -1, -1, 2]) as tf.Tensor4D;
  const means = tf.abs(tf.avgPool(difference, 7, 1, 'same'));
  return tf.step(tf.sub(1 / scale, tf.max(means, 3, true)));
}
