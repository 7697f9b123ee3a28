import { CollaborativeLoss } from '@mtpi/layers';
import { loadState } from '@mtpi/model';
import { compile } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { type Difference, EVALUATION_LIMIT, relativeError, TRAINING_LIMIT } from './check';
import { type Fixture, toTensor } from './fixture';

const SIGMAS = ['log_sigma_n', 'log_sigma_e', 'log_sigma_t'];
const VALUES = ['loss', 'L_n', 'L_e', 'L_t'];

/** The loss, its terms and its gradients against the reference, eager on tfjs and compiled. */
export async function checkLoss(fixture: Fixture): Promise<Difference[]> {
  const loss = new CollaborativeLoss({ temporalWeight: fixture.option('weight_t') });
  const weights = loss.namedWeights();
  loadState(weights, new Map(SIGMAS.map((name) => [name, fixture.tensor(name)])), fixture.stem);
  const sigmas = weights.map(({ variable }) => variable.read() as tf.Variable);
  const inputs = ['pred', 'ref', 'mask', 'seq.0', 'seq.1', 'seq.2'].map((name) => fixture.image(name));

  const compute = (...tensors: tf.Tensor[]): tf.Tensor[] => {
    const [prediction, reference, mask, ...sequence] = tensors as tf.Tensor4D[];
    const pairs = sequence.slice(1).map((frame, i): [tf.Tensor, tf.Tensor] => [sequence[i], frame]);
    const terms = (x: tf.Tensor4D) => loss.terms(x, reference, mask, pairs);
    const { total, noise, edge, temporal } = terms(prediction);
    const [byPrediction] = tf.grads((x: tf.Tensor) => terms(x as tf.Tensor4D).total)([prediction]);
    const { grads } = tf.variableGrads(() => terms(prediction).total, sigmas);
    return [total, noise, edge, temporal, byPrediction, ...sigmas.map(({ name }) => grads[name])];
  };
  const references = [
    ...VALUES.map((name) => fixture.tensor(name)),
    fixture.image('grad.pred'),
    ...SIGMAS.map((name) => fixture.tensor(`grad.${name}`)),
  ];
  const differences = (mode: string, results: ArrayLike<number>[]): Difference[] => {
    const errors = references.map(({ data }, i) => relativeError(results[i], data));
    return [
      ...VALUES.map((name, i) => ({ name: `${mode} ${name}`, error: errors[i], limit: EVALUATION_LIMIT })),
      { name: `${mode} gradients`, error: Math.max(...errors.slice(VALUES.length)), limit: TRAINING_LIMIT },
    ];
  };
  const eager = compute(...inputs.map(toTensor)).map((tensor) => tensor.dataSync());
  const compiled = compile(compute, { freeze: false });
  const results = (await compiled.run(inputs)).map(({ data }) => data);
  await compiled.dispose();
  return [...differences('eager', eager), ...differences('compiled', results)];
}
