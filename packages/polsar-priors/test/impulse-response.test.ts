import { describe, expect, it } from 'vitest';
import { impulseResponse, isPolsarError, type SpectralWindow, sentinel1Swaths } from '../src/index';

/** Σ taps·shifted taps: the correlation of a filtered white field at a lag. */
const correlation = (taps: Float64Array, lag: number) =>
  taps.slice(lag).reduce((sum, tap, k) => sum + tap * taps[k], 0);

/** Independent looks in the mean of `count` neighbors. */
function looks(taps: Float64Array, count: number): number {
  let sum = 0;
  for (let k = 1 - count; k < count; k++) sum += (count - Math.abs(k)) * correlation(taps, Math.abs(k)) ** 2;
  return count ** 2 / sum;
}

/** Correlation at a lag by numerical integration of W², without taps. */
function integrated({ bandwidth, alpha }: SpectralWindow, lag: number): number {
  let [product, total] = [0, 0];
  for (let n = 0; n < 20_000; n++) {
    const f = ((n + 0.5) / 20_000 - 0.5) * bandwidth;
    const power = (alpha + (1 - alpha) * Math.cos((2 * Math.PI * f) / bandwidth)) ** 2;
    product += power * Math.cos(2 * Math.PI * f * lag);
    total += power;
  }
  return product / total;
}

describe('impulseResponse', () => {
  const windows: [string, SpectralWindow][] = Object.entries(sentinel1Swaths).flatMap(
    ([swath, { range, azimuth }]) => [
      [`${swath} range`, range as SpectralWindow],
      [`${swath} azimuth`, azimuth as SpectralWindow],
    ],
  );

  it.each(windows)('%s: unit energy, symmetric, the correlation of the whole window', (_, window) => {
    const taps = impulseResponse(window);
    expect(taps).toHaveLength(9);
    expect(correlation(taps, 0)).toBeCloseTo(1, 12);
    expect([...taps]).toEqual([...taps].reverse());
    expect(correlation(taps, 1)).toBeCloseTo(integrated(window, 1), 7);
    for (const lag of [2, 3, 4])
      expect(Math.abs(correlation(taps, lag) - integrated(window, lag))).toBeLessThan(0.045);
  });

  // Published for these processing parameters: |ρ|, |ρ|² between neighbors.
  it.each([
    ['IW1', 'range', 0.422, 0.178],
    ['IW2', 'range', 0.541, 0.292],
    ['IW3', 'range', 0.621, 0.386],
    ['IW1', 'azimuth', 0.664, 0.441],
  ] as const)('%s %s: neighbors correlate by %d', (swath, axis, field, intensity) => {
    const neighbor = correlation(impulseResponse(sentinel1Swaths[swath][axis]), 1);
    expect(Math.abs(neighbor - field)).toBeLessThan(0.0006);
    expect(Math.abs(neighbor ** 2 - intensity)).toBeLessThan(0.001);
  });

  it.each([
    ['IW1', 3, 3, 4.52],
    ['IW2', 3, 3, 4.15],
    ['IW3', 3, 3, 3.8],
    ['IW1', 5, 5, 11.14],
    ['IW2', 5, 5, 10.13],
    ['IW3', 5, 5, 9.16],
    ['IW1', 7, 7, 20.8],
    ['IW2', 7, 7, 18.8],
    ['IW3', 7, 7, 16.9],
    ['IW1', 9, 2, 9.45],
    ['IW2', 9, 2, 8.35],
    ['IW3', 9, 2, 7.49],
  ] as const)('%s: the mean of %d × %d pixels has %d looks', (swath, cols, rows, expected) => {
    const { range, azimuth } = sentinel1Swaths[swath];
    const found = looks(impulseResponse(range), cols) * looks(impulseResponse(azimuth), rows);
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.004);
  });

  it('is a sinc for a flat spectrum: neighbors correlate by sin(πB)/(πB)', () => {
    const B = 314 / 486.4863103;
    const neighbor = correlation(impulseResponse({ bandwidth: B, alpha: 1 }), 1);
    expect(neighbor).toBeCloseTo(Math.sin(Math.PI * B) / (Math.PI * B), 7);
  });

  it('is a single 1 without a window', () => {
    expect([...impulseResponse(undefined)]).toEqual([1]);
  });

  it('refuses windows that are not of a radar image', () => {
    const refusal = expect.toSatisfy((error) => isPolsarError(error, 'InvalidArgument'));
    expect(() => impulseResponse({ bandwidth: 1.2, alpha: 0.75 })).toThrow(refusal);
    expect(() => impulseResponse({ bandwidth: 0.8, alpha: 0 })).toThrow(refusal);
  });
});
