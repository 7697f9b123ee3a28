import * as tf from '@tensorflow/tfjs';

/** Decay of the mean of gradients, of squared gradients, and what is added to the denominator: PyTorch's defaults. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

export interface AdamWOptions {
  /** Decoupled weight decay. Default 1e-4. */
  weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019), in the form of PyTorch's `AdamW`.
 * All state is in tf variables created by the constructor, so that a step can be traced and resumed.
 */
export class AdamW {
  /** First and second moments, each of all variables in one vector, and the powers of both betas. */
  readonly state: tf.Variable[];
  private readonly first: tf.Variable<tf.Rank.R1>;
  private readonly second: tf.Variable<tf.Rank.R1>;
  private readonly power1: tf.Variable;
  private readonly power2: tf.Variable;
  private readonly weightDecay: number;

  constructor(
    private readonly variables: readonly tf.Variable[],
    { weightDecay = 1e-4 }: AdamWOptions = {},
  ) {
    this.weightDecay = weightDecay;
    const size = variables.reduce((sum, variable) => sum + variable.size, 0);
    this.first = tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([size]), false));
    this.second = tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([size]), false));
    this.power1 = tf.tidy(() => tf.variable(tf.scalar(1), false));
    this.power2 = tf.tidy(() => tf.variable(tf.scalar(1), false));
    this.state = [this.first, this.second, this.power1, this.power2];
  }

  /**
   * Continues after `step` steps of another run.
   *
   * @param mean mean gradient of all variables in one vector, in the order of the constructor's variables.
   * @param square mean squared gradient likewise.
   */
  restore(step: number, mean: tf.Tensor1D, square: tf.Tensor1D): void {
    tf.tidy(() => {
      this.first.assign(mean);
      this.second.assign(square);
      this.power1.assign(tf.scalar(BETA1 ** step));
      this.power2.assign(tf.scalar(BETA2 ** step));
    });
  }

  /** Updates the variables by their gradients, in the order of the constructor's variables. */
  step(gradients: readonly tf.Tensor[], learningRate: tf.Scalar): void {
    tf.tidy(() => {
      this.power1.assign(tf.mul(this.power1, BETA1));
      this.power2.assign(tf.mul(this.power2, BETA2));
      const correction1 = tf.sub(1, this.power1);
      const correction2 = tf.sqrt(tf.sub(1, this.power2));
      const keep = tf.sub(1, tf.mul(learningRate, this.weightDecay));
      const { first, second, variables } = this;
      const gradient = flatten(gradients);
      first.assign(tf.add(tf.mul(first, BETA1), tf.mul(gradient, 1 - BETA1)));
      second.assign(tf.add(tf.mul(second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2)));
      const denominator = tf.add(tf.div(tf.sqrt(second), correction2), EPSILON);
      const update = tf.mul(tf.div(learningRate, correction1), tf.div(first, denominator));
      const updated = tf.sub<tf.Tensor1D>(tf.mul(flatten(variables), keep), update);
      unflatten(updated, variables).forEach((value, i) => {
        variables[i].assign(value);
      });
    });
  }
}

/** Gradients scaled by one factor so that their joint L2 norm is at most `maxNorm`, as by PyTorch's `clip_grad_norm_`. */
export function clipByGlobalNorm(
  gradients: readonly tf.Tensor[],
  maxNorm: number,
): { gradients: tf.Tensor[]; norm: tf.Scalar } {
  const all = flatten(gradients);
  const norm = tf.sqrt(tf.sum(tf.square(all))) as tf.Scalar;
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6)));
  return { gradients: unflatten(tf.mul(all, factor), gradients), norm };
}

/** The elements of all tensors in one vector: a few operations on it replace as many on each tensor. */
const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])));

/** Splits a vector made by `flatten` into tensors of the shapes of `like`. */
const unflatten = (vector: tf.Tensor1D, like: readonly tf.Tensor[]): tf.Tensor[] =>
  tf
    .split(
      vector,
      like.map(({ size }) => size),
    )
    .map((values, i) => tf.reshape(values, like[i].shape));
