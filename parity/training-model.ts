import { CollaborativeLoss, type FilterKind, type NamedWeight } from '@mtpi/layers';
import { loadState, MtpiNet } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import type { Fixture } from './fixture';

/** A network and its loss as they were before the first step. */
export class TrainingModel {
  readonly network: MtpiNet;
  readonly loss: CollaborativeLoss;
  readonly variables: tf.Variable[];

  constructor(fixture: Fixture) {
    this.network = new MtpiNet({
      baseChannels: fixture.option('base_ch'),
      ddcrUnits: fixture.option('n_ddcr'),
      filter: fixture.metadata.filter as FilterKind,
      dropoutRate: 0,
    });
    this.loss = new CollaborativeLoss({ temporalWeight: fixture.option('weight_t') });
    loadState(this.network.namedWeights(), fixture.group('param.'), fixture.stem);
    loadState(this.loss.namedWeights(), fixture.group('loss.'), fixture.stem);
    this.variables = this.trainable.map(({ variable }) => variable.read() as tf.Variable);
  }

  /** All weights that the optimizer changes. */
  get trainable(): NamedWeight[] {
    return this.weights.filter(({ variable }) => variable.trainable);
  }

  /** All weights, under their names in the fixtures. */
  get weights(): NamedWeight[] {
    return [...this.network.namedWeights(), ...this.loss.namedWeights('loss.')];
  }

  /** Output, loss and its terms in training mode. */
  forward(inputs: tf.Tensor[]) {
    const [target, previous, next, reference, mask] = inputs as tf.Tensor4D[];
    const output = this.network.apply(target, previous, next, { training: true });
    const pairs: [tf.Tensor, tf.Tensor][] = [
      [previous, target],
      [target, next],
    ];
    return { output, ...this.loss.terms(output, reference, mask, pairs) };
  }

  /** The loss and the gradients of `trainable`, in their order. */
  gradients(inputs: tf.Tensor[]): { total: tf.Tensor; gradients: tf.Tensor[] } {
    const { value, grads } = tf.variableGrads(() => this.forward(inputs).total, this.variables);
    return { total: value, gradients: this.variables.map(({ name }) => grads[name]) };
  }

  dispose(): void {
    for (const { variable } of this.weights) variable.dispose();
  }
}
