import type { NamedWeight } from '@mtpi/layers';
import { encode, type InputTransform, type MtpiNet } from '@mtpi/model';
import { HA_ALPHA_WINDOW } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { createObjective, type Objective, type ObjectiveKind, type TemporalKind } from './loss/objective';
import { AdamW, clipByGlobalNorm } from './optimizer';

export interface TrainingStepOptions {
  transform: InputTransform;
  /** Averaging window for H, A and α, odd. Default 5. */
  window?: number;
  /** Default 'wishart'. */
  objective?: ObjectiveKind;
  /** Temporal term of the collaborative loss. Default 'none'. */
  temporal?: TemporalKind;
  /** Decoupled weight decay. Default 1e-4. */
  weightDecay?: number;
  /** Maximum joint norm of the gradients. Default 5. */
  clipNorm?: number;
}

/** A step of training as tensor functions to be compiled. Batches are the tensors of `tensorsOf`. */
export class TrainingStep {
  /** The weights of network and loss under their names. */
  readonly weights: NamedWeight[];
  readonly optimizer: AdamW;
  private readonly objective: Objective;
  /** The trainable weights. */
  private readonly variables: tf.Variable[];

  constructor(
    private readonly network: MtpiNet,
    private readonly options: TrainingStepOptions,
  ) {
    this.objective = createObjective(options.objective ?? 'wishart', options.transform, options.temporal);
    this.weights = [
      ...network.namedWeights(),
      ...this.objective.weights.map((weight) => ({ ...weight, name: `loss.${weight.name}` })),
    ];
    this.variables = this.weights.flatMap(({ variable }) =>
      variable.trainable ? [variable.read() as tf.Variable] : [],
    );
    this.optimizer = new AdamW(this.variables, { weightDecay: options.weightDecay });
  }

  /** Loss, gradients, clipping, update. Returns the loss and the joint norm of the gradients before clipping. */
  update(learningRate: tf.Scalar, batch: tf.Tensor[], training: boolean): [loss: tf.Scalar, norm: tf.Scalar] {
    const { value: loss, grads } = tf.variableGrads(() => this.loss(batch, training), this.variables);
    const { gradients, norm } = clipByGlobalNorm(
      this.variables.map(({ name }) => grads[name]),
      this.options.clipNorm ?? 5,
    );
    this.optimizer.step(gradients, learningRate);
    return [loss, norm];
  }

  /**
   * Loss of a batch: encoding, forward pass, objective.
   *
   * @param training whether dropout acts and batch normalization uses the statistics of the batch.
   */
  loss(batch: tf.Tensor[], training: boolean): tf.Scalar {
    const { transform, window = HA_ALPHA_WINDOW } = this.options;
    const images = tf.concat(batch.slice(0, 4) as tf.Tensor4D[]);
    const masks = tf.concat(batch.slice(4, 8) as tf.Tensor3D[]);
    const encoded: tf.Tensor4D[] = tf.split(encode(transform, images, window, masks), 4);
    const [target, previous, next, reference] = encoded;
    const [phase, lossWeight] = batch.slice(8) as tf.Tensor4D[];
    return this.objective.loss((...dates) => this.network.apply(...dates, { training }), {
      ...{ target, previous, next, reference },
      ...{ phase, lossWeight },
    });
  }

  /** Frees the state of the optimizer and the weights of the loss; those of the network stay. */
  dispose(): void {
    tf.dispose(this.optimizer.state);
    for (const { variable } of this.objective.weights) variable.dispose();
  }
}
