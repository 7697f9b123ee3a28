/** One of `count` equal shares of a scene; `index` counts from 0. */
export interface Shard {
  index: number;
  count: number;
}

/** The rows of tiles, from `first` up to `end`, that a shard makes of `total`. */
export function rowsOfShard({ index, count }: Shard, total: number): { first: number; end: number } {
  return { first: Math.floor((index * total) / count), end: Math.floor(((index + 1) * total) / count) };
}

/** Ends the name of what a shard writes: `.shard-0003-of-0010`. */
export function shardSuffix({ index, count }: Shard): string {
  return `.shard-${[index, count].map((n) => String(n).padStart(4, '0')).join('-of-')}`;
}
