import { boxcar, createImage, haAlpha, type Image, type Mask, planes, Random } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { beforeAll, expect, test } from 'vitest';
import { decode, encode, type InputTransform, logTransform } from '../src';
import { CHANNELS } from '../src/network/transform';
import { decodeArrays, encodeArrays } from './oracle/array-transform';

beforeAll(() => tf.setBackend('cpu'));

const decibels = fc.double({ min: -45, max: 25, noNaN: true }).map((d) => 10 ** (d / 10));
const tensorOf = ({ data, shape }: Image) =>
  tf.tensor4d(data, [1, ...shape] as [number, number, number, number]);
const transforms: InputTransform[] = [logTransform, { kind: 'raw' }];

test('intensities survive encoding and decoding', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(decibels, decibels), { minLength: 1, maxLength: 20 }), (pixels) => {
      const values = [...pixels.map(([a]) => a), ...pixels.map(([, b]) => b)];
      const images = tf.tensor4d(values, [1, 2, 1, pixels.length]);
      const decoded = decode(logTransform, encode(logTransform, images, 1), 2).dataSync();
      values.forEach((value, i) => expect(decoded[i] / value).toBeCloseTo(1, 4));
    }),
  );
});

test('a decoded covariance is valid for any output of the network', () => {
  const outputs = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), {
    minLength: CHANNELS,
    maxLength: CHANNELS,
  });
  for (const transform of transforms) {
    fc.assert(
      fc.property(outputs, (values) => {
        const decoded = decode(transform, tf.tensor4d(values, [1, 1, 1, CHANNELS]), 4);
        const [p, q, re, im] = decoded.dataSync();
        expect(p).toBeGreaterThan(0);
        expect(q).toBeGreaterThan(0);
        expect(re * re + im * im).toBeLessThanOrEqual(p * q * (1 + 1e-5));
      }),
    );
  }
});

/** An image of random covariances, a third of it invalid. */
function randomImage(bands: 2 | 4, seed: number): { image: Image; mask: Mask } {
  const random = new Random(seed);
  const image = createImage(bands, 9, 7);
  const mask: Mask = ndarray(new Uint8Array(63), [9, 7]);
  const [c11, c22, re, im] = planes(image);
  for (let i = 0; i < c11.length; i++) {
    if (random.chance(1 / 3)) continue;
    mask.data[i] = 1;
    [c11[i], c22[i]] = [random.gamma(1) * 0.1, random.gamma(1) * 0.02];
    if (bands === 2) continue;
    const amplitude = random.uniform() * Math.sqrt(c11[i] * c22[i]);
    const phase = random.uniform(-Math.PI, Math.PI);
    [re[i], im[i]] = [amplitude * Math.cos(phase), amplitude * Math.sin(phase)];
  }
  return { image, mask };
}

test.each([2, 4] as const)('%i bands are encoded and decoded as pixel by pixel', (bands) => {
  for (const transform of transforms) {
    const { image, mask } = randomImage(bands, 3);
    const masks = tf.tensor3d(Float32Array.from(mask.data), [1, 9, 7]);
    const channels = encode(transform, tensorOf(image), 3, masks);
    const expected = encodeArrays(transform, image, haAlpha(boxcar(image, 3, mask), mask), mask);
    const error = tf.max(tf.abs(tf.sub(channels, tf.tensor(expected, channels.shape)))).dataSync()[0];
    // α in degrees in the raw channels.
    expect(error).toBeLessThan(transform.kind === 'raw' ? 1e-4 : 1e-5);

    const output = tf.randomNormal([1, 9, 7, CHANNELS], 0, 1, 'float32', 4) as tf.Tensor4D;
    const found = decode(transform, output, bands).dataSync();
    const decoded = decodeArrays(transform, output.dataSync() as Float32Array, bands, 9, 7).data;
    decoded.forEach((value, i) =>
      expect(Math.abs(found[i] - value)).toBeLessThan(1e-5 * (1 + Math.abs(value))),
    );
  }
});

test('invalid pixels get the mean of the valid ones in every channel', () => {
  const images = tf.tensor4d([0.1, 0, 0.4, 0.01, 0, 0.04], [1, 2, 1, 3]);
  const channels = encode(logTransform, images, 1, tf.tensor3d([1, 0, 1], [1, 1, 3])).dataSync();
  for (let c = 0; c < CHANNELS; c++) {
    expect(channels[CHANNELS + c]).toBeCloseTo((channels[c] + channels[2 * CHANNELS + c]) / 2, 5);
  }
});
