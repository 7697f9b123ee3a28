import type { Acquisition } from './acquisition';

/** The equivalent number of looks that an acquisition states, of several swaths the largest. */
export function statedLooks({ metadata }: Pick<Acquisition, 'metadata'>): number | undefined {
  const looks = Math.max(...(metadata.EQUIVALENT_LOOKS ?? '').split(' ').map(Number));
  return looks > 0 ? looks : undefined;
}
