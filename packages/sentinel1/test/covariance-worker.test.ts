import { afterAll, expect, it } from 'vitest';
import type { BurstLines } from '../src/coregister/burst-covariance';
import { CovariancePool } from '../src/coregister/covariance-worker';

const pool = new CovariancePool(1);
afterAll(() => pool.close());

const block = (values: number[]): BurstLines => ({
  annotation: {
    linesPerBurst: 1,
    samples: 2,
    bursts: [{ firstValidSample: Int32Array.of(0), lastValidSample: Int32Array.of(0) }],
  } as unknown as BurstLines['annotation'],
  orbit: [],
  calibration: 'beta0',
  burst: 0,
  firstSourceLine: 0,
  firstLine: 0,
  lines: 1,
  channels: [values, values.toReversed()].map((pairs) => ({
    pairs: Int16Array.from(pairs),
    calibrationVectors: [0, 1].map((line) => ({
      line,
      pixel: Float64Array.of(0, 1),
      sigma0: Float64Array.of(1, 1),
      beta0: Float64Array.of(2, 2),
      gamma0: Float64Array.of(1, 1),
    })),
    noise: { range: Float64Array.of(8, 8), azimuth: undefined },
  })),
});

it('makes the covariance and the noise of valid samples', async () => {
  const { image, mask, noise } = await pool.run(block([2, 4, 6, 8]));
  expect([image.shape, mask.shape, noise?.shape]).toEqual([
    [4, 1, 2],
    [1, 2],
    [2, 1, 2],
  ]);
  expect([...mask.data]).toEqual([1, 0]);
  // (1 + 2j)·conj(4 + 3j) = 10 + 5j; noise 8 / 2².
  expect([...image.data]).toEqual([5, 0, 25, 0, 10, 0, 5, 0]);
  expect([...noise!.data]).toEqual([2, 2, 2, 2]);
});

it('hands on what fails in a thread, and goes on', async () => {
  const { channels, ...rest } = block([1, 2, 3, 4]);
  await expect(pool.run({ ...rest, channels: [{ ...channels[0], calibrationVectors: [] }] })).rejects.toThrow(
    /undefined/,
  );
  expect((await pool.run(block([2, 0, 0, 0]))).image.get(0, 0, 0)).toBe(1);
});

it('rejects what still runs when it is closed', async () => {
  const other = new CovariancePool(1);
  const running = other.run(block([2, 4, 6, 8]));
  await Promise.all([other.close(), expect(running).rejects.toThrow()]);
});
