import { Random } from '@mtpi/polsar-priors';
import { SarIoError } from '@mtpi/sar-io';

export interface SplitOptions {
  /** Same seed, same split. Default 0. */
  seed?: number;
  /** Regions for training to each one for testing. Default 5. */
  ratio?: number;
}

/**
 * Divides regions into those for training and those for testing, both in order of their names: whole regions, so that
 * nothing tested on was seen in training, and at least one in each part. The split depends on the names and the seed,
 * not on the order of the regions.
 *
 * @throws SarIoError `InvalidArgument` unless there are two regions or more and the ratio is positive.
 */
export function splitRegions<T extends { name: string }>(
  regions: readonly T[],
  { seed = 0, ratio = 5 }: SplitOptions = {},
): { training: T[]; testing: T[] } {
  if (regions.length < 2 || !(ratio > 0)) {
    throw new SarIoError(
      'InvalidArgument',
      `splitRegions: expected two regions or more and a positive ratio, found ${regions.length} and ${ratio}`,
    );
  }
  const sorted = [...regions].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const random = new Random(seed);
  const drawn = sorted.map((region) => ({ region, key: random.uniform() })).sort((a, b) => a.key - b.key);
  const share = Math.round(regions.length / (ratio + 1));
  const count = Math.min(Math.max(share, 1), regions.length - 1);
  const testing = new Set(drawn.slice(0, count).map(({ region }) => region));
  return {
    training: sorted.filter((region) => !testing.has(region)),
    testing: sorted.filter((region) => testing.has(region)),
  };
}
