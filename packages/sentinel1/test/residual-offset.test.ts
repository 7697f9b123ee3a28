import { createImage, Random } from '@mtpi/polsar-priors';
import { isSarIoError, type MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { OffsetEstimator } from '../src/coregister/residual-offset';

/** Speckled intensity of ground that varies smoothly, shown some rows and columns further down and right. */
function ground(seed: number, down: number, right: number): MaskedImage {
  const waves = new Random(3);
  const terms = Array.from({ length: 60 }, () => [
    waves.uniform(-0.5, 0.5),
    waves.uniform(-0.5, 0.5),
    waves.uniform(0, 6.3),
  ]);
  const random = new Random(seed);
  const image = createImage(4, 512, 512);
  const along = (angle: (at: number) => number) =>
    [Math.cos, Math.sin].map((f) => Float64Array.from({ length: 512 }, (_, at) => f(angle(at))));
  const sums = new Float64Array(512 * 512);
  for (const [fy, fx, phase] of terms) {
    const [rowCos, rowSin] = along((y) => fy * (y - down) + phase);
    const [colCos, colSin] = along((x) => fx * (x - right));
    for (let y = 0, i = 0; y < 512; y++)
      for (let x = 0; x < 512; x++, i++) sums[i] += rowCos[y] * colCos[x] - rowSin[y] * colSin[x];
  }
  for (const [i, sum] of sums.entries()) image.data[i] = Math.exp(sum / 5) * random.gamma(1);
  return { image, mask: ndarray(new Uint8Array(512 * 512).fill(1), [512, 512]) };
}

it.each([
  [0, 0],
  [0.4, -0.7],
  [-1.3, 2.2],
])('finds %f lines and %f samples between speckled images', (down, right) => {
  const check = new OffsetEstimator(128);
  check.add(ground(1, 0, 0), ground(2, down, right));
  const { lines, samples, patches } = check.result()!;
  expect(patches).toBe(16);
  expect(Math.abs(lines - down)).toBeLessThan(0.05);
  expect(Math.abs(samples - right)).toBeLessThan(0.05);
});

it('estimates nothing from invalid pixels or from speckle alone', () => {
  const [first, second] = [ground(1, 0, 0), ground(2, 0, 0)];
  first.mask.data.fill(0);
  const invalid = new OffsetEstimator(128);
  invalid.add(first, second);
  expect(invalid.result()).toBeUndefined();
  const [a, b] = [1, 2].map((seed) => {
    const image = createImage(4, 512, 512);
    const random = new Random(seed);
    for (let i = 0; i < 512 * 512; i++) image.data[i] = random.gamma(1);
    return { image, mask: second.mask };
  });
  const speckle = new OffsetEstimator(128);
  speckle.add(a, b);
  expect(speckle.result()).toBeUndefined();
});

it('estimates nothing from constant patches', () => {
  const { image, mask } = ground(1, 0, 0);
  const constant = { image: createImage(4, 512, 512), mask };
  const estimator = new OffsetEstimator(128);
  estimator.add(constant, { image, mask });
  estimator.add({ image, mask }, constant);
  expect(estimator.result()).toBeUndefined();
});

it('takes views of larger images', () => {
  const [first, second] = [ground(1, 0, 0), ground(2, 0.4, -0.7)];
  const part = ({ image, mask }: MaskedImage): MaskedImage => ({
    image: image.lo(0, 100, 60).hi(4, 256, 256),
    mask: mask.lo(100, 60).hi(256, 256),
  });
  const estimator = new OffsetEstimator(128);
  estimator.add(part(first), part(second));
  const { lines, samples, patches } = estimator.result()!;
  expect(patches).toBe(4);
  expect(Math.abs(lines - 0.4)).toBeLessThan(0.1);
  expect(Math.abs(samples + 0.7)).toBeLessThan(0.1);
});

it.each([
  [30, 4],
  [96, 2],
  [2, 2],
  [64, 0],
  [Number.NaN, 2],
])('a patch of %f with %f looks is refused', (patch, looks) => {
  expect(() => new OffsetEstimator(patch, looks)).toThrow(
    expect.toSatisfy((error) => isSarIoError(error, 'InvalidArgument')),
  );
});

it('images of different sizes are refused', () => {
  const { image, mask } = ground(1, 0, 0);
  const narrow = { image: image.hi(4, 512, 500), mask: mask.hi(512, 500) };
  const estimator = new OffsetEstimator(128);
  expect(() => estimator.add({ image, mask }, narrow)).toThrow(
    /a second image of 512 × 512.*found 512 × 500/,
  );
  expect(() => estimator.add(narrow, { image, mask })).toThrow(/found 512 × 512/);
});
