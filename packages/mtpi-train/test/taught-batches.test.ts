import { loadNetwork, logTransform } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { DistillationBatches, SimulatedBatches, wishartLoss } from '../src';

const options = { batch: 1, patch: 16, seed: 3, transform: logTransform };

test('the reference is what the teacher predicts, its correlation inside the unit disk', async () => {
  await tf.setBackend('cpu');
  const plain = await new SimulatedBatches(options).batch(0);
  const taught = await DistillationBatches.open(new SimulatedBatches(options), 'mtpi');
  const batch = await taught.batch(0);
  expect(batch.target).toEqual(plain.target);
  expect(batch.mask).toEqual(plain.mask);

  const { network } = await loadNetwork('mtpi');
  const four = ({ data, shape }: typeof batch.target) =>
    tf.tensor4d(data as Float32Array, shape as [number, number, number, number]);
  const prediction = network.apply(four(plain.target), four(plain.previous), four(plain.next));
  const expected = prediction.dataSync();
  const found = batch.reference.data;
  for (let k = 0; k < expected.length; k += 7) {
    const [p, q, re, im] = expected.subarray(k, k + 4);
    const length = Math.sqrt(1 + re * re + im * im);
    [p, q, re / length, im / length].forEach((value, c) => expect(found[k + c]).toBeCloseTo(value, 4));
    expect(Math.hypot(found[k + 2], found[k + 3])).toBeLessThan(1);
  }

  // Intensities of the teacher itself have no loss, other ones have.
  const [phase, mask] = [tf.zeros([1, 1, 1, 1]), tf.ones([1, 16, 16, 1]) as tf.Tensor4D];
  const loss = (of: tf.Tensor4D) =>
    wishartLoss(of, four(batch.reference), phase, mask, logTransform).dataSync()[0];
  expect(loss(prediction)).toBeCloseTo(0, 5);
  expect(loss(tf.add(prediction, 0.1))).toBeGreaterThan(0.01);
});
