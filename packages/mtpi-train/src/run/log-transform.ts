import type { LogTransform, MtpiNet } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';

/** Layers that see the channels of a date. */
const HEADS = ['fen_tar', 'fen_adj', 'fen_next'];

/**
 * Moves a network of raw channels to the log transform, to be fine-tuned: the first and the last convolutions are scaled so
 * that to first order around the transform's center it computes as before. There C11 = exp(scale·x + center) is
 * exp(center)·(1 + scale·x), C12 is the correlation times √(C11·C22), and α is in units of 90°.
 */
export function moveToLogTransform(network: MtpiNet, { center, scale }: LogTransform): void {
  const [c11, c22] = center.map(Math.exp);
  const c12 = Math.sqrt(c11 * c22);
  const weights = new Map(network.namedWeights().map(({ name, variable }) => [name, variable]));
  const change = (name: string, to: (value: tf.Tensor) => tf.Tensor) => {
    const variable = weights.get(name) as tf.LayerVariable;
    variable.write(to(variable.read()));
  };
  tf.tidy(() => {
    const slope = tf.tensor1d([c11 * scale, c22 * scale, c12, c12, 1, 1, 90]);
    const offset = tf.tensor1d([c11, c22, 0, 0, 0, 0, 0]);
    const ofInputs = (x: tf.Tensor1D) => tf.reshape(x, [x.size, 1]);
    for (const head of HEADS) {
      const kernel = (weights.get(`${head}.head.0.weight`) as tf.LayerVariable).read();
      const constant = tf.sum(tf.mul(kernel, ofInputs(offset)), [0, 1, 2]);
      change(`${head}.head.1.running_mean`, (mean) => tf.sub(mean, constant));
      change(`${head}.head.0.weight`, (value) => tf.mul(value, ofInputs(slope)));
    }
    change('recon.2.weight', (value) => tf.div(value, slope));
    change('recon.2.bias', (value) =>
      tf.div(network.config.output === 'image' ? tf.sub(value, offset) : value, slope),
    );
  });
}
