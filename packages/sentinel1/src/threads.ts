import { availableParallelism } from 'node:os';
import { SarIoError } from '@mtpi/sar-io';

/** More threads hardly help: a single one reads and writes. */
const MOST_THREADS = 4;

/**
 * Number of worker threads: that asked for, or the number of cores, at most 4.
 *
 * @throws SarIoError `InvalidArgument` unless it is a whole number.
 */
export function threadsOf({
  threads = Math.min(availableParallelism(), MOST_THREADS),
}: {
  threads?: number;
}): number {
  if (Number.isInteger(threads) && threads >= 0) return threads;
  throw new SarIoError('InvalidArgument', { expected: 'a whole number of threads', found: `${threads}` });
}
