import { Random } from '@mtpi/polsar-priors';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseSettings, SimulatedBatches, type SimulatedBatchesOptions } from '../src';
import { openSource } from '../src/run/sources';

// In place of a batch: the seed of its source, and the first random number drawn for it.
beforeEach(() => {
  vi.spyOn(SimulatedBatches.prototype, 'batch').mockImplementation(async function (
    this: SimulatedBatches,
    index: number,
  ) {
    const { seed } = (this as unknown as { options: SimulatedBatchesOptions }).options;
    return { seed, first: new Random(seed, index).uniform() } as never;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

test.each(['training', 'validation'] as const)(
  '%s: the choice of a source is independent of the random numbers drawn in it',
  async (part) => {
    const data = '[{kind: simulated, share: 0.62}, {kind: simulated, share: 0.38}]';
    const source = await openSource(parseSettings({ output: 'run', data }), part);
    const firsts: Record<number, number[]> = {};
    for (let n = 0; n < 1000; n++) {
      const { seed, first } = (await source.batch(n)) as unknown as { seed: number; first: number };
      firsts[seed] = [...(firsts[seed] ?? []), first];
    }
    expect(Object.keys(firsts)).toHaveLength(2);
    for (const values of Object.values(firsts)) {
      const mean = values.reduce((a, v) => a + v) / values.length;
      // ± 4 deviations of the mean of numbers from 0 to 1
      expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * values.length));
    }
  },
);
