import { logTransform } from '@mtpi/model';
import { Random } from '@mtpi/polsar-priors';
import { compile } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wishartLoss } from '../src';

beforeAll(() => tf.setBackend('cpu'));

// A triplet alone: one auxiliary is held out as the reference, the other and the target are inputs. What a network can
// do with these is measured here by the expected loss against the held-out one, on unchanged and incoherent ground.
const LOOKS = 4;
const PIXELS = 40_000;
const POWER = 0.05;
const { center, scale } = logTransform;

const random = new Random(11);
const speckled = () => Float64Array.from({ length: PIXELS }, () => POWER * random.gamma(LOOKS));
const [target, auxiliary, heldOut] = [speckled(), speckled(), speckled()];

const encode = (powers: ArrayLike<number>) => {
  const values = new Float32Array(PIXELS * 7);
  for (let i = 0; i < PIXELS; i++) {
    values[i * 7] = (Math.log(powers[i]) - center[0]) / scale;
    values[i * 7 + 1] = (Math.log(powers[i]) - center[1]) / scale;
  }
  return { data: values, shape: [1, 1, PIXELS, 7] };
};

const compiled = compile((prediction, reference) => {
  const [phase, lossWeight] = [tf.zeros([1, 1, 1, 1]), tf.ones([1, 1, PIXELS, 1])];
  const images = [prediction, reference] as [tf.Tensor4D, tf.Tensor4D];
  return wishartLoss(...images, phase, lossWeight, logTransform);
});
afterAll(() => compiled.dispose());

async function loss(prediction: ArrayLike<number>, reference = heldOut): Promise<number> {
  const [{ data }] = await compiled.run([encode(prediction), encode(reference)]);
  return data[0];
}

// ln L − ψ(L) of L = 4 and 8 (Abramowitz & Stegun 6.3.2: ψ(n) = −γ + Σ 1/k).
const deficit = (looks: number) => {
  let psi = -0.5772156649015329;
  for (let k = 1; k < looks; k++) psi += 1 / k;
  return Math.log(looks) - psi;
};
/** Expected loss, both bands, of predicting a mean of `looks` looks that is independent of the reference. */
const expected = (looks: number) => 2 * (looks / (looks - 1) - 1 + deficit(LOOKS) - deficit(looks));

test('neither the identity nor a copy of the auxiliary minimizes the loss; the reflectivity does', async () => {
  const truth = await loss(new Float64Array(PIXELS).fill(POWER));
  const identity = await loss(target);
  const copy = await loss(auxiliary);
  const average = await loss(target.map((value, i) => (value + auxiliary[i]) / 2));
  expect(Math.abs(truth - 2 * deficit(LOOKS))).toBeLessThan(0.01);
  expect(Math.abs(identity - expected(LOOKS))).toBeLessThan(0.03);
  expect(Math.abs(copy - expected(LOOKS))).toBeLessThan(0.03);
  expect(Math.abs(average - expected(2 * LOOKS))).toBeLessThan(0.02);
  expect(truth).toBeLessThan(average);
  expect(average).toBeLessThan(Math.min(identity, copy));
});

test('a mixture of an input and the reflectivity is worse than the reflectivity, however little of it', async () => {
  for (const input of [target, auxiliary]) {
    const slope = (weight: number) => loss(input.map((value) => POWER * (value / POWER) ** weight));
    expect(await slope(0.1)).toBeGreaterThan(await slope(0));
    expect(await slope(0.5)).toBeGreaterThan(await slope(0.1));
  }
});

test('on coherent ground the identity would win, so it does not count', async () => {
  expect(await loss(target, target)).toBeCloseTo(0, 5);
  expect(await loss(new Float64Array(PIXELS).fill(POWER), target)).toBeGreaterThan(0.2);
});
