import { planes, Random } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { logTransform, MtpiNet, predictBatch } from '../src';
import { levelExcess } from '../src/corrections/bright-areas';
import { encode } from '../src/network/transform';
import { landscape } from './landscape';
import { levelExcessArray } from './oracle/array-transform';

const [rows, cols] = [40, 48];
const { target, previous, next } = landscape(rows, cols, 1);
/** The intensities of a date in dB above what was simulated. */
const brighter = (image: typeof target, decibel: number) =>
  tf.tensor4d(
    planes(image.hi(2)).flatMap((band) => [...band.map((power) => power * 10 ** (decibel / 10))]),
    [1, 2, rows, cols],
  );
const encoded = (decibel: number) => encode(logTransform, brighter(target, decibel), 5);

it('the excess is the mean level of 31×31 pixels above 4 dB, of the brighter channel', () => {
  const draw = new Random(2);
  const channels = Float32Array.from({ length: 7 * rows * cols }, (_, i) => {
    const pixel = Math.floor(i / 7);
    const levels = [(pixel % cols) / 16, pixel / cols / 16, 9, 9, 9, 9, 9];
    return levels[i % 7] - 1 + draw.normal();
  });
  const found = levelExcess(
    logTransform,
    tf.tensor4d(channels, [1, rows, cols, 7]),
  )?.dataSync() as Float32Array;
  const expected = levelExcessArray(channels, rows, cols);
  for (const [i, excess] of expected.entries()) {
    expect(found[7 * i]).toBeCloseTo(excess, 4);
    expect([...found.subarray(7 * i, 7 * i + 7)]).toEqual([found[7 * i], found[7 * i], 0, 0, 0, 0, 0]);
  }
  const above = expected.filter((excess) => excess > 0).length;
  expect(Math.min(above, expected.length - above)).toBeGreaterThan(100);
});

it('there is none on land, and none without logarithms', () => {
  expect(levelExcess(logTransform, encoded(-10))?.max().arraySync()).toBe(0);
  expect(levelExcess({ kind: 'raw' }, encoded(0))).toBeUndefined();
});

it('brighter dates give the same image, brighter', () => {
  const network = new MtpiNet({ architecture: 'reference', baseChannels: 8, ddcrUnits: 1 });
  const result = (decibel: number) => {
    const dates = [target, previous, next].map((date) => brighter(date, decibel));
    return predictBatch({ network, transform: logTransform }, dates).dataSync();
  };
  const [bright, brightest] = [result(30), result(50)];
  for (let i = 0; i < bright.length; i++)
    expect(Math.abs(brightest[i] / bright[i] / 100 - 1)).toBeLessThan(1e-3);
  network.dispose();
});
