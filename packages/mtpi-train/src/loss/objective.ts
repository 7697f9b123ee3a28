import { CollaborativeLoss, type NamedWeight } from '@mtpi/layers';
import { type InputTransform, logTransform } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { TrainError } from '../errors';
import { wishartLoss } from './wishart-loss';

/**
 * 'wishart': the likelihood of the speckle model, radiometrically unbiased. 'collaborative': the published loss, whose L1
 * terms of logarithms aim at the median, which is below the mean.
 */
export type ObjectiveKind = 'wishart' | 'collaborative';

/**
 * Temporal term of the collaborative loss. 'none': no term, for the published one has no gradient. 'predictions': the
 * difference of the predictions of target and previous date, where both agree; a step takes twice as long.
 */
export type TemporalKind = 'none' | 'predictions';

/** An encoded batch: images are (B, H, W, 7). */
export interface EncodedBatch {
  target: tf.Tensor4D;
  previous: tf.Tensor4D;
  next: tf.Tensor4D;
  reference: tf.Tensor4D;
  /** (B, 1, 1, 1): 1 for samples with C12, else 0. */
  phase: tf.Tensor;
  /** (B, H, W, 1). */
  lossWeight: tf.Tensor4D;
}

/** The network as a function of three acquisitions. */
export type Predict = (target: tf.Tensor4D, previous: tf.Tensor4D, next: tf.Tensor4D) => tf.Tensor4D;

/** A loss, and variables of it that are trained with those of the network. */
export interface Objective {
  weights: NamedWeight[];
  loss(predict: Predict, batch: EncodedBatch): tf.Scalar;
}

/**
 * The loss of outputs of a network in a transform. With raw channels the collaborative loss compares all seven as they are,
 * as published; otherwise the four that decoding takes, the correlation mapped to the unit disk.
 *
 * @throws TrainError `InvalidSettings` for the likelihood of raw channels, which may be negative.
 */
export function createObjective(
  kind: ObjectiveKind,
  transform: InputTransform,
  temporal: TemporalKind = 'none',
): Objective {
  if (kind === 'wishart') {
    if (transform.kind === 'raw') {
      throw new TrainError('InvalidSettings', {
        expected: 'loss collaborative for a network of raw channels',
        found: 'wishart',
        hint: 'to train with the likelihood, move the network to the log transform (transform log)',
      });
    }
    return {
      weights: [],
      loss: (predict, { target, previous, next, reference, phase, lossWeight }) =>
        wishartLoss(predict(target, previous, next), reference, phase, lossWeight, transform),
    };
  }
  const raw = transform.kind === 'raw';
  const compared = (x: tf.Tensor4D) => (raw ? x : covarianceOf(x));
  const predicted = (x: tf.Tensor4D) => (raw ? x : covarianceOf(mapToDisk(x)));
  const collaborative = new CollaborativeLoss();
  return {
    weights: collaborative.namedWeights(),
    loss: (predict, { target, previous, next, reference, lossWeight }) => {
      const prediction = predicted(predict(target, previous, next));
      const pairs: [tf.Tensor, tf.Tensor][] = [];
      if (temporal === 'predictions') {
        // The triplet shifted by one date: the previous one as target, between the other two.
        const shifted = predicted(predict(previous, target, next));
        const weight = tf.mul(lossWeight, unchanged(target, previous, transform));
        pairs.push([tf.mul(prediction, weight), tf.mul(shifted, weight)]);
      }
      return collaborative.terms(prediction, compared(reference), lossWeight, pairs).total;
    },
  };
}

/** The channels of C11, C22 and C12; H, A and α follow from them. */
const covarianceOf = (x: tf.Tensor4D): tf.Tensor4D => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 4]);

/**
 * (B, H, W, 1): 1 where the 7×7 means of the log intensities of two dates agree to one neper (4.3 dB), else 0. The mean
 * of 19 independent single looks differs by more in 1 of 60 unchanged pixels, in each band.
 */
function unchanged(first: tf.Tensor4D, second: tf.Tensor4D, transform: InputTransform): tf.Tensor {
  const [a, b] = [first, second].map((date) => {
    const intensity = tf.slice(date, [0, 0, 0, 0], [-1, -1, -1, 2]);
    return transform.kind === 'raw' ? tf.log(tf.maximum(intensity, logTransform.floor)) : intensity;
  });
  const means = tf.abs(tf.avgPool(tf.sub(a, b) as tf.Tensor4D, 7, 1, 'same'));
  const neper = transform.kind === 'raw' ? 1 : 1 / transform.scale;
  return tf.step(tf.sub(neper, tf.max(means, 3, true)));
}

/** An output (B, H, W, 7) of the network as an encoded acquisition: its correlation mapped to the open unit disk, as by decoding. */
function mapToDisk(output: tf.Tensor4D): tf.Tensor4D {
  const [intensity, plane, priors] = tf.split(output, [2, 2, 3], 3);
  const length = tf.sqrt(tf.add(tf.sum(tf.square(plane), 3, true), 1));
  return tf.concat([intensity, tf.div(plane, length), priors], 3) as tf.Tensor4D;
}
