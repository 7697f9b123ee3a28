import * as tf from '@tensorflow/tfjs';

export interface AdamWOptions {
  /** Decoupled weight decay. Default 1e-4. */
  weightDecay?: number;
  /** Decay of the mean of gradients. Default 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  beta2?: number;
  /** Added to the denominator. Default 1e-8. */
  epsilon?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019), in the form of PyTorch's `AdamW`.
 * All state is in tf variables made by the constructor, so that a step can be traced and resumed.
 */
export class AdamW {
  /** First and second moments of each variable, then the powers of the two betas. */
  readonly state: tf.Variable[];
  private readonly moments: { first: tf.Variable; second: tf.Variable }[];
  private readonly power1: tf.Variable;
  private readonly power2: tf.Variable;
  private readonly options: Required<AdamWOptions>;

  constructor(
    private readonly variables: readonly tf.Variable[],
    { weightDecay = 1e-4, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamWOptions = {},
  ) {
    this.options = { weightDecay, beta1, beta2, epsilon };
    const zeros = (variable: tf.Variable) => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false));
    this.moments = variables.map((variable) => ({ first: zeros(variable), second: zeros(variable) }));
    this.power1 = tf.tidy(() => tf.variable(tf.scalar(1), false));
    this.power2 = tf.tidy(() => tf.variable(tf.scalar(1), false));
    this.state = [...this.moments.flatMap(({ first, second }) => [first, second]), this.power1, this.power2];
  }

  /** Updates the variables by their gradients (same order as given to the constructor) at this learning rate. */
  step(gradients: readonly tf.Tensor[], learningRate: tf.Scalar): void {
    const { weightDecay, beta1, beta2, epsilon } = this.options;
    tf.tidy(() => {
      this.power1.assign(tf.mul(this.power1, beta1));
      this.power2.assign(tf.mul(this.power2, beta2));
      const correction1 = tf.sub(1, this.power1);
      const correction2 = tf.sqrt(tf.sub(1, this.power2));
      const keep = tf.sub(1, tf.mul(learningRate, weightDecay));
      this.variables.forEach((variable, i) => {
        const { first, second } = this.moments[i];
        first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradients[i], 1 - beta1)));
        second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradients[i]), 1 - beta2)));
        const denominator = tf.add(tf.div(tf.sqrt(second), correction2), epsilon);
        const update = tf.mul(tf.div(learningRate, correction1), tf.div(first, denominator));
        variable.assign(tf.sub(tf.mul(variable, keep), update));
      });
    });
  }
}
