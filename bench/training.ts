/**
 * Time of a training step (forward, backward, clipping, AdamW) of eight samples of 64×64 pixels, as a multiple of the
 * forward pass with the loss, batch statistics and all, in the same run. Run: npm run bench
 */
import { logTransform, MtpiNet } from '@mtpi/model';
import { compile } from '@mtpi/tfjs-onnx';
import { AdamW, clipByGlobalNorm, SimulatedBatches, wishartLoss } from '@mtpi/train';
import * as tf from '@tensorflow/tfjs';
import { fastest } from './fastest';

const BATCH = [8, 64, 64] as const;

await tf.setBackend('cpu');
const network = new MtpiNet();
const variables = network.trainableVariables;
const optimizer = new AdamW(variables);

const loss = ([target, previous, next, reference]: tf.Tensor[]): tf.Scalar => {
  const images = [target, previous, next] as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const prediction = network.apply(...images, { training: true });
  return wishartLoss(
    prediction,
    reference as tf.Tensor4D,
    tf.ones([BATCH[0], 1, 1, 1]),
    tf.ones([...BATCH, 1]) as tf.Tensor4D,
    logTransform,
  );
};
const step = (...batch: tf.Tensor[]) => {
  const { value, grads } = tf.variableGrads(() => loss(batch), variables);
  const { gradients } = clipByGlobalNorm(
    variables.map(({ name }) => grads[name]),
    5,
  );
  optimizer.step(gradients, tf.scalar(1e-4));
  return value;
};

const options = { threads: 2, freeze: false };
const image = { data: new Float32Array(7 * 8 * 64 * 64).map(Math.random), shape: [...BATCH, 7] };
const batch = [image, image, image, image];
const [forward, whole] = [compile((...b) => loss(b), options), compile(step, options)];
const source = new SimulatedBatches({ batch: BATCH[0], patch: BATCH[1], seed: 1 });
const [forwardTime, stepTime, drawTime] = await fastest(
  () => forward.run(batch),
  () => whole.run(batch),
  () => source.batch(0),
);
const ratio = (stepTime / forwardTime).toFixed(2);
console.log(
  `forward pass ${forwardTime.toFixed(0)} ms, training step ${stepTime.toFixed(0)} ms: ${ratio} × the forward pass`,
);
console.log(
  `a simulated batch takes ${((100 * drawTime) / stepTime).toFixed(0)} % of the step's time, beside it`,
);
console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
