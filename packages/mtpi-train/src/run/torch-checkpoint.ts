import { type NamedTensor, type TorchTraining, toVariableLayout } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import type { TrainingStep } from '../training-step';

/**
 * Sets the moments of AdamW, and the weights of the loss if there are any, to those of a training by the published code.
 * That code does not train the weights of the loss: where the checkpoint has none, they start at 0 without moments.
 */
export function loadTorchTraining(
  { step, means, squares, loss }: TorchTraining,
  { weights, optimizer }: TrainingStep,
): void {
  const trained = weights.filter(({ variable }) => variable.trainable);
  tf.tidy(() => {
    const vectorOf = (moments: ReadonlyMap<string, NamedTensor>) =>
      tf.concat1d(
        trained.map(({ name, variable, layout }) => {
          const moment = moments.get(name);
          const value = moment ? toVariableLayout(moment, layout) : tf.zeros(variable.shape as number[]);
          return tf.reshape(value, [value.size]);
        }),
      );
    optimizer.restore(step, vectorOf(means), vectorOf(squares));
    for (const { name, variable } of weights) {
      const value = loss?.get(name.replace('loss.', ''));
      if (name.startsWith('loss.') && value) variable.write(tf.scalar(value.data[0]));
    }
  });
}
