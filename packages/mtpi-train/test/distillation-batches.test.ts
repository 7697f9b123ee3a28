import { decode, encode, loadNetwork, logTransform } from '@mtpi/model';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { DistillationBatches, SimulatedBatches, wishartLoss } from '../src';
import type { ImageBatch } from '../src/batches/batch';

const options = { batch: 1, patch: 16, seed: 3 };

test('the reference is the prediction of the teacher, a valid covariance', async () => {
  await tf.setBackend('cpu');
  const plain = await new SimulatedBatches(options).batch(0);
  const { numTensors } = tf.memory();
  const source = await DistillationBatches.open(new SimulatedBatches(options), 'mtpi');
  const batch = await source.batch(0);
  expect(batch.target).toEqual(plain.target);
  expect(batch.lossWeight).toEqual(plain.lossWeight);
  expect(new Set(batch.reference.mask.data)).toEqual(new Set([1]));
  await source.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);

  const { network } = await loadNetwork('mtpi');
  const encoded = ({ image: { data, shape } }: ImageBatch) =>
    encode(logTransform, tf.tensor4d(data, [...shape] as [number, number, number, number]), 5);
  const prediction = network.apply(encoded(plain.target), encoded(plain.previous), encoded(plain.next));
  const expected = decode(logTransform, prediction, 4).dataSync();
  const { data } = batch.reference.image;
  const pixels = data.length / 4;
  for (let i = 0; i < pixels; i++) {
    const [p, q, re, im] = [0, 1, 2, 3].map((band) => data[band * pixels + i]);
    [p, q, re, im].forEach((value, band) =>
      expect(Math.abs(value - expected[band * pixels + i]) / Math.sqrt(p * q)).toBeLessThan(
        1e-4 * Math.max(1, p / q, q / p),
      ),
    );
    expect(re ** 2 + im ** 2).toBeLessThan(p * q);
  }

  // The intensities of the teacher itself have no loss, others have.
  const [phase, lossWeight] = [tf.zeros([1, 1, 1, 1]), tf.ones([1, 16, 16, 1]) as tf.Tensor4D];
  const loss = (of: tf.Tensor4D) =>
    wishartLoss(of, encoded(batch.reference), phase, lossWeight, logTransform).dataSync()[0];
  expect(loss(prediction)).toBeCloseTo(0, 5);
  expect(loss(tf.add(prediction, 0.1))).toBeGreaterThan(0.01);
});
