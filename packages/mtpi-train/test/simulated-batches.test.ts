import { createImage, planes } from '@mtpi/polsar-priors';
import { expect, test } from 'vitest';
import { SimulatedBatches } from '../src';

const PATCH = 32;
const options = { batch: 8, patch: PATCH, seed: 2 };
const GROUND = [0.1, 0.02];

function ground() {
  const image = createImage(2, PATCH, PATCH);
  planes(image).forEach((plane, b) => plane.fill(GROUND[b]));
  return image;
}

test('the reference tends to the given ground, with the noise of the receiver, where nothing changes', async () => {
  const source = new SimulatedBatches({
    ...options,
    reference: 'noiseFree',
    changeWeight: 3,
    reflectivity: ground,
  });
  const { reference, lossWeight, target } = await source.batch(0);
  const typical = [reference, target].map(({ image: { data } }) => {
    const errors: number[] = [];
    lossWeight.data.forEach((weight, i) => {
      if (weight !== 1) return; // a spot or another field
      const [sample, pixel] = [Math.floor(i / PATCH ** 2), i % PATCH ** 2];
      const powers = GROUND.map((_, b) => data[(4 * sample + b) * PATCH ** 2 + pixel]);
      errors.push(...powers.map((power, b) => Math.abs(Math.log(power / GROUND[b]))));
    });
    return errors.sort((a, b) => a - b)[Math.floor(errors.length / 2)];
  });
  // Noise is below −23 dB, a quarter of the weaker ground; bright points spread over some pixels.
  expect(typical[0]).toBeLessThan(Math.log(1.27));
  expect(typical[1]).toBeGreaterThan(2 * typical[0]);
});

test('half of the samples have more dates on each side, with less speckle', async () => {
  const { previous, target } = await new SimulatedBatches({
    ...{ ...options, batch: 24, dates: 32, reflectivity: ground },
  }).batch(0);
  const spreads = [previous, target].map(({ image: { data } }) =>
    Array.from({ length: 24 }, (_, sample) => {
      const logs = Array.from(
        data.subarray(4 * sample * PATCH ** 2, (4 * sample + 1) * PATCH ** 2),
        Math.log,
      );
      const sorted = logs.sort((a, b) => a - b);
      return sorted[Math.floor(0.75 * logs.length)] - sorted[Math.floor(0.25 * logs.length)];
    }),
  );
  const fewer = spreads[0].filter((spread, sample) => spread < 0.8 * spreads[1][sample]).length;
  expect(fewer).toBeGreaterThan(6);
  expect(fewer).toBeLessThan(18);
});

test('samples are weighted by their looks to the given power', async () => {
  const { lossWeight } = await new SimulatedBatches({ ...options, batch: 40, looksWeight: 0.5 }).batch(0);
  const weights = new Set(lossWeight.data);
  for (const weight of weights) expect(weight ** 2).toBeCloseTo(Math.round(weight ** 2), 5);
  expect(Math.min(...weights)).toBe(1);
  expect(Math.max(...weights)).toBeGreaterThan(2);
});
