import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { CHANNELS, decode, encode, logTransform } from '../src';

const ones = (n: number) => ndarray(new Uint8Array(n).fill(1), [1, n]);
const decibels = fc.double({ min: -45, max: 25, noNaN: true }).map((d) => 10 ** (d / 10));

test('intensities survive encoding and decoding', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(decibels, decibels), { minLength: 1, maxLength: 20 }), (pixels) => {
      const n = pixels.length;
      const image = ndarray(Float32Array.from([...pixels.map(([a]) => a), ...pixels.map(([, b]) => b)]), [
        2,
        1,
        n,
      ]);
      const out = new Float32Array(n * CHANNELS);
      encode(logTransform, image, ndarray(new Float32Array(3 * n), [3, 1, n]), ones(n), out);
      const decoded = decode(logTransform, out, 2, 1, n);
      decoded.data.forEach((value, i) => expect(value / image.data[i]).toBeCloseTo(1, 4));
    }),
  );
});

test('whatever the network says, the decoded covariance is a valid one', () => {
  const outputs = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), {
    minLength: CHANNELS,
    maxLength: CHANNELS,
  });
  for (const transform of [logTransform, { kind: 'raw' } as const]) {
    fc.assert(
      fc.property(outputs, (values) => {
        const [p, q, re, im] = decode(transform, Float32Array.from(values), 4, 1, 1).data;
        expect(p).toBeGreaterThan(0);
        expect(q).toBeGreaterThan(0);
        expect(re * re + im * im).toBeLessThanOrEqual(p * q * (1 + 1e-5));
      }),
    );
  }
});

test('invalid pixels get the mean of the valid ones in every channel, never their own value', () => {
  const image = ndarray(Float32Array.of(0.1, Number.NaN, 0.4, 0.01, -1e30, 0.04), [2, 1, 3]);
  const priors = ndarray(Float32Array.of(0.2, Number.NaN, 0.4, 0.5, 9, 0.7, 30, 1e9, 60), [3, 1, 3]);
  const out = new Float32Array(3 * CHANNELS);
  encode(logTransform, image, priors, ndarray(Uint8Array.of(1, 0, 1), [1, 3]), out);
  for (let c = 0; c < CHANNELS; c++) {
    expect(out[CHANNELS + c]).toBeCloseTo((out[c] + out[2 * CHANNELS + c]) / 2, 5);
  }
});
