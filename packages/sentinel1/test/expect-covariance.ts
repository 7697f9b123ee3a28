import { boxcar, type Image, planes } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import { expect } from 'vitest';

/** Expects the covariance of the ground, in means over 15 × 15 pixels: power within 0.2 dB, phase of C12 within 3°. */
export function expectCovariance({ image, mask }: MaskedImage, truth: Image): void {
  const [found, wanted] = [boxcar(image, 15, mask), boxcar(truth, 15, mask)].map(planes);
  const valid = [...mask.data.keys()].filter((i) => mask.data[i]);
  for (const b of [0, 1]) {
    const decibels = valid.map((i) => 10 * Math.log10(found[b][i] / wanted[b][i]));
    expect(Math.abs(decibels.reduce((sum, value) => sum + value, 0) / valid.length)).toBeLessThan(0.2);
  }
  let [re, im, power, truePower] = [0, 0, 0, 0];
  for (const i of valid) {
    const [x, y, u, v] = [found[2][i], found[3][i], wanted[2][i], wanted[3][i]];
    re += x * u + y * v;
    im += y * u - x * v;
    power += x * x + y * y;
    truePower += u * u + v * v;
  }
  expect(Math.abs((Math.atan2(im, re) * 180) / Math.PI)).toBeLessThan(3);
  expect(Math.hypot(re, im) / Math.sqrt(power * truePower)).toBeGreaterThan(0.95);
}
